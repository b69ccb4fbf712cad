import type { Entry, EntryBody } from '../../kernel/recording.ts';
import type { Violation } from '../simulate/invariant.ts';
import { createGivenDecisions } from '../simulate/decisions.ts';
import type { Rig } from '../simulate/rig.ts';
import type { Schedule } from './shrink.ts';
import { play } from '../simulate/play.ts';

/** A schedule played once more, with everything that happened. */
export interface Replayed {
  readonly violations: readonly Violation[];
  readonly entries: readonly Entry[];
  /** What a schedule calls what people made, by its id: `A`, or `order-4` where step 4 of a scenario made it. */
  readonly labels: ReadonlyMap<string, string>;
  /** What happened, a line each, without ids. */
  readonly trace: readonly string[];
}

/** An entry as a line that is the same whatever the ids are; undefined for what a trace leaves out. */
const traceOf = (entry: Entry & EntryBody): string | undefined => {
  const at = `+${entry.atMs}`;
  switch (entry.kind) {
    case 'command':
      return `${at} ${entry.operation} ${entry.context} ${entry.status}${entry.problem === undefined ? '' : ` ${entry.problem}`}`;
    case 'message.published':
      return `${at} ${entry.context} published ${entry.event.type}`;
    case 'message.handled':
      return `${at} ${entry.context} ${entry.handling} ${entry.type}`;
    case 'fault':
      return `${at} fault ${entry.fault} ${JSON.stringify(entry.detail)}`;
    case 'step.started':
      return `${at} step ${entry.step} ${entry.text}`;
    case 'context':
      return `${at} ${entry.context} ${entry.change}`;
    case 'state': {
      const status = (entry.row as { readonly status?: unknown } | null)?.status;
      return `${at} ${entry.context} ${entry.table} ${entry.row === null ? 'removed' : typeof status === 'string' ? status : 'changed'}`;
    }
    default:
      return undefined;
  }
};

/** Plays a schedule as it is written, and records it. */
export const replay = async (rig: Rig, { plan, deviations }: Schedule): Promise<Replayed> => {
  const entries: Entry[] = [];
  const { violations, labels } = await play(rig, {
    plan,
    decisions: createGivenDecisions(deviations),
    recorderFor: (elapsedMs) => ({
      record: (body) => {
        entries.push({ n: entries.length + 1, atMs: elapsedMs(), scenario: 1, ...body });
      },
    }),
  });
  return { violations, entries, labels, trace: entries.flatMap((entry) => traceOf(entry) ?? []) };
};

/** Where two traces first differ; undefined where they don't. */
export const firstDifference = (
  before: readonly string[],
  now: readonly string[],
): { readonly line: number; readonly before: string | undefined; readonly now: string | undefined } | undefined => {
  for (let index = 0; index < Math.max(before.length, now.length); index += 1) {
    if (before[index] !== now[index]) return { line: index + 1, before: before[index], now: now[index] };
  }
  return undefined;
};
