import type { WorldState, Worlds } from '../bus/bus.ts';
import { OperatingError } from '../kernel/errors.ts';
import { createWallTime } from '../system/wall-time.ts';
import { openBusHost } from '../system/bus-host.ts';
import { tellHandlerFailures } from '../system/handler-failures.ts';
import type { Invocation } from './command.ts';
import type { Finding } from './finding.ts';
import { busChoiceOf } from './options/bus-choice.ts';
import { columnsOf } from './output/columns.ts';

const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1_000],
] as const;

const ageText = (ms: number): string => {
  const [unit, size] = UNITS.find(([, length]) => ms >= length) ?? ['s', 1_000];
  return `${Math.floor(ms / size)} ${unit} old`;
};

const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

const stateText = ({ isOurs, isConsumed, isLeftOver }: WorldState): string => {
  if (isLeftOver) return 'left over';
  return `${isConsumed ? 'in use' : 'nobody listens'}${isOurs ? '' : ', made by somebody else'}`;
};

const rowOf = (state: WorldState): readonly string[] => [
  state.world,
  state.madeFor ?? '?',
  ageText(state.ageMs),
  counted(state.messages, 'message'),
  counted(state.bytes, 'byte'),
  stateText(state),
];

/** Removes what was asked for; what was done, a line each. */
const remove = async (worlds: Worlds, { settings }: Invocation): Promise<readonly string[]> => {
  const lines: string[] = [];
  const world = settings['remove-world'];
  if (world !== undefined) {
    await worlds.remove(world);
    lines.push(`removed the world ${world}`);
  }
  if (settings['remove-left-overs'] === true) {
    const removed = await worlds.removeLeftOvers();
    lines.push(removed.length === 0 ? 'nothing was left over' : `removed what was left over: ${removed.join(', ')}`);
  }
  return lines;
};

/**
 * Looks at the worlds on the server of `--bus`, and removes those that are to go; undefined where no server is named.
 * Throws an OperatingError: usage where there is no server or world to remove from, infrastructure where a world is in use.
 */
export const looksAtWorlds = async (invocation: Invocation): Promise<Finding | undefined> => {
  const { settings, log } = invocation;
  const choice = busChoiceOf(settings);
  if (choice.kind !== 'external') {
    const asked = (['remove-left-overs', 'remove-world'] as const).find((name) => settings[name] !== undefined && settings[name] !== false);
    if (asked === undefined) return undefined;
    throw new OperatingError('usage', `--${asked} needs --bus: the server to remove from`, {
      mend: `For example: food-sim doctor --bus nats://127.0.0.1:4222 --${asked}${asked === 'remove-world' ? ' food' : ''}`,
    });
  }
  const host = await openBusHost(choice, {
    timers: createWallTime(),
    storeDir: '',
    isDurable: false,
    onHandlerFailure: tellHandlerFailures(log, () => undefined),
  });
  try {
    const { worlds, description } = host;
    if (worlds === undefined) return undefined;
    const removed = await remove(worlds, invocation);
    const states = await worlds.list();
    const isAnyLeft = states.some(({ isLeftOver }) => isLeftOver);
    return {
      state: isAnyLeft ? 'note' : 'ok',
      text: `${description}: ${counted(states.length, 'world')} of food-sim`,
      details: [...removed, ...columnsOf(states.map(rowOf))],
      ...(isAnyLeft
        ? { mend: 'What is left over counts against the limits of the server: food-sim doctor --bus … --remove-left-overs removes it.' }
        : {}),
    };
  } finally {
    await host.close();
  }
};
