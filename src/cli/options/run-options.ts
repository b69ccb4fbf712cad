import { resolve } from 'node:path';
import type { RunOptions } from '../../scenarios/runner/options.ts';
import { readShard } from '../../scenarios/runner/shard.ts';
import { busChoiceOf } from './bus-choice.ts';
import type { Invocation } from '../command.ts';
import { tellNotesOf } from '../output/notes.ts';
import { scenarioPaths } from './from-cwd.ts';
import { seedOf } from './seed.ts';
import { tokenOf } from '../token.ts';

/** What the command line asks of a run of scenarios, beside the system that they are about. */
export const runOptionsOf = (invocation: Invocation): Omit<RunOptions, 'system'> => {
  const { settings, words, signal, io } = invocation;
  const token = tokenOf(invocation);
  const shard = settings.shard === undefined ? undefined : readShard(settings.shard);
  return {
    paths: scenarioPaths(words, io),
    bus: busChoiceOf(settings),
    time: settings.time,
    seed: seedOf(settings),
    isSeedGiven: settings.seed !== undefined,
    jobs: settings.jobs,
    bail: settings.bail === true,
    tags: settings.tag,
    lastFailed: settings['last-failed'] === true,
    repeat: settings.repeat,
    retries: settings.retries,
    failOnFlaky: settings['fail-on-flaky'] === true,
    vars: Object.fromEntries(settings.var),
    keep: settings.keep === true,
    faults: settings.fault,
    mutations: settings.mutation,
    signal,
    onNote: tellNotesOf(settings, io),
    ...(settings.grep === undefined ? {} : { grep: settings.grep }),
    ...(shard === undefined ? {} : { shard }),
    ...(settings.timeout === undefined ? {} : { timeoutMs: settings.timeout }),
    ...(settings['data-dir'] === undefined ? {} : { dataDir: resolve(io.cwd, settings['data-dir']) }),
    ...(settings['notify-url'] === undefined ? {} : { notifyUrl: settings['notify-url'] }),
    ...(token === undefined ? {} : { token }),
    ...(settings.target === undefined ? {} : { target: settings.target }),
    skipFaults: settings['skip-faults'] === true,
  };
};
