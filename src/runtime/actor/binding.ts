import { bondOf } from './bond.ts';
import { bindingTable } from './ledger.ts';
import type { Timers } from '../../kernel/clock.ts';
import type { Random } from '../../kernel/random.ts';
import type { Bus, ConsumeOptions, StreamLook } from '../../bus/bus.ts';
import type { Database } from '../tables/tables.ts';

/** What a consumer is opened with, of a database that belongs to its stream. */
export type Bound = Pick<ConsumeOptions, 'afterSeq' | 'owner' | 'verify'>;

/** What a binding works with. */
export interface BindingOptions {
  readonly name: string;
  readonly bus: Bus;
  readonly timers: Timers;
  readonly random: Random;
  /** The context's database, opened where it is not. */
  readonly open: () => Database;
}

/**
 * Binds a context's database to its stream, for one life after the other: undefined where the life is over meanwhile.
 * Rejects as {@link bondOf} does.
 */
export const createBinding = ({ name, bus, timers, random, open }: BindingOptions) => {
  return async (looking: Promise<StreamLook>, isAlive: () => boolean): Promise<Bound | undefined> => {
    const look = await looking;
    if (!isAlive()) return undefined;
    const bond = await bondOf(open().read, name, look);
    if (!isAlive()) return undefined;
    const database = open();
    const bound = database.read.get(bindingTable, name);
    // A fork draws nothing from the run's own numbers.
    const owner = bound?.owner ?? random.fork(`binding ${timers.now()}`).uint32().toString(36);
    if (bound?.stream !== bond.stream) database.transact((tables) => tables.put(bindingTable, { consumer: name, owner, ...bond }));
    const verify = async (): Promise<void> => {
      const now = await bus.look();
      if (isAlive() && now !== undefined) await bondOf(open().read, name, now);
    };
    return { afterSeq: bond.seq, owner, verify };
  };
};
