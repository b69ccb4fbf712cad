import { nearest } from '../kernel/nearest.ts';
import { OperatingError } from '../kernel/errors.ts';
import type { CrashPoint } from '../runtime/actor/actor-port.ts';
import type { FaultKind } from '../runtime/faults/fault-kind.ts';
import {
  callsOf,
  contextNamesOf,
  describeContexts,
  eventsOf,
  slowFaultOf,
  type DelayRange,
  type NamedCall,
  type SystemDefinition,
} from './definition.ts';
import type { Endable, System } from './system.ts';

/** A fault of a whole run, read from `--fault`. */
export type FaultSpec =
  | { readonly kind: 'none' }
  | { readonly kind: 'slow-call'; readonly call: string; readonly fromMs: number; readonly toMs: number }
  | { readonly kind: 'messages'; readonly fault: FaultKind; readonly type?: string; readonly context?: string }
  | { readonly kind: 'crash'; readonly context: string; readonly at: CrashPoint; readonly on?: string };

const OF_MESSAGES = ['drop', 'duplicate', 'delay', 'reorder'] as const satisfies readonly FaultKind[];
const CRASH_POINTS: readonly CrashPoint[] = ['before-commit', 'after-commit', 'before-publish', 'after-publish', 'before-acknowledge'];

/** How the faults of a system are written, by their names. */
const formsOf = (calls: readonly NamedCall[]): Readonly<Record<string, string>> => ({
  none: 'none',
  ...Object.fromEntries(calls.map(({ name, slow }) => [slowFaultOf(name), `${slowFaultOf(name)}[=${slow.fromMs}ms..${slow.toMs}ms]`])),
  ...Object.fromEntries(OF_MESSAGES.map((kind) => [kind, `${kind}[=EVENT][@CONTEXT]`])),
  crash: 'crash=CONTEXT[@POINT[:EVENT]]',
});

/** Where a fault is written, for the messages about it. */
type Source = '--fault' | 'fault';

/** The word, where it is one of these; `forms` say how they are written, where that takes more. */
const oneOf = <Word extends string>(
  source: Source,
  what: string,
  word: string,
  words: readonly Word[],
  forms: readonly string[] = words,
): Word => {
  const found = words.find((candidate) => candidate === word);
  if (found !== undefined) return found;
  const near = nearest(word, words);
  const hint = near === undefined ? '' : ` Did you mean ${near}?`;
  throw new OperatingError('usage', `${source}: ${JSON.stringify(word)} is not ${what}.${hint}`, { mend: `One of: ${forms.join(', ')}.` });
};

/** Reads `400ms..600ms`, `1s..2s` or one `900ms`; a number without a unit is in milliseconds. */
const parseRange = (source: Source, fault: string, text: string): DelayRange => {
  const ends = text.split('..').map((end) => /^(\d+)(ms|s)?$/.exec(end));
  const [from, to = from] = ends.map((match) => Number(match?.[1] ?? NaN) * (match?.[2] === 's' ? 1000 : 1));
  if (from === undefined || to === undefined || !(from <= to) || to > 600_000 || ends.length > 2) {
    throw new OperatingError('usage', `${source}: ${JSON.stringify(text)} is not a range of a delay`, {
      mend: `Write for example ${fault}=400ms..600ms, with at most 600s.`,
    });
  }
  return { fromMs: from, toMs: to };
};

/** Reads one fault, as `--fault` is given. Throws an OperatingError (usage) that names the wrong word and the words there are. */
export const parseFault = (text: string, system: SystemDefinition, source: Source = '--fault'): FaultSpec => {
  const contexts = contextNamesOf(system);
  const eventTypes = eventsOf(describeContexts(system)).map(({ event }) => event.type);
  const calls = callsOf(system);
  const forms = formsOf(calls);
  const [kindText = '', detail] = text.split(/=(.*)/s);
  const slowed = calls.find(({ name }) => slowFaultOf(name) === kindText);
  if (slowed !== undefined)
    return { kind: 'slow-call', call: slowed.name, ...(detail === undefined ? slowed.slow : parseRange(source, kindText, detail)) };
  const kind = oneOf(
    source,
    'a fault',
    kindText,
    ['none', ...calls.map(({ name }) => slowFaultOf(name)), ...OF_MESSAGES, 'crash'],
    Object.values(forms),
  ) as 'none' | 'crash' | (typeof OF_MESSAGES)[number];
  if (kind === 'none') return { kind };
  if (kind === 'crash') {
    const [contextText = '', point] = (detail ?? '').split(/@(.*)/s);
    const [at = 'after-commit', on] = (point ?? 'after-commit').split(/:(.*)/s);
    const crash = {
      kind,
      context: oneOf(source, 'a context', contextText, contexts),
      at: oneOf(source, 'a crash point', at, CRASH_POINTS),
    } as const;
    return on === undefined ? crash : { ...crash, on: oneOf(source, 'an event', on, eventTypes) };
  }
  const [type, context] = (detail ?? '').split(/@(.*)/s);
  return {
    kind: 'messages',
    fault: kind,
    ...(type === undefined || type === '' ? {} : { type: oneOf(source, 'an event', type, eventTypes) }),
    ...(context === undefined ? {} : { context: oneOf(source, 'a context', context, contexts) }),
  };
};

/** Sets a fault on a running system, for all messages that it matches; what it strikes is counted, unless it is `none`. */
export const applyFault = (system: System, spec: FaultSpec): Endable | undefined => {
  switch (spec.kind) {
    case 'none':
      return undefined;
    case 'slow-call':
      return system.slowCall(spec.call, { fromMs: spec.fromMs, toMs: spec.toMs });
    case 'crash':
      return system.armCrash({ context: spec.context, at: spec.at, restart: true, ...(spec.on === undefined ? {} : { on: spec.on }) });
    case 'messages': {
      const { kind: _kind, fault, ...which } = spec;
      const { struck, release } = system.faults.add({ kind: fault, times: Infinity, ...which });
      return { struck, end: release };
    }
  }
};
