import type { Entry } from '../../kernel/recording.ts';
import { CONSUMERS } from './consumers.ts';
import { BOUNDS, CONTEXTS, type ContextName, type ContextView, type LiveSample } from './model.ts';
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

const isContext = (name: string): name is ContextName => (CONTEXTS as readonly string[]).includes(name);

const blank = (): Held => ({ state: 'unknown', handled: 0, published: 0, deadLetters: 0, expected: 0, dealtWith: 0, parked: new Set(), done: createSeenSet(BOUNDS.inFlight) });

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

const build = (contexts: Readonly<Record<ContextName, Held>>, publishedIds: SeenSet): ContextFold => ({
  changed: ({ context, change }) => {
    if (isContext(context)) contexts[context].state = STATE[change];
  },
  published: ({ context, event }) => {
    if (!publishedIds.add(event.id)) return;
    if (isContext(context)) contexts[context].published += 1;
    for (const consumer of CONSUMERS[event.type] ?? []) contexts[consumer].expected += 1;
  },
  handled: (entry) => {
    if (isContext(entry.context)) hear(contexts[entry.context], entry);
  },
  rest: () => {
    for (const held of Object.values(contexts)) {
      held.expected = held.dealtWith;
      held.parked.clear();
    }
  },
  views: (live) =>
    CONTEXTS.map((context): ContextView => {
      const { state, handled, published, deadLetters, expected, dealtWith, parked } = contexts[context];
      const told = live?.contexts[context];
      // What the system itself says is exact, also where it goes on from an earlier run; a recording is counted.
      const waits = told ?? { inbox: Math.max(0, expected - dealtWith), outbox: undefined, parked: parked.size, deadLetters };
      return { context, state, handled, published, ...waits };
    }),
  copy: () => build(Object.fromEntries(CONTEXTS.map((context) => [context, copyHeld(contexts[context])])) as Record<ContextName, Held>, publishedIds.copy()),
});

/** Contexts that nothing was heard of. */
export const createContextFold = (): ContextFold => build(Object.fromEntries(CONTEXTS.map((context) => [context, blank()])) as Record<ContextName, Held>, createSeenSet(BOUNDS.inFlight));
