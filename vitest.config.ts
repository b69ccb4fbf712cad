import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['src/**/*.spec.ts', 'src/**/*.spec.tsx', 'tests/**/*.spec.ts'],
    // A bound for what hangs, and no measure: the first test of a file compiles all that it imports, and CI has two cores.
    testTimeout: 30_000,
    reporters: ['default', './scripts/closing-line.js'],
  },
});
