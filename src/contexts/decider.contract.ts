import { expect } from 'vitest';
import { Refusal } from '../kernel/errors.ts';

/** What a decision is held to. Strict: nothing more, nothing less, in this order. */
export interface Then<Event> {
  then(...expected: readonly Event[]): void;
  /** The decision was refused with this code and sentence; gives the refusal's detail. */
  thenRefused(code: string, sentence?: string): Readonly<Record<string, unknown>>;
}

/** Given these events, when this is decided, then those events. */
export interface Given<State, Event> {
  when(decide: (state: State) => readonly Event[]): Then<Event>;
  /** What the events made. */
  state(): State;
}

const caught = (work: () => unknown): unknown => {
  try {
    work();
  } catch (error) {
    return error;
  }
  return undefined;
};

/** Given/when/then for an aggregate's decisions. */
export const decider =
  <State, Event>(initial: State, evolve: (state: State, event: Event) => State) =>
  (...events: readonly Event[]): Given<State, Event> => {
    const state = events.reduce(evolve, initial);
    return {
      state: () => state,
      when: (decide) => ({
        then: (...expected) => expect(decide(state)).toStrictEqual(expected),
        thenRefused: (code, sentence) => {
          const error = caught(() => decide(state));
          expect(error).toBeInstanceOf(Refusal);
          const refusal = error as Refusal;
          expect(refusal.code).toBe(code);
          if (sentence !== undefined) expect(refusal.message).toBe(sentence);
          return refusal.detail;
        },
      }),
    };
  };
