import type { Envelope } from '../../kernel/envelope.ts';
import { OperatingError } from '../../kernel/errors.ts';
import type { FaultHandle } from '../../runtime/faults/faults.ts';
import type { Bench } from './judge.ts';

/** The faults that a scenario set, and the orders that they wait for. */
export interface Holds {
  /** An order of this name is about to be placed by a request of this correlation id. */
  expectOrder(name: string, correlationId: string): void;
  /** Matches events of the order of this name, also one that is placed later. */
  matcherOf(orderName: string): (event: Envelope) => boolean;
  /** Keeps a fault, under a name or by its event type. */
  add(name: string | undefined, fault: FaultHandle): void;
  /** Ends the faults of this name, or all holds of this event type. Throws an OperatingError (invalid-input) where there is none. */
  release(nameOrType: string): void;
}

/** Creates the store of a scenario's faults. */
export const createHolds = (bench: Pick<Bench, 'names'>): Holds => {
  const correlations = new Map<string, string>();
  let faults: { readonly name: string | undefined; readonly fault: FaultHandle }[] = [];
  return {
    expectOrder: (name, correlationId) => void correlations.set(name, correlationId),
    // The first events of an order may be on their way before the answer told the scenario its id: then the
    // correlation id, which the scenario chose, tells whose they are.
    matcherOf: (orderName) => (event) => {
      const id = bench.names.findOrder(orderName);
      const orderId = (event.data as { readonly orderId?: unknown }).orderId;
      return (id !== undefined && (orderId === id || event.subject === id)) || event.correlationid === correlations.get(orderName);
    },
    add: (name, fault) => void faults.push({ name, fault }),
    release: (nameOrType) => {
      const found = faults.filter(({ name, fault }) => name === nameOrType || (fault.rule.kind === 'hold' && fault.rule.type === nameOrType));
      if (found.length === 0) throw new OperatingError('invalid-input', `nothing is held under ${nameOrType}`, { mend: 'Name the fault with as: and release that name, or release an event type that a hold keeps back.' });
      faults = faults.filter((kept) => !found.includes(kept));
      for (const { fault } of found) fault.release();
    },
  };
};
