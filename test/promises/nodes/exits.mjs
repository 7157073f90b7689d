// A node that ends at once.
console.error('cannot find my configuration');
process.exit(3);
