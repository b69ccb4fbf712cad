// The tests that mutants are held against: those near the rooms, in process and without a real server, so that a mutant takes seconds.
import { defineConfig } from 'vitest/config';

export default defineConfig({
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
