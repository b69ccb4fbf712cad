import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const face = (name: string): string => fileURLToPath(new URL(`./src/public/${name}.ts`, import.meta.url));

/** Tests that hold real loads to what was predicted of them, or to another tool's. */
const MEASURING = ['tests/load-plausible.spec.ts', 'tests/siege.spec.ts'];

/** One more than CI has cores: whole programs wait for each other more than they work. */
const WORKERS = 3;

export default defineConfig({
  // Examples import the package by its name, as its users do.
  resolve: {
    alias: [
      { find: /^food-sim$/, replacement: face('index') },
      { find: /^food-sim\/vitest$/, replacement: face('vitest') },
    ],
  },
  test: {
    // A bound for what hangs, and no measure: the first test of a file compiles all that it imports, and CI has two cores.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 30_000 } },
    reporters: ['default', './scripts/closing-line.js'],
    projects: [
      // First, by its name: the longest files begin, and the many short ones fill both cores to the end.
      { extends: true, test: { name: 'programs', include: ['tests/**/*.spec.ts'], exclude: MEASURING, maxWorkers: WORKERS } },
      // They share what they import, so none may leave a global or a fake timer behind.
      {
        extends: true,
        test: {
          name: 'specs',
          include: ['src/**/*.spec.ts', 'src/**/*.spec.tsx'],
          isolate: false,
          restoreMocks: true,
          maxWorkers: WORKERS,
        },
      },
      // At the end, alone: what they measure is another's where others work meanwhile.
      { extends: true, test: { name: 'measuring', include: MEASURING, maxWorkers: 1, sequence: { groupOrder: 1 } } },
    ],
  },
});
