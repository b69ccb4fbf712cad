import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const face = (name: string): string => fileURLToPath(new URL(`./src/public/${name}.ts`, import.meta.url));

export default defineConfig({
  // Examples import the package by its name, as its users do.
  resolve: { alias: [{ find: /^food-sim$/, replacement: face('index') }, { find: /^food-sim\/vitest$/, replacement: face('vitest') }] },
  test: {
    // A bound for what hangs, and no measure: the first test of a file compiles all that it imports, and CI has two cores.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 30_000 } },
    reporters: ['default', './scripts/closing-line.js'],
    // One more than CI has cores: whole programs wait for each other more than they work.
    maxWorkers: 3,
    projects: [
      // First, by its name: the longest files begin, and the many short ones fill both cores to the end.
      { extends: true, test: { name: 'programs', include: ['tests/**/*.spec.ts'] } },
      // They share what they import, so none may leave a global or a fake timer behind.
      { extends: true, test: { name: 'specs', include: ['src/**/*.spec.ts', 'src/**/*.spec.tsx'], isolate: false, restoreMocks: true } },
    ],
  },
});
