// A node that never answers, not even init.
process.stdin.resume();
