import { JetStreamApiCodes, JetStreamApiError } from '@nats-io/jetstream';
import type { JetStreamManager, StreamConfig, StreamInfo } from '@nats-io/jetstream';
import { OperatingError } from '../kernel/errors.ts';
import type { WorldState, Worlds } from './bus.ts';
import { LEASE_MS, readCell, readLease } from './nats-lease.ts';
import { notesStreamOf } from './nats-notes.ts';
import { STREAM_PREFIX, isMadeByUs, streamOf } from './nats-streams.ts';
import { stateOfProcess } from './process-alive.ts';
import { EVERY_WORLD } from './wire.ts';

/** What the worlds of a server are looked at with. */
export interface WorldsOptions {
  readonly jsm: JetStreamManager;
  /** Names the server for people. */
  readonly where: string;
  readonly trouble: (error: unknown, doing: string) => OperatingError;
}

/** By the server's own clock where it tells it, since every machine has another. */
const ageOf = ({ created, ...info }: StreamInfo): number => {
  const { ts } = info as { readonly ts?: string };
  return Math.max(0, (ts === undefined ? Date.now() : Date.parse(ts)) - Date.parse(created));
};

/**
 * Whether whoever opened a temporary world is gone. One on this machine is looked for; of any other it is known when the server
 * has forgotten its consumers, which it does when nobody pulled for as long as a lease.
 */
const isLeftOver = (owner: string | undefined, isConsumed: boolean, consumers: number, ageMs: number): boolean => {
  if (owner === undefined || isConsumed) return false;
  const state = stateOfProcess(owner);
  return state === 'gone' || (state === 'unknown' && consumers === 0 && ageMs > LEASE_MS);
};

const stateOf = async (jsm: JetStreamManager, info: StreamInfo): Promise<WorldState> => {
  const { config, state } = info;
  const world = config.name.slice(STREAM_PREFIX.length);
  let isConsumed = false;
  let consumers = 0;
  for await (const { num_waiting } of jsm.consumers.list(config.name)) {
    consumers += 1;
    isConsumed ||= num_waiting > 0;
  }
  const { madeFor, owner } = readLease(config);
  const ageMs = ageOf(info);
  const isOurs = isMadeByUs(world, config);
  return {
    world,
    madeFor: isOurs ? madeFor : undefined,
    isOurs,
    cellOf: readCell(config)?.of,
    ageMs,
    messages: state.messages,
    bytes: state.bytes,
    isConsumed,
    isLeftOver: isOurs && isLeftOver(owner, isConsumed, consumers, ageMs),
  };
};

/** A stream that somebody else deleted meanwhile is what was wanted. */
const isGone = (error: unknown): boolean => error instanceof JetStreamApiError && error.code === JetStreamApiCodes.StreamNotFound;

/** The worlds of this program on a server, and the removal of those that nobody needs. */
export const createNatsWorlds = ({ jsm, where, trouble }: WorldsOptions): Worlds => {
  const look = async (info: StreamInfo): Promise<WorldState | undefined> => {
    try {
      return await stateOf(jsm, info);
    } catch (error) {
      if (isGone(error)) return undefined;
      throw error;
    }
  };

  const list = async (isWanted: (config: StreamConfig) => boolean = () => true): Promise<readonly WorldState[]> => {
    const found: WorldState[] = [];
    try {
      for await (const info of jsm.streams.list(EVERY_WORLD)) {
        if (!info.config.name.startsWith(STREAM_PREFIX) || !isWanted(info.config)) continue;
        const state = await look(info);
        if (state !== undefined) found.push(state);
      }
    } catch (error) {
      throw trouble(error, 'list the streams of food-sim');
    }
    return found.sort((a, b) => (a.world < b.world ? -1 : 1));
  };

  const deleteStream = async (stream: string): Promise<void> => {
    try {
      await jsm.streams.delete(stream);
    } catch (error) {
      if (!isGone(error)) throw trouble(error, `delete stream ${stream}`);
    }
  };

  /** Throws an OperatingError (infrastructure) where it is not to be removed. */
  const refuseRemoval = ({ world, isOurs, isConsumed }: WorldState): void => {
    if (!isOurs) {
      throw new OperatingError(
        'infrastructure',
        `the stream ${streamOf(world)} on the NATS server ${where} was made by somebody else, and is not removed`,
        { mend: 'Delete it with the tools of whoever made it, for example nats stream rm.' },
      );
    }
    if (isConsumed) {
      throw new OperatingError('infrastructure', `the world ${world} on the NATS server ${where} is in use: somebody listens there now`, {
        mend: 'Stop the food-sim that runs on it first.',
      });
    }
  };

  return {
    list: () => list(),
    remove: async (world) => {
      const found = (await list()).filter((one) => one.world === world || one.cellOf === world);
      if (found.length === 0)
        throw new OperatingError('usage', `there is no world ${JSON.stringify(world)} on the NATS server ${where}`, {
          mend: 'food-sim doctor --bus lists those there are.',
        });
      // All or none of them.
      for (const one of found) refuseRemoval(one);
      for (const one of found) await deleteStream(streamOf(one.world));
      if (found.some(({ cellOf }) => cellOf === world)) await deleteStream(notesStreamOf(world));
    },
    removeLeftOvers: async () => {
      const leftOver = (await list((config) => readLease(config).owner !== undefined)).filter((one) => one.isLeftOver);
      for (const { world } of leftOver) await deleteStream(streamOf(world));
      return leftOver.map(({ world }) => world);
    },
  };
};
