// The tests that mutants are held against: those near the rooms, in process and without a real server, so that a mutant takes seconds.
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const face = (name) => fileURLToPath(new URL(`../src/public/${name}.ts`, import.meta.url));

export default defineConfig({
  // As in vitest.config.ts: examples import the package by its name.
  resolve: {
    alias: [
      { find: /^food-sim$/, replacement: face('index') },
      { find: /^food-sim\/vitest$/, replacement: face('vitest') },
    ],
  },
  test: {
    include: ['src/{kernel,bus,runtime,contexts,scenarios,load}/**/*.spec.ts'],
    exclude: ['src/bus/{nats,nats-{cluster,domain,identity,limits,permission,trouble,worlds},embedded-server}.spec.ts'],
    // As in vitest.config.ts: bounds for what hangs, and no measures.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 30_000 } },
    reporters: ['default'],
  },
});
