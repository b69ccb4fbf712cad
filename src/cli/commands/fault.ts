import { resolve } from 'node:path';
import { OperatingError } from '../../kernel/errors.ts';
import { visible } from '../../reports/width.ts';
import { processesOn, type ControlledProcess } from '../../system/control-client.ts';
import type { ControlRequest } from '../../system/control-desk.ts';
import { controlPathOf, whyNoControl } from '../../system/control.ts';
import { contextNamesOf, type SystemDefinition } from '../../system/definition.ts';
import type { SetFault } from '../../system/fault-board.ts';
import { parseFault } from '../../system/fault-spec.ts';
import type { Run } from '../command.ts';
import { EXIT } from '../../kernel/exit-codes.ts';
import type { Io } from '../io.ts';
import { definitionOf } from '../system-module.ts';

/** What is shorter to type than the fault's own name. */
const SHORT: Readonly<Record<string, string>> = { 'slow-lookup': 'slow-order-lookup' };

const OFF = 'off';

type FaultRequest = Extract<ControlRequest, { ask: 'fault' }>;

/** What the words ask for. Throws an OperatingError (usage) where they make no fault. */
const requestOf = ([word = 'list', value]: readonly string[], system: SystemDefinition): FaultRequest => {
  const [name = '', ...own] = word.split('=');
  const written = own.length === 0 ? undefined : own.join('=');
  if (name === 'list' || name === 'clear') {
    const more = written ?? value;
    if (more !== undefined)
      throw new OperatingError('usage', `fault ${name} takes nothing more, and got ${JSON.stringify(more)}`, {
        mend: `Write food-sim fault ${name} --data-dir data.`,
      });
    return { ask: 'fault', do: name };
  }
  if (written !== undefined && value !== undefined && value !== OFF) {
    throw new OperatingError('usage', `fault: ${word} has its value already, and got ${JSON.stringify(value)} too`, {
      mend: `Write ${name}=VALUE, or ${name} VALUE.`,
    });
  }
  const detail = written ?? (value === OFF ? undefined : value);
  const fault = `${SHORT[name] ?? name}${detail === undefined ? '' : `=${detail}`}`;
  const isEnd = value === OFF;
  // All crashes may be ended, and one needs a context to be set.
  if (!(isEnd && fault === 'crash')) parseFault(fault, system, 'fault');
  return { ask: 'fault', do: isEnd ? 'end' : 'set', fault };
};

const nobody = (dataDir: string, contexts: readonly string[]): OperatingError => {
  const why = whyNoControl(
    controlPathOf(
      dataDir,
      contexts.reduce((longest, name) => (name.length > longest.length ? name : longest)),
    ),
  );
  const what = why === undefined ? `no food-sim serve runs on ${dataDir}` : `no food-sim serve on ${dataDir} can be reached: ${why}`;
  return new OperatingError('infrastructure', what, {
    mend: 'Start one with food-sim serve --data-dir; to slow look-ups down without it, send SIGUSR2 to the process whose number serve prints.',
  });
};

/** What all processes answer, together. */
const askAll = async (processes: readonly ControlledProcess[], request: ControlRequest): Promise<readonly unknown[]> => {
  const items: unknown[] = [];
  for (const process of processes) for await (const item of process.ask(request)) items.push(item);
  return items;
};

const list = (faults: readonly SetFault[], io: Io): void => {
  if (faults.length === 0) io.stdout.write('No faults are set.\n');
  for (const { fault, struck } of faults) io.stdout.write(visible(`${fault.padEnd(36)} struck ${struck}\n`));
};

const counted = (count: number): string => `${count} ${count === 1 ? 'fault' : 'faults'}`;

/** `food-sim fault`: sets faults on a system that runs on a data folder, ends them, and lists them. */
export const run: Run = async (invocation) => {
  const { io, settings, words } = invocation;
  const definition = await definitionOf(invocation);
  const request = requestOf(words, definition);
  const dataDir = settings['data-dir'];
  if (dataDir === undefined) {
    throw new OperatingError('usage', 'fault needs --data-dir: the folder that the system runs on', {
      mend: `For example: food-sim fault ${words.length === 0 ? 'list' : words.join(' ')} --data-dir data`,
    });
  }
  const folder = resolve(io.cwd, dataDir);
  const processes = await processesOn(folder);
  if (processes.length === 0) throw nobody(folder, contextNamesOf(definition));
  const items = await askAll(processes, request);
  if (request.do === 'list') {
    list(items as readonly SetFault[], io);
    return EXIT.passed;
  }
  const changed = (items as readonly number[]).reduce((sum, count) => sum + count, 0);
  if (!('fault' in request)) {
    io.stdout.write(`${counted(changed)} ended.\n`);
    return EXIT.passed;
  }
  if (changed === 0) {
    const contexts = processes.flatMap((process) => process.contexts).join(', ');
    throw request.do === 'end'
      ? new OperatingError('usage', `fault: no ${request.fault} is set`, { mend: 'food-sim fault list shows those that are.' })
      : new OperatingError('usage', `fault: ${request.fault} is of a context that does not run here`, { mend: `Here run ${contexts}.` });
  }
  io.stdout.write(visible(request.do === 'end' ? `${counted(changed)} ended.\n` : `${request.fault} is set.\n`));
  return EXIT.passed;
};
