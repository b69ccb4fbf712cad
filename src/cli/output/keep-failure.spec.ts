import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { explore } from '../../explore/search/explore.ts';
import type { Rig } from '../../explore/simulate/rig.ts';
import type { Invocation } from '../command.ts';
import { keep } from './keep-failure.ts';
import { createRig } from '../../contexts/rig.fixture.ts';

let cwd: string;
beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), 'food-sim-keeping-'));
});
afterAll(() => {
  rmSync(cwd, { recursive: true });
});

const firstFailureOn = async (rig: Rig) => {
  const { failure } = await explore({
    rig,
    seed: 'kept',
    schedules: 50,
    workload: 'people',
    strategy: { kind: 'random' },
    signal: new AbortController().signal,
    breathe: async () => undefined,
  });
  if (failure === undefined) throw new Error('nothing was found');
  return failure;
};

const keepOn = async (rig: Rig, save: string): Promise<string> => {
  let told = '';
  const invocation = {
    io: { cwd, stdout: { columns: 100 } },
    settings: { lang: 'en', save, search: 'random', mutation: rig.mutations },
  } as unknown as Invocation;
  await keep(invocation, rig, await firstFailureOn(rig), 'in schedule 1', (text) => (told += text));
  return told;
};

/** A context that forgets an event, by a change that only this process knows: as a variable of a module would be. */
const rigOfThisProcess = (): Rig => {
  const rig = createRig();
  const { rider } = rig.definitions;
  const subscriptions = rider.subscriptions.map((one) => (one.event.type === 'OrderCanceled' ? { ...one, handle: () => undefined } : one));
  return { ...rig, definitions: { ...rig.definitions, rider: { ...rider, subscriptions } } };
};

it('keeps a failure that comes again in a fresh process', async () => {
  const told = await keepOn(createRig(['cancel-on-place']), 'comes-again.json');
  expect(told).toContain('\nAgain: food-sim replay comes-again.json\n');
  expect(existsSync(join(cwd, 'comes-again.json'))).toBe(true);
}, 120_000);

it('says of a failure that hangs on the state of the process that it does, and keeps no file that would play otherwise', async () => {
  const told = await keepOn(rigOfThisProcess(), 'hangs.json');
  expect(told).toMatch(
    /\nIt does not come again in a fresh process: .*\nAgain: food-sim explore --seed kept --schedules \d+ --jobs 1 --search random\n$/,
  );
  expect(existsSync(join(cwd, 'hangs.json'))).toBe(false);
}, 120_000);
