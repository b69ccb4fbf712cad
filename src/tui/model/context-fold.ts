import type { Entry } from '../../kernel/recording.ts';
import type { ScreenedSystem } from '../definition.ts';
import { BOUNDS, type ContextView, type LiveSample } from './model.ts';
import { createSeenSet, type SeenSet } from './seen-set.ts';

type Of<Kind extends Entry['kind']> = Extract<Entry, { kind: Kind }>;

/** The contexts: up or down, and what waits before them. */
export interface ContextFold {
  changed(entry: Of<'context'>): void;
  published(entry: Of<'message.published'>): void;
  handled(entry: Of<'message.handled'>): void;
  /** Nothing waits any more: a scenario ended, and its system with it. */
  rest(): void;
  readonly views: (live: LiveSample | undefined) => readonly ContextView[];
  copy(): ContextFold;
}

interface Held {
  state: ContextView['state'];
  handled: number;
  published: number;
  deadLetters: number;
  /** Events for it that were published, and those that it dealt with in some way. */
  expected: number;
  dealtWith: number;
  readonly parked: Set<string>;
  readonly done: SeenSet;
}

const STATE = { started: 'up', stopped: 'stopped', crashed: 'crashed' } as const;

type Hears = ScreenedSystem['hears'];

const blank = (): Held => ({
  state: 'unknown',
  handled: 0,
  published: 0,
  deadLetters: 0,
  expected: 0,
  dealtWith: 0,
  parked: new Set(),
  done: createSeenSet(BOUNDS.inFlight),
});

const copyHeld = (held: Held): Held => ({ ...held, parked: new Set(held.parked), done: held.done.copy() });

const hear = (held: Held, { id, handling }: Of<'message.handled'>): void => {
  const isFirst = held.done.add(id);
  if (isFirst) held.dealtWith += 1;
  switch (handling) {
    case 'handled':
      held.handled += 1;
      held.parked.delete(id);
      return;
    case 'duplicate':
      return;
    case 'parked':
      // Beyond the bound nobody counts along; it takes a context that parks everything.
      if (held.parked.size < BOUNDS.inFlight) held.parked.add(id);
      return;
    case 'dead-lettered':
      held.deadLetters += 1;
      held.parked.delete(id);
  }
};

const build = (contexts: ReadonlyMap<string, Held>, hears: Hears, publishedIds: SeenSet): ContextFold => ({
  changed: ({ context, change }) => {
    const held = contexts.get(context);
    if (held !== undefined) held.state = STATE[change];
  },
  published: ({ context, event }) => {
    if (!publishedIds.add(event.id)) return;
    const source = contexts.get(context);
    if (source !== undefined) source.published += 1;
    for (const hearer of hears[event.type] ?? []) {
      const held = contexts.get(hearer);
      if (held !== undefined) held.expected += 1;
    }
  },
  handled: (entry) => {
    const held = contexts.get(entry.context);
    if (held !== undefined) hear(held, entry);
  },
  rest: () => {
    for (const held of contexts.values()) {
      held.expected = held.dealtWith;
      held.parked.clear();
    }
  },
  views: (live) =>
    [...contexts].map(([context, { state, handled, published, deadLetters, expected, dealtWith, parked }]): ContextView => {
      const told = live?.contexts[context];
      // What the system itself says is exact, also where it goes on from an earlier run; a recording is counted.
      const waits = told ?? { inbox: Math.max(0, expected - dealtWith), outbox: undefined, parked: parked.size, deadLetters };
      return { context, state, handled, published, ...waits };
    }),
  copy: () => build(new Map([...contexts].map(([context, held]) => [context, copyHeld(held)])), hears, publishedIds.copy()),
});

/** Contexts that nothing was heard of. */
export const createContextFold = ({ contexts, hears }: Pick<ScreenedSystem, 'contexts' | 'hears'>): ContextFold =>
  build(new Map(contexts.map((context) => [context, blank()])), hears, createSeenSet(BOUNDS.inFlight));
