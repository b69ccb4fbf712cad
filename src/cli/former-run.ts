import type { Entry } from '../kernel/recording.ts';
import { OperatingError } from '../kernel/errors.ts';
import { isBad } from '../kernel/verdicts.ts';
import { readRecording } from '../reports/read-recording.ts';
import { formerKey, type Former, type FormerResult } from '../scenarios/runner/former.ts';
import type { Invocation } from './command.ts';
import { findRecording, linesOf } from './output/recording-file.ts';

type Started = Extract<Entry, { kind: 'scenario.started' }>;

/** Of a scenario that was played several times: bad where one of them was, and as long as the longest. */
const joined = (one: FormerResult | undefined, other: FormerResult): FormerResult =>
  one === undefined ? other : { isBad: one.isBad || other.isBad, durationMs: Math.max(one.durationMs, other.durationMs) };

const read = async (path: string, cwd: string): Promise<Former> => {
  const started = new Map<number, Started>();
  const told = new Map<string, FormerResult>();
  for await (const entry of readRecording(linesOf(await findRecording(path, cwd), cwd), path)) {
    if (entry.kind === 'scenario.started') started.set(entry.scenario ?? 0, entry);
    if (entry.kind !== 'scenario.finished' || entry.outcome === 'skipped') continue;
    const begun = started.get(entry.scenario ?? 0);
    if (begun === undefined) continue;
    const key = formerKey(begun);
    told.set(key, joined(told.get(key), { isBad: isBad(entry.outcome), durationMs: entry.durationMs }));
  }
  return { file: path, told };
};

/**
 * What the recording of `--former` tells; undefined where none is named. Throws an OperatingError: usage where --last-failed
 * has nothing to pick from, invalid-input for a file that is no recording.
 */
export const formerOf = async ({ settings, origins, io }: Pick<Invocation, 'settings' | 'origins' | 'io'>): Promise<Former | undefined> => {
  if (settings.former !== undefined) return read(settings.former, io.cwd);
  if (settings['last-failed'] !== true) return undefined;
  throw new OperatingError('usage', `${origins['last-failed']}: no former run is named to pick from`, {
    mend: 'Record each run with --report ndjson=FILE, and name the last one: --last-failed --former FILE.',
  });
};
