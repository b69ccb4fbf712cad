/** A served system in the process of the test, for what must be looked at from within. */
import { expect } from 'vitest';
import { FOOD } from '../src/contexts/index.ts';
import { SILENT_LOG } from '../src/kernel/log.ts';
import { Address } from '../src/kernel/secret.ts';
import { contextNamesOf, freePortsOf } from '../src/system/definition.ts';
import type { ServeOptions } from '../src/system/options.ts';
import { serve, type Served } from '../src/system/serve.ts';

/** Places an order, and returns its id. */
export const placeAt = async (gateway: string): Promise<string> => {
  const body = JSON.stringify({ customerId: 'kim', storeId: 's1', foodId: 'bibimbap', price: 9_000, address: 'Seoul' });
  const answer = await fetch(`${gateway}/orders`, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
  expect(answer.status).toBe(201);
  return ((await answer.json()) as { orderId: string }).orderId;
};

const addressOf = (port: number): Address => {
  const read = Address.read(`nats://127.0.0.1:${port}`, ['nats:']);
  if ('fault' in read) throw new Error(read.fault);
  return read.address;
};

/** Serves in this process, on a server at this port of NATS unless another bus is chosen, until `work` is done. */
export const serving = async (port: number, changes: Partial<ServeOptions>, work: (served: Served) => Promise<unknown>): Promise<void> => {
  const leaving = new AbortController();
  const { definition = FOOD } = changes;
  const options: ServeOptions = {
    definition,
    bus: { kind: 'external', servers: [addressOf(port)] },
    contexts: contextNamesOf(definition),
    gateway: true,
    ports: freePortsOf(definition),
    host: '127.0.0.1',
    world: 'food',
    seed: '1',
    faults: [],
    mutations: [],
    lookupTimeoutMs: 500,
    waitMs: 0,
    drainMs: 0,
    signal: leaving.signal,
    ...changes,
  };
  let working: Promise<unknown> | undefined;
  const begin = (served: Served): void => {
    working = work(served).finally(() => {
      leaving.abort();
    });
    // Told when all is closed.
    working.catch(() => undefined);
  };
  await serve(options, { waits: () => undefined, ready: begin }, SILENT_LOG);
  await working;
};
