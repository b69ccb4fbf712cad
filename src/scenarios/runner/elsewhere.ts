/** The system that scenarios are judged against where it runs elsewhere. */
import { worldOfCell, type Bus, type BusHost } from '../../bus/bus.ts';
import type { Calendar } from '../../kernel/clock.ts';
import { OperatingError } from '../../kernel/errors.ts';
import type { Random } from '../../kernel/random.ts';
import type { Address } from '../../kernel/secret.ts';
import { createHttpClient } from '../../runtime/http/client.ts';
import { openRemoteSystem } from '../../system/remote-system.ts';
import type { System } from '../../system/system.ts';
import { readVersion } from '../../system/version.ts';
import type { Journal } from './journal.ts';
import type { RunOptions } from './options.ts';

/** A target, known to be what it should be. */
export interface Elsewhere {
  /** The system as one scenario sees it. */
  open(journal: Journal, onTrouble: (error: unknown) => void): Promise<System>;
  close(): Promise<void>;
}

const TIMEOUT_MS = 10_000;

interface Introduction {
  readonly name?: unknown;
  readonly version?: unknown;
  readonly system?: unknown;
  readonly world?: unknown;
  readonly cells?: unknown;
}

const refuse = (target: Address, what: string, mend: string): never => {
  throw new OperatingError('usage', `--target ${String(target)}: ${what}`, { mend });
};

/** Holds what a target says of itself to what is needed. Throws an OperatingError (usage) that names what differs. */
const introduced = (target: Address, body: unknown, systemName: string): { readonly world: string; readonly cells: number } => {
  const { name, version, system, world, cells = 1 } = (typeof body === 'object' && body !== null ? body : {}) as Introduction;
  const gateway = 'Name the gateway of a system that food-sim serve runs, as it prints it.';
  if (name !== 'food-sim') refuse(target, 'this is not a gateway of food-sim', gateway);
  const own = readVersion();
  if (version !== own)
    refuse(
      target,
      `a food-sim ${String(version ?? 'of an older version')} runs there, and this is ${own}`,
      'Use the same version on both sides.',
    );
  if (system !== systemName)
    refuse(target, `the system ${String(system)} runs there, and the scenarios are about ${systemName}`, 'Name its module with --system.');
  return { world: String(world), cells: Number(cells) };
};

/** The streams of the target's world. Throws an OperatingError (usage) where the server has none. */
const streamsOf = async (
  busHost: BusHost,
  target: Address,
  { world, cells }: { readonly world: string; readonly cells: number },
): Promise<readonly Bus[]> => {
  const names = cells === 1 ? [world] : Array.from({ length: cells }, (_, cell) => worldOfCell(world, cell));
  const there = new Set((await busHost.worlds?.list())?.map((one) => one.world));
  // To open one would make it.
  const missing = names.find((name) => !there.has(name));
  if (missing !== undefined)
    refuse(target, `its world is ${missing}, and --bus has none of that name`, 'Name the NATS server that it runs on.');
  return Promise.all(
    names.map((name, cell) =>
      busHost.open(name, { madeFor: 'serve', isTemporary: false, ...(cells === 1 ? {} : { cell: { of: world, cell, cells } }) }),
    ),
  );
};

/** Asks a target who it is, and opens its streams where a bus is given. Throws an OperatingError where it is not what it should be. */
export const openElsewhere = async (
  { system, target, token }: Pick<RunOptions, 'system' | 'token'> & { readonly target: Address },
  busHost: BusHost | undefined,
  { timers, random }: { readonly timers: Calendar; readonly random: Random },
): Promise<Elsewhere> => {
  const client = createHttpClient({ baseUrl: target, timeoutMs: TIMEOUT_MS, token });
  try {
    const answer = await client({ method: 'GET', url: '/', headers: {} });
    if (answer.status === 401)
      refuse(target, 'it asks for a token', 'Give the one that it was started with: --token-file, or FOOD_SIM_TOKEN.');
    const found = introduced(target, answer.body, system.name);
    const buses = busHost === undefined ? [] : await streamsOf(busHost, target, found);
    return {
      open: (journal, onTrouble) =>
        openRemoteSystem({
          definition: system,
          ask: client,
          mark: `-x${random.uint32().toString(36).padStart(7, '0')}`,
          buses,
          timers,
          onEvent: (event) => journal.record({ kind: 'message.published', context: event.source.slice(1), event }),
          onTrouble,
        }),
      close: async () => {
        for (const bus of buses) await bus.close();
        await client.close();
      },
    };
  } catch (error) {
    await client.close();
    throw error;
  }
};
