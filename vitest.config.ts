import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Two cores are what a CI machine has; tests that start clusters must not starve each other.
    maxWorkers: 2,
  },
});
