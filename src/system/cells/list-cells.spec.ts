import { hostname } from 'node:os';
import { expect, it } from 'vitest';
import type { Note } from '../../bus/bus.ts';
import { nameOfThisProcess } from '../../bus/process-alive.ts';
import { createMemoryNotes } from '../../bus/memory-notes.fixture.ts';
import { createMemoryBusHost } from '../../bus/memory.ts';
import { createWallTime } from '../wall-time.ts';
import { listCells } from './list-cells.ts';

const NOW = Date.now();
const note = (key: string, value: object | undefined, at = NOW - 500): Note => ({
  key,
  text: value === undefined ? undefined : JSON.stringify(value),
  revision: 1,
  at,
});
const here = { name: nameOfThisProcess(), host: hostname(), pid: process.pid, leaseMs: 3_600_000, isLeaving: false };
const gone = { ...here, name: JSON.stringify({ ...(JSON.parse(here.name) as object), birth: 'another' }) };
const claim = (cell: number, context: string, id: string): Note =>
  note(`cell.${cell}.${context}`, { process: id, url: `http://${id}`, token: 't' });

it('says of each context of each cell who serves it, and of the others that they are there', async () => {
  const notes = [
    note('process.serves', here),
    note('process.stops', { ...here, isLeaving: true }),
    note('process.silent', { ...here, host: 'elsewhere' }, NOW - 3_600_001),
    note('process.gone', gone),
    note('process.removed', undefined),
    note('process.gateway', here),
    note('nonsense', { process: 'x' }),
    claim(0, 'front', 'serves'),
    claim(0, 'store', 'stops'),
    claim(1, 'front', 'silent'),
    claim(1, 'store', 'gone'),
    claim(2, 'front', 'removed'),
  ];
  const host = {
    ...createMemoryBusHost({ timers: createWallTime() }),
    cellsOf: () => Promise.resolve(3),
    openNotes: () => Promise.resolve({ ...createMemoryNotes(Date).open(), list: () => Promise.resolve(notes) }),
  };
  const { cells, others, count } = await listCells(host, 'w', ['front', 'store']);
  expect(count).toBe(3);
  expect(cells.map(({ cell, context, url, process: holder }) => [cell, context, url, holder?.state])).toEqual([
    [0, 'front', 'http://serves', 'serves'],
    [0, 'store', 'http://stops', 'stops'],
    [1, 'front', 'http://silent', 'silent'],
    // Only Linux tells whether a process of this number is the same one.
    [1, 'store', 'http://gone', process.platform === 'linux' ? 'gone' : 'serves'],
    [2, 'front', 'http://removed', undefined],
    [2, 'store', undefined, undefined],
  ]);
  expect(cells[0]?.process).toEqual({
    host: hostname(),
    pid: process.pid,
    ageMs: expect.any(Number) as unknown,
    leaseMs: 3_600_000,
    state: 'serves',
  });
  expect(others).toHaveLength(1);
});
