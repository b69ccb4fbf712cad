import { spawnSync } from 'node:child_process';
import { jetstreamManager, type JetStreamManager, type StreamInfo } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { describe, expect, it, vi } from 'vitest';
import { OperatingError } from '../kernel/errors.ts';
import { drained, envelopes } from './bus.contract.ts';
import type { BusHost, WorldUse, Worlds } from './bus.ts';
import { LEASE_MS, leaseOf } from './nats-lease.ts';
import { createNatsWorlds } from './nats-worlds.ts';
import { createNatsBusHost } from './nats.ts';
import { nameOfThisProcess } from './process-alive.ts';
import { withConfiguredServer } from './test-server.contract.ts';

const RUN: WorldUse = { madeFor: 'run', isTemporary: true };
const CONSUME = { consumer: 'store', types: 'all', afterSeq: 0, maxBatch: 100 } as const;

/** The name of a process of this machine that has ended. */
const goneProcess = (): string => {
  const { pid } = spawnSync(process.execPath, ['-e', '']);
  return JSON.stringify({ ...(JSON.parse(nameOfThisProcess()) as object), pid, birth: '' });
};

interface At {
  readonly jsm: JetStreamManager;
  readonly notes: readonly string[];
  readonly host: () => Promise<BusHost & { readonly worlds: Worlds }>;
}

const at = (work: (server: At) => Promise<void>): Promise<void> =>
  withConfiguredServer('jetstream { store_dir: "FOLDER" }', async (port) => {
    const notes: string[] = [];
    const hosts: BusHost[] = [];
    const connection = await connect({ servers: `127.0.0.1:${port}` });
    try {
      const host = async () => {
        const opened = await createNatsBusHost({ servers: [`127.0.0.1:${port}`], onNote: (text) => void notes.push(text) });
        hosts.push(opened);
        return opened as BusHost & { readonly worlds: Worlds };
      };
      await work({ jsm: await jetstreamManager(connection), notes, host });
    } finally {
      for (const opened of hosts) await opened.close();
      await connection.close();
    }
  });

const addLeftOver = async (jsm: JetStreamManager, world: string): Promise<void> => {
  await jsm.streams.add({
    name: `FOODSIM_${world}`,
    description: `food-sim, world ${world}`,
    subjects: [`foodsim.${world}.>`],
    ...leaseOf(RUN, goneProcess()),
  });
};

describe('the worlds on a server', () => {
  it('are listed with what they are for, what they hold, and whether somebody listens', () =>
    at(async ({ host, jsm }) => {
      const { open, worlds } = await host();
      const food = await open('food', { madeFor: 'serve', isTemporary: false });
      await food.publish(envelopes('a', 2));
      const consumption = await food.consume(CONSUME, () => undefined);
      await open('mine', RUN);
      await addLeftOver(jsm, 'killed');
      await jsm.streams.add({ name: 'FOODSIM_foreign', subjects: ['foodsim.foreign.>'], metadata: { 'food-sim-owner': goneProcess() } });
      await jsm.streams.add({ name: 'OTHERS', subjects: ['foodsim.others.>'] });
      await vi.waitFor(
        async () => expect((await worlds.list()).filter(({ isConsumed }) => isConsumed).map(({ world }) => world)).toEqual(['food']),
        { timeout: 30_000 },
      );
      expect(await worlds.list()).toEqual([
        {
          world: 'food',
          madeFor: 'serve',
          isOurs: true,
          ageMs: expect.any(Number) as number,
          messages: 2,
          bytes: expect.any(Number) as number,
          isConsumed: true,
          isLeftOver: false,
        },
        expect.objectContaining({ world: 'foreign', madeFor: undefined, isOurs: false, isLeftOver: false }),
        expect.objectContaining({ world: 'killed', madeFor: 'run', messages: 0, isConsumed: false, isLeftOver: true }),
        expect.objectContaining({ world: 'mine', madeFor: 'run', isConsumed: false, isLeftOver: false }),
      ]);
      const [state] = await worlds.list();
      expect(state?.ageMs).toBeLessThan(60_000);
      expect(state?.bytes).toBe((await jsm.streams.info('FOODSIM_food')).state.bytes);
      await consumption.stop();
    }));

  it('are removed by name unless somebody listens, or somebody else made them', () =>
    at(async ({ host, jsm }) => {
      const { open, worlds } = await host();
      const consumption = await (await open('food')).consume(CONSUME, () => undefined);
      await drained(consumption);
      await jsm.streams.add({ name: 'FOODSIM_foreign', subjects: ['foodsim.foreign.>'] });
      await vi.waitFor(
        () =>
          expect(worlds.remove('food')).rejects.toMatchObject({
            trouble: 'infrastructure',
            message: expect.stringMatching(/the world food .* is in use/) as string,
          }),
        { timeout: 30_000 },
      );
      await expect(worlds.remove('foreign')).rejects.toMatchObject({
        trouble: 'infrastructure',
        message: expect.stringMatching(/FOODSIM_foreign .* was made by somebody else/) as string,
      });
      await expect(worlds.remove('nothing')).rejects.toMatchObject({
        trouble: 'usage',
        message: expect.stringMatching(/there is no world "nothing"/) as string,
      });
      await consumption.stop();
      await vi.waitFor(() => worlds.remove('food'), { timeout: 30_000 });
      expect((await worlds.list()).map(({ world }) => world)).toEqual(['foreign']);
    }));

  it('that a killed run left are removed by the next run, and by no other than a run', () =>
    at(async ({ host, jsm, notes }) => {
      const first = await host();
      await first.open('food');
      await first.open('first', RUN);
      await addLeftOver(jsm, 'killed');
      const second = await host();
      await second.open('served');
      expect((await second.worlds.list()).map(({ world }) => world)).toEqual(['first', 'food', 'killed', 'served']);
      await second.open('second', RUN);
      expect((await second.worlds.list()).map(({ world }) => world)).toEqual(['first', 'food', 'second', 'served']);
      expect(notes).toEqual([expect.stringMatching(/removed what runs left behind that were killed: killed$/)]);
    }));

  it('of a run lose their consumers, and in the end their messages, by themselves; kept ones do not', () =>
    at(async ({ host, jsm }) => {
      const { open } = await host();
      const consumption = await (await open('mine', RUN)).consume(CONSUME, () => undefined);
      await (await open('food')).consume(CONSUME, () => undefined);
      expect((await jsm.consumers.info('FOODSIM_mine', 'store')).config.inactive_threshold).toBe(600e9);
      expect((await jsm.streams.info('FOODSIM_mine')).config.max_age).toBe(7 * 86_400e9);
      expect((await jsm.consumers.info('FOODSIM_food', 'store')).config.inactive_threshold ?? 0).toBe(0);
      expect((await jsm.streams.info('FOODSIM_food')).config.max_age).toBe(0);
      await consumption.stop();
    }));
});

/** Worlds on a server that holds one stream, of a run on another machine, with so many consumers. */
const worldsOfAnother = (ageMs: number, consumers: readonly { readonly num_waiting: number }[]): Worlds => {
  const owner = JSON.stringify({ ...(JSON.parse(nameOfThisProcess()) as object), numbering: 'elsewhere' });
  const created = '2026-11-28T00:00:00Z';
  const info = {
    config: { name: 'FOODSIM_r', description: 'food-sim, world r', ...leaseOf(RUN, owner) },
    created,
    state: { messages: 1, bytes: 9 },
    ts: new Date(Date.parse(created) + ageMs).toISOString(),
  };
  const lister = <Item>(items: readonly Item[]) =>
    (async function* () {
      yield* items;
    })();
  const jsm = { streams: { list: () => lister([info as unknown as StreamInfo]) }, consumers: { list: () => lister(consumers) } };
  return createNatsWorlds({
    jsm: jsm as unknown as JetStreamManager,
    where: 'there',
    trouble: () => new OperatingError('infrastructure', 'trouble'),
  });
};

describe('a world of a run on another machine', () => {
  it.each([
    ['that is older than a lease and has no consumer any more', LEASE_MS + 1, [], true],
    ['whose consumers the server still keeps', LEASE_MS * 100, [{ num_waiting: 0 }], false],
    ['that somebody listens to', LEASE_MS * 100, [{ num_waiting: 0 }, { num_waiting: 1 }], false],
    ['that was opened a moment ago', LEASE_MS, [], false],
  ])('%s', async (_, ageMs, consumers, isLeftOver) => {
    expect((await worldsOfAnother(ageMs, consumers).list()).map((state) => state.isLeftOver)).toEqual([isLeftOver]);
  });
});
