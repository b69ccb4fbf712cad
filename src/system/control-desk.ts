import { OperatingError } from '../kernel/errors.ts';
import type { ControlDesk } from './control.ts';
import type { FaultBoard } from './fault-board.ts';
import type { Letters } from './letters-port.ts';

/** What a running system is asked and told by those who may use its folder. */
export type ControlRequest =
  | { readonly ask: 'contexts' }
  | { readonly ask: 'fault'; readonly do: 'list' | 'clear' }
  | { readonly ask: 'fault'; readonly do: 'set' | 'end'; readonly fault: string }
  | { readonly ask: 'letters'; readonly do: 'list' }
  | { readonly ask: 'letters'; readonly do: 'find' | 'retry' | 'discard'; readonly context: string; readonly seq: number };

/** What a desk has before it. */
export interface DeskOptions {
  readonly contexts: readonly string[];
  readonly faults: FaultBoard;
  readonly letters: Letters;
}

const notKnown = (): OperatingError =>
  new OperatingError('usage', 'the food-sim that runs there does not know this request', {
    mend: 'Use the same version that serves this folder.',
  });

const membersOf = (request: unknown): Readonly<Record<string, unknown>> =>
  typeof request === 'object' && request !== null ? (request as Readonly<Record<string, unknown>>) : {};

/** One answer about faults: what is set, or how many were changed. */
const aboutFaults = ({ faults }: DeskOptions, { do: what, fault }: Readonly<Record<string, unknown>>): readonly unknown[] => {
  if (what === 'list') return faults.list();
  if (what === 'clear') return [faults.clear()];
  if (typeof fault !== 'string') throw notKnown();
  if (what === 'set') return [faults.set(fault) ? 1 : 0];
  if (what === 'end') return [faults.end(fault)];
  throw notKnown();
};

async function* aboutLetters({ letters }: DeskOptions, { do: what, context, seq }: Readonly<Record<string, unknown>>): AsyncGenerator {
  if (what === 'list') {
    yield* letters.list();
    return;
  }
  if (typeof context !== 'string' || !Number.isSafeInteger(seq)) throw notKnown();
  const place = [context, seq as number] as const;
  if (what === 'find') yield (await letters.find(...place)) ?? null;
  else if (what === 'retry') yield (await letters.retry(...place)) ?? null;
  else if (what === 'discard') await letters.discard(...place);
  else throw notKnown();
}

/** Makes the desk of a running system. */
export const createControlDesk = (options: DeskOptions): ControlDesk =>
  async function* (request) {
    const members = membersOf(request);
    if (members['ask'] === 'contexts') yield* options.contexts;
    else if (members['ask'] === 'fault') yield* aboutFaults(options, members);
    else if (members['ask'] === 'letters') yield* aboutLetters(options, members);
    else throw notKnown();
  };
