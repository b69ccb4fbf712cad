import { expect, it } from 'vitest';
import type { BusHost } from '../bus/bus.ts';
import { createMemoryBusHost } from '../bus/memory.ts';
import { createNatsBusHost } from '../bus/nats.ts';
import { withConfiguredServer } from '../bus/test-server.contract.ts';
import { FOOD } from '../contexts/index.ts';
import type { Calendar } from '../kernel/clock.ts';
import { SILENT_LOG } from '../kernel/log.ts';
import { createRandom } from '../kernel/random.ts';
import { SILENT_RECORDER } from '../kernel/recording.ts';
import { createVirtualTime } from '../kernel/virtual-time.ts';
import { createSqliteMemoryDisk } from '../runtime/tables/sqlite.ts';
import { createSystem } from './create.ts';
import { createWallTime } from './wall-time.ts';

const LUNCH = { customerId: 'kim', storeId: 's1', foodId: 'bibimbap', price: 12_000, address: 'Seoul' };

/** What becomes of orders with these options, one after another, and of the system then. */
const placing = async (
  busHost: BusHost,
  timers: Calendar,
  ordersOf: (place: (options: readonly string[]) => Promise<{ readonly status: number; readonly body?: unknown }>) => Promise<void>,
) => {
  const system = await createSystem({
    definition: FOOD,
    busHost,
    world: 'w',
    disk: createSqliteMemoryDisk(),
    timers,
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
  await ordersOf((options) => system.dispatch({ method: 'POST', url: '/orders', headers: {}, body: { ...LUNCH, options } }));
  const rest = await system.waitForRest(60_000);
  const { body } = await system.dispatch({ method: 'GET', url: '/orders', headers: {} });
  await system.stop();
  return { rest, statuses: (body as { readonly items: readonly { readonly status: string }[] }).items.map(({ status }) => status) };
};

const refusal = (bytes: string) => ({
  status: 413,
  body: {
    code: 'event-too-large',
    detail: expect.stringMatching(new RegExp(`^The event OrderPlaced has ${bytes}, and the bus takes 4096 at most\\.$`)) as string,
  },
});

it('refuses a command whose event the bus could not take with 413, and keeps nothing of it', async () => {
  const time = createVirtualTime(() => new Promise((resolve) => setImmediate(resolve)));
  const left = await time.run(() =>
    placing(createMemoryBusHost({ timers: time, maxMessageBytes: 4_096 }), time, async (place) => {
      expect(await place(Array.from({ length: 20 }, () => 'x'.repeat(200)))).toMatchObject(refusal('4\\d\\d\\d bytes'));
      expect(await place([])).toMatchObject({ status: 201 });
    }),
  );
  expect(left).toEqual({ rest: { isAtRest: true }, statuses: ['paid'] });
});

it('counts headers as the server does: an order whose event fits without them is refused, and the longest that fits goes its way', () =>
  withConfiguredServer('max_payload: 4096\njetstream { store_dir: "FOLDER" }', async (port) => {
    const busHost = await createNatsBusHost({ servers: [`nats://127.0.0.1:${port}`] });
    const optionsOf = (last: number): readonly string[] => [...Array<string>(18).fill('x'.repeat(190)), 'x'.repeat(last)];
    try {
      const left = await placing(busHost, createWallTime(), async (place) => {
        const refused = await place(optionsOf(66));
        expect(refused).toMatchObject(refusal('41\\d\\d bytes with its headers'));
        const bytes = Number(/has (\d+)/.exec(String((refused.body as { readonly detail?: unknown }).detail))?.[1]);
        const longest = 66 - (bytes - 4_096);
        expect(await place(optionsOf(longest + 1))).toMatchObject(refusal('4097 bytes with its headers'));
        expect(await place(optionsOf(longest))).toMatchObject({ status: 201 });
        expect(await place([])).toMatchObject({ status: 201 });
      });
      expect(left).toEqual({ rest: { isAtRest: true }, statuses: ['paid', 'paid'] });
    } finally {
      await busHost.close();
    }
  }));
