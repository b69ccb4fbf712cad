import { resolve } from 'node:path';
import { OperatingError } from '../../kernel/errors.ts';
import { visible } from '../../reports/width.ts';
import { nearest } from '../../kernel/nearest.ts';
import { callsOf, contextNamesOf, type SystemDefinition } from '../../system/definition.ts';
import type { ServeOptions } from '../../system/options.ts';
import { serve, type Served } from '../../system/serve.ts';
import { busChoiceOf } from '../options/bus-choice.ts';
import type { Run } from '../command.ts';
import { EXIT } from '../../kernel/exit-codes.ts';
import type { Io } from '../io.ts';
import { portsOf } from '../options/ports.ts';
import { seedOf } from '../options/seed.ts';
import { definitionOf, worldOf } from '../system-module.ts';
import { tokenOf } from '../token.ts';

/** Which parts run here: contexts by name, and the gateway. */
const partsOf = (
  all: readonly string[],
  names: string | undefined,
): { readonly contexts: readonly string[]; readonly gateway: boolean } => {
  if (names === undefined) return { contexts: all, gateway: true };
  const wanted = names.split(',').map((name) => name.trim());
  const known = [...all, 'gateway'];
  for (const name of wanted) {
    if (known.includes(name)) continue;
    const hint = nearest(name, known);
    throw new OperatingError(
      'usage',
      `--contexts: there is no context ${JSON.stringify(name)}${hint === undefined ? '' : `; did you mean ${hint}?`}`,
      {
        mend: `There are ${known.join(', ')}. For example: --contexts ${all.slice(0, 2).join(',')}`,
      },
    );
  }
  return { contexts: all.filter((name) => wanted.includes(name)), gateway: wanted.includes('gateway') };
};

/** Whether only this machine can reach what listens there. A name is taken for what it usually is. */
const isLoopback = (host: string): boolean => /^(localhost|127(\.\d+){3}|(0*:)+:?0*1|::ffff:127(\.\d+){3})$/i.test(host);

/** Numbers as people write them: `0-3,7`. */
const rangesText = (numbers: readonly number[]): string => {
  const ranges: [first: number, last: number][] = [];
  for (const number of numbers) {
    const range = ranges.at(-1);
    if (range?.[1] === number - 1) range[1] = number;
    else ranges.push([number, number]);
  }
  return ranges.map(([first, last]) => (first === last ? String(first) : `${first}-${last}`)).join(',');
};

const cellsText = ({ here, count }: NonNullable<Served['cells']>): string =>
  here.length === 0 ? `none of ${count}` : `${rangesText(here)} of ${count}`;

const announce = (served: Served, io: Io): void => {
  io.stdout.write(`${'bus'.padEnd(13)} ${served.bus}\n`);
  if (served.cells !== undefined) io.stdout.write(`${'cells'.padEnd(13)} ${cellsText(served.cells)}\n`);
  for (const [name, url] of Object.entries(served.urls)) io.stdout.write(`${name.padEnd(13)} ${url}\n`);
  if (served.gatewayUrl !== undefined) io.stdout.write(`${'gateway'.padEnd(13)} ${served.gatewayUrl}\n`);
  io.stdout.write(`${'process'.padEnd(13)} ${process.pid}\n`);
  const temporary = `a temporary folder, removed at the end${served.isStreamTemporary ? ', as the stream is' : ''}`;
  io.stdout.write(`state in ${served.dataDir ?? temporary}\nready; stop with Ctrl-C\n`);
};

/** What is said of a switch: of a system without calls, that there is nothing to slow down. */
const switchText = (definition: SystemDefinition, isSlow: boolean): string => {
  const [call] = callsOf(definition);
  return call === undefined
    ? 'no context of this system calls another: there is nothing to slow down\n'
    : `${call.says} are ${isSlow ? 'slow now' : 'quick again'}\n`;
};

/** Switches the fault slow-order-lookup while the system runs. (Windows has no such signal; there it never comes.) */
const SWITCH_SIGNAL = 'SIGUSR2';

/** `food-sim serve`: runs the system until it is stopped. Ended by SIGTERM, as services are, it did what it should. */
export const run: Run = async (invocation) => {
  const { io, settings, signal, log } = invocation;
  const token = tokenOf(invocation);
  if (token === undefined && !isLoopback(settings.host)) {
    io.stderr.write(
      visible(
        `food-sim: ${settings.host} can be reached from elsewhere, and nobody is asked who they are: give a token with --token-file or FOOD_SIM_TOKEN\n`,
      ),
    );
  }
  const definition = await definitionOf(invocation);
  const options: ServeOptions = {
    definition,
    ...partsOf(contextNamesOf(definition), settings.contexts),
    bus: busChoiceOf(settings),
    ports: portsOf(definition, settings.port),
    host: settings.host,
    world: worldOf(invocation, definition),
    seed: seedOf(settings),
    faults: settings.fault,
    mutations: settings.mutation,
    lookupTimeoutMs: settings['lookup-timeout'],
    waitMs: settings.wait,
    drainMs: settings.drain,
    signal,
    leaseMs: settings.lease,
    ...(settings.cells === undefined ? {} : { cells: settings.cells }),
    ...(settings.advertise === undefined ? {} : { advertise: settings.advertise }),
    ...(token === undefined ? {} : { token }),
    ...(settings['data-dir'] === undefined ? {} : { dataDir: resolve(io.cwd, settings['data-dir']) }),
    ...(settings['notify-url'] === undefined ? {} : { notifyUrl: settings['notify-url'] }),
  };
  let onSwitch = (): void => undefined;
  try {
    await serve(
      options,
      {
        waits: (text) => void io.stderr.write(`${text}\n`),
        ready: (served) => {
          onSwitch = () => void io.stderr.write(switchText(definition, served.switchSlowCalls()));
          process.on(SWITCH_SIGNAL, onSwitch);
          announce(served, io);
        },
      },
      log,
    );
  } finally {
    process.off(SWITCH_SIGNAL, onSwitch);
  }
  return signal.reason === 'SIGTERM' ? EXIT.passed : EXIT.interrupted;
};
