// A node that prints its log where its messages should be.
console.log('Starting up! Listening on port 8080');
process.stdin.resume();
