import { expect, it } from 'vitest';
import { createMemoryBusHost } from '../bus/memory.ts';
import { FOOD } from '../contexts/index.ts';
import { SILENT_LOG } from '../kernel/log.ts';
import { createRandom } from '../kernel/random.ts';
import { SILENT_RECORDER } from '../kernel/recording.ts';
import { createVirtualTime } from '../kernel/virtual-time.ts';
import { createSqliteMemoryDisk } from '../runtime/tables/sqlite.ts';
import { createSystem } from './create.ts';

const LUNCH = { customerId: 'kim', storeId: 's1', foodId: 'bibimbap', price: 12_000, address: 'Seoul', options: [] as readonly string[] };

it('refuses a command whose event the bus could not take with 413, and keeps nothing of it', async () => {
  const time = createVirtualTime(() => new Promise((resolve) => setImmediate(resolve)));
  const told = await time.run(async () => {
    const system = await createSystem({
      definition: FOOD,
      busHost: createMemoryBusHost({ timers: time, maxMessageBytes: 4_096 }),
      world: 'w',
      disk: createSqliteMemoryDisk(),
      timers: time,
      random: createRandom('413'),
      recorder: SILENT_RECORDER,
      log: SILENT_LOG,
      http: { kind: 'in-process' },
      lookupTimeoutMs: 500,
      webhookUrl: undefined,
      onTrouble: (error) => {
        throw error;
      },
    });
    const place = (options: readonly string[]) => system.dispatch({ method: 'POST', url: '/orders', headers: {}, body: { ...LUNCH, options } });
    const refused = await place(Array.from({ length: 20 }, () => 'x'.repeat(200)));
    const placed = await place([]);
    const rest = await system.waitForRest(60_000);
    const list = await system.dispatch({ method: 'GET', url: '/orders', headers: {} });
    await system.stop();
    return { refused, placed, rest, orders: JSON.stringify(list.body).match(/"orderId"/g)?.length ?? list.body };
  });
  expect(told.refused).toMatchObject({ status: 413, body: { code: 'event-too-large', detail: expect.stringMatching(/^The event OrderPlaced has 4\d\d\d bytes, and the bus takes 4096 at most\.$/) as string } });
  expect([told.placed.status, told.rest, told.orders]).toEqual([201, { isAtRest: true }, 1]);
});
