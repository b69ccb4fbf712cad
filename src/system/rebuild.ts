import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { HandlerFailure } from '../bus/redelivery.ts';
import type { Envelope } from '../kernel/envelope.ts';
import { OperatingError } from '../kernel/errors.ts';
import type { ContextDefinition, View } from '../runtime/actor/context.ts';
import { RUNTIME_SCHEMA } from '../runtime/actor/ledger.ts';
import { createFileDisk } from '../runtime/tables/sqlite.ts';
import { openBusHost } from './bus-host.ts';
import { describeContexts, viewOf } from './definition.ts';
import { openFolder } from './folder.ts';
import type { RebuildOptions } from './options.ts';
import { storedIn } from './stored.ts';
import { createWallTime } from './wall-time.ts';

/** What a rebuild, or a check, found. */
export interface RebuildResult {
  /** How the view differed from the stream before, a sentence each. */
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
 * Compares a view with the stream and, unless it is only to be checked, drops it and folds it anew; while the
 * system is down. Throws an OperatingError where there is nothing to rebuild, or the folder is in use.
 */
export const rebuildView = async (options: RebuildOptions): Promise<RebuildResult> => {
  const { dataDir, view } = options;
  const definitions = describeContexts(options.definition);
  const found = viewOf(definitions, view);
  if (found === undefined) {
    const views = definitions.flatMap(({ views: own = [] }) => own.map(({ name }) => name));
    throw new OperatingError('usage', `there is no view ${view}`, { mend: `There are: ${views.join(', ')}.` });
  }
  const { context } = found;
  if (options.bus.kind === 'memory') {
    throw new OperatingError('usage', `${view} can't be rebuilt from the memory bus: its stream ends with its process`, {
      mend: 'Use --bus embedded or --bus nats://….',
    });
  }
  if (!existsSync(join(dataDir, `${context}.sqlite`))) {
    throw new OperatingError('infrastructure', `${dataDir} holds no ${context}.sqlite, so there is no ${view} to rebuild`, {
      mend: 'Name the folder that food-sim serve --data-dir was given.',
    });
  }
  const folder = await openFolder({ dataDir, parts: [context] });
  try {
    return await rebuildIn(
      options,
      found.view,
      definitions.find(({ name }) => name === context)!,
    );
  } finally {
    await folder.close();
  }
};

/** A rebuild reads the stream, and consumes nothing. */
const handlesNothing = ({ error }: HandlerFailure): never => {
  throw error;
};

const rebuildIn = async (options: RebuildOptions, view: View, { name, schema }: ContextDefinition): Promise<RebuildResult> => {
  const { dataDir } = options;
  const busHost = await openBusHost(options.bus, {
    timers: createWallTime(),
    storeDir: join(dataDir, 'nats'),
    isDurable: true,
    onHandlerFailure: handlesNothing,
  });
  try {
    const bus = await busHost.open(options.world);
    const events = await collect(storedIn(bus));
    await bus.close();
    const database = createFileDisk(dataDir, { synchronous: 'FULL' }).open(name, [RUNTIME_SCHEMA, schema]);
    try {
      const drift = view.drift(database.read, events).map(({ message }) => message);
      const rows = options.checkOnly ? undefined : database.transact((tables) => view.rebuild(tables, events));
      return { drift, rows, events: events.length };
    } finally {
      database.close();
    }
  } finally {
    await busHost.close();
  }
};
