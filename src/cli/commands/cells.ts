import { OperatingError } from '../../kernel/errors.ts';
import { EXIT } from '../../kernel/exit-codes.ts';
import { visible } from '../../reports/width.ts';
import { openBusHost } from '../../system/bus-host.ts';
import { listCells, type ListedCell, type ListedProcess, type ListedWorld } from '../../system/cells/list-cells.ts';
import { contextNamesOf } from '../../system/definition.ts';
import { tellHandlerFailures } from '../../system/handler-failures.ts';
import { createWallTime } from '../../system/wall-time.ts';
import type { Run } from '../command.ts';
import { busChoiceOf } from '../options/bus-choice.ts';
import { columnsOf } from '../output/columns.ts';
import { definitionOf, worldOf } from '../system-module.ts';

const secondsOf = (ms: number): string => `${Math.round(ms / 100) / 10} s`;

const WORDS: Readonly<Record<ListedProcess['state'], string>> = {
  serves: 'serves',
  stops: 'is about to stop',
  silent: 'is silent: its lease is over',
  gone: 'is gone without a word',
};

const processOf = ({ host, pid, state, ageMs, leaseMs }: ListedProcess): readonly string[] => [
  `process ${pid} on ${host}`,
  WORDS[state],
  `heard ${secondsOf(ageMs)} ago, lease ${secondsOf(leaseMs)}`,
];

const holderOf = ({ process, url }: ListedCell): readonly string[] =>
  process === undefined ? ['nobody', url === undefined ? 'not served yet' : 'not served at the moment', ''] : processOf(process);

/** Contexts of a cell that one process serves make one row. */
const rowsOf = (cells: readonly ListedCell[]): readonly (readonly string[])[] => {
  const rows = new Map<string, { readonly contexts: string[]; readonly cell: number; readonly holder: readonly string[] }>();
  for (const one of cells) {
    const holder = holderOf(one);
    const key = `${one.cell} ${holder.join(' ')}`;
    const row = rows.get(key);
    if (row === undefined) rows.set(key, { contexts: [one.context], cell: one.cell, holder });
    else row.contexts.push(one.context);
  }
  return [...rows.values()].map(({ contexts, cell, holder }) => [`cell ${cell}`, contexts.join(','), ...holder]);
};

const textOf = (world: string, { count, cells, others }: ListedWorld): string => {
  const rows = [...rowsOf(cells), ...others.map((one) => ['no cell', 'gateway', ...processOf(one)])];
  return [`world ${world}: ${count} cells`, ...columnsOf(rows)].map((line) => `${visible(line)}\n`).join('');
};

/** `food-sim cells`: looks at who serves the cells of a world. */
export const run: Run = async (invocation) => {
  const { settings, io, log } = invocation;
  const choice = busChoiceOf(settings);
  if (choice.kind !== 'external') {
    throw new OperatingError('usage', 'cells needs --bus: the server that the processes of a world share', {
      mend: 'For example: food-sim cells --bus nats://127.0.0.1:4222',
    });
  }
  const definition = await definitionOf(invocation);
  const world = worldOf(invocation, definition);
  const host = await openBusHost(choice, {
    timers: createWallTime(),
    storeDir: '',
    isDurable: false,
    onHandlerFailure: tellHandlerFailures(log, () => undefined),
  });
  try {
    io.stdout.write(textOf(world, await listCells(host, world, contextNamesOf(definition))));
  } finally {
    await host.close();
  }
  return EXIT.passed;
};
