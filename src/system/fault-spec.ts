import { nearest } from '../runtime/nearest.ts';
import { OperatingError } from '../kernel/errors.ts';
import type { CrashPoint } from '../runtime/actor/actor-port.ts';
import type { ContextDefinition } from '../runtime/actor/context.ts';
import type { FaultKind } from '../runtime/faults/fault-kind.ts';
import { eventsOf } from './definition.ts';
import type { Endable, System } from './system.ts';

/** A fault of a whole run, read from `--fault`. */
export type FaultSpec =
  | { readonly kind: 'none' }
  | { readonly kind: 'slow-order-lookup'; readonly fromMs: number; readonly toMs: number }
  | { readonly kind: 'messages'; readonly fault: FaultKind; readonly type?: string; readonly context?: string }
  | { readonly kind: 'crash'; readonly context: string; readonly at: CrashPoint; readonly on?: string };

/** The seed's delay: a random 400 to under 600 ms. */
export const SEED_DELAY_MS = { fromMs: 400, toMs: 600 } as const;

const KINDS = ['none', 'slow-order-lookup', 'drop', 'duplicate', 'delay', 'reorder', 'crash'] as const;
const CRASH_POINTS: readonly CrashPoint[] = ['before-commit', 'after-commit', 'before-publish', 'after-publish', 'before-acknowledge'];

/** How the faults that take more are written. */
const FORMS: Readonly<Record<string, string>> = {
  'slow-order-lookup': 'slow-order-lookup[=400ms..600ms]',
  ...Object.fromEntries(['drop', 'duplicate', 'delay', 'reorder'].map((kind) => [kind, `${kind}[=EVENT][@CONTEXT]`])),
  crash: 'crash=CONTEXT[@POINT[:EVENT]]',
};

/** Where a fault is written, for the messages about it. */
type Source = '--fault' | 'fault';

const unknown = (source: Source, what: string, word: string, words: readonly string[]): OperatingError => {
  const near = nearest(word, words);
  const hint = near === undefined ? '' : ` Did you mean ${near}?`;
  return new OperatingError('usage', `${source}: ${JSON.stringify(word)} is not ${what}.${hint}`, { mend: `One of: ${words.map((known) => FORMS[known] ?? known).join(', ')}.` });
};

const oneOf = <Word extends string>(source: Source, what: string, word: string, words: readonly Word[]): Word => {
  const found = words.find((candidate) => candidate === word);
  if (found === undefined) throw unknown(source, what, word, words);
  return found;
};

/** Reads `400ms..600ms`, `1s..2s` or one `900ms`; a number without a unit is in milliseconds. */
const parseRange = (source: Source, text: string): { readonly fromMs: number; readonly toMs: number } => {
  const ends = text.split('..').map((end) => /^(\d+)(ms|s)?$/.exec(end));
  const [from, to = from] = ends.map((match) => Number(match?.[1] ?? NaN) * (match?.[2] === 's' ? 1000 : 1));
  if (from === undefined || to === undefined || !(from <= to) || to > 600_000 || ends.length > 2) {
    throw new OperatingError('usage', `${source}: ${JSON.stringify(text)} is not a range of a delay`, { mend: 'Write for example slow-order-lookup=400ms..600ms, with at most 600s.' });
  }
  return { fromMs: from, toMs: to };
};

/** Reads one fault, as `--fault` is given, for a system of these contexts. Throws an OperatingError (usage) that names the wrong word and the words there are. */
export const parseFault = (text: string, definitions: readonly ContextDefinition[], source: Source = '--fault'): FaultSpec => {
  const contexts = definitions.map(({ name }) => name);
  const eventTypes = eventsOf(definitions).map(({ event }) => event.type);
  const [kindText = '', detail] = text.split(/=(.*)/s);
  const kind = oneOf(source, 'a fault', kindText, KINDS);
  if (kind === 'none') return { kind };
  if (kind === 'slow-order-lookup') return { kind, ...(detail === undefined ? SEED_DELAY_MS : parseRange(source, detail)) };
  if (kind === 'crash') {
    const [contextText = '', point] = (detail ?? '').split(/@(.*)/s);
    const [at = 'after-commit', on] = (point ?? 'after-commit').split(/:(.*)/s);
    const crash = { kind, context: oneOf(source, 'a context', contextText, contexts), at: oneOf(source, 'a crash point', at, CRASH_POINTS) } as const;
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

/** Sets a fault on a running system, for all messages that it matches; what it befalls is counted, unless it is `none`. */
export const applyFault = (system: System, spec: FaultSpec): Endable | undefined => {
  switch (spec.kind) {
    case 'none':
      return undefined;
    case 'slow-order-lookup':
      return system.slowOrderLookup(spec);
    case 'crash':
      return system.armCrash({ context: spec.context, at: spec.at, restart: true, ...(spec.on === undefined ? {} : { on: spec.on }) });
    case 'messages': {
      const { kind: _kind, fault, ...which } = spec;
      const { struck, release } = system.faults.add({ kind: fault, times: Infinity, ...which });
      return { struck, end: release };
    }
  }
};
