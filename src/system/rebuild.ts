import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createCustomer, mypageDrift, rebuildMypages } from '../contexts/customer/index.ts';
import type { HandlerFailure } from '../bus/redelivery.ts';
import type { Envelope } from '../kernel/envelope.ts';
import { OperatingError } from '../kernel/errors.ts';
import { RUNTIME_SCHEMA } from '../runtime/ledger.ts';
import { createFileDisk } from '../runtime/sqlite.ts';
import { openBusHost } from './bus-host.ts';
import { describeDrift, eventsOf } from './mypage.ts';
import { openFolder } from './folder.ts';
import type { RebuildOptions } from './options.ts';
import { createWallTime } from './wall-time.ts';

/** What a rebuild, or a check, found. */
export interface RebuildResult {
  /** How Mypage differed from the stream before, a sentence each. */
  readonly drift: readonly string[];
  /** Rows after the rebuild; undefined where it was only checked. */
  readonly rows: number | undefined;
  /** Events read. */
  readonly events: number;
}

const collect = async (events: AsyncIterable<Envelope>): Promise<readonly Envelope[]> => {
  const collected: Envelope[] = [];
  for await (const event of events) collected.push(event);
  return collected;
};

/**
 * Compares Mypage with the stream and, unless it is only to be checked, drops it and folds it anew; while the
 * system is down. Throws an OperatingError where there is nothing to rebuild, or the folder is in use.
 */
export const rebuildMypage = async (options: RebuildOptions): Promise<RebuildResult> => {
  const { dataDir } = options;
  if (options.bus.kind === 'memory') {
    throw new OperatingError('usage', 'Mypage can\'t be rebuilt from the memory bus: its stream ends with its process', { mend: 'Use --bus embedded or --bus nats://….' });
  }
  if (!existsSync(join(dataDir, 'customer.sqlite'))) {
    throw new OperatingError('infrastructure', `${dataDir} holds no customer.sqlite, so there is no Mypage to rebuild`, { mend: 'Name the folder that food-sim serve --data-dir was given.' });
  }
  const folder = await openFolder({ dataDir, parts: ['customer'] });
  try {
    return await rebuildIn(options);
  } finally {
    await folder.close();
  }
};

/** A rebuild reads the stream, and consumes nothing. */
const handlesNothing = ({ error }: HandlerFailure): never => {
  throw error;
};

const rebuildIn = async (options: RebuildOptions): Promise<RebuildResult> => {
  const { dataDir } = options;
  const busHost = await openBusHost(options.bus, { timers: createWallTime(), storeDir: join(dataDir, 'nats'), isDurable: true, onHandlerFailure: handlesNothing });
  try {
    const bus = await busHost.open(options.world);
    const events = await collect(eventsOf(bus));
    await bus.close();
    const database = createFileDisk(dataDir, { synchronous: 'FULL' }).open('customer', [RUNTIME_SCHEMA, createCustomer().schema]);
    try {
      const drift = mypageDrift(database.read, events).map(describeDrift);
      const rows = options.checkOnly ? undefined : database.transact((tables) => rebuildMypages(tables, events));
      return { drift, rows, events: events.length };
    } finally {
      database.close();
    }
  } finally {
    await busHost.close();
  }
};
