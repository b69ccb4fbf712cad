import type { Envelope } from '../../kernel/envelope.ts';
import { OperatingError } from '../../kernel/errors.ts';
import type { FaultHandle } from '../../runtime/faults/faults.ts';
import type { Bench } from '../definition.ts';

/** The faults that a scenario set, and the things that they wait for. */
export interface Holds {
  /** Something of this name is about to be made by a request of this correlation id. */
  expect(what: string, name: string, correlationId: string): void;
  /** Matches events about the thing of this name, also one that is made later. */
  matcherOf(what: string, name: string): (event: Envelope) => boolean;
  /** Keeps a fault, under a name or by its event type. */
  add(name: string | undefined, fault: FaultHandle): void;
  /** Ends the faults of this name, or all holds of this event type. Throws an OperatingError (invalid-input) where there is none. */
  release(nameOrType: string): void;
}

/** Creates the store of a scenario's faults. */
export const createHolds = ({ names, grammar }: Pick<Bench, 'names' | 'grammar'>): Holds => {
  const correlations = new Map<string, string>();
  let faults: { readonly name: string | undefined; readonly fault: FaultHandle }[] = [];
  return {
    expect: (what, name, correlationId) => void correlations.set(`${what} ${name}`, correlationId),
    // The first events about a thing may be on their way before the answer told the scenario its id: then the
    // correlation id, which the scenario chose, tells whose they are.
    matcherOf: (what, name) => {
      const key = grammar.speech.things.find((thing) => thing.what === what)?.key ?? '';
      return (event) => {
        const id = names.find(what, name);
        const named = (event.data as Readonly<Record<string, unknown>>)[key];
        return (id !== undefined && (named === id || event.subject === id)) || event.correlationid === correlations.get(`${what} ${name}`);
      };
    },
    add: (name, fault) => void faults.push({ name, fault }),
    release: (nameOrType) => {
      const found = faults.filter(
        ({ name, fault }) => name === nameOrType || (fault.rule.kind === 'hold' && fault.rule.type === nameOrType),
      );
      if (found.length === 0)
        throw new OperatingError('invalid-input', `nothing is held under ${nameOrType}`, {
          mend: 'Name the fault with as: and release that name, or release an event type that a hold keeps back.',
        });
      faults = faults.filter((kept) => !found.includes(kept));
      for (const { fault } of found) fault.release();
    },
  };
};
