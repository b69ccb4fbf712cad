// Draws mutants by a seed: the same seed draws the same ones from the same sources.
import { createHash } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { createInstrumenter } from '@stryker-mutator/instrumenter';
import { createInjector } from 'typed-inject';

/** What judges and decides. */
export const ROOMS = ['src/contexts', 'src/runtime', 'src/bus', 'src/scenarios/runner', 'src/load'];

/** A mutant that holds more than these would bring a sample of its own, so it is left out. */
const MOST_INSIDE = 3;

/** What is broken on purpose: that it is found, explorations show. And what is only shown on the screen: its specs stand there. */
const NO_JUDGES = /\/(mutations|panes)\//;

const silent = { isDebugEnabled: () => false, debug: () => {}, info: () => {}, warn: () => {}, trace: () => {}, error: () => {} };

const sourcesOf = (rooms) =>
  rooms
    .flatMap((room) => (/\.tsx?$/.test(room) ? [room] : globSync(`${room}/**/*.ts`).filter((path) => !NO_JUDGES.test(path))))
    .filter((path) => !/\.(spec|contract|fixture)\.ts$/.test(path))
    .sort();

/** Every mutant of some folders or files, in the order of the sources. */
const listMutants = async (rooms) => {
  const instrumenter = createInjector().provideValue('logger', silent).injectFunction(createInstrumenter);
  const files = sourcesOf(rooms).map((name) => ({ name, mutate: true, content: readFileSync(name, 'utf8') }));
  const options = { ignorers: [], excludedMutations: [], plugins: null, noHeader: true };
  return (await instrumenter.instrument(files, options)).mutants;
};

const isBefore = (one, other) => one.line < other.line || (one.line === other.line && one.column <= other.column);
const isInside = (inner, outer) =>
  inner.fileName === outer.fileName &&
  isBefore(outer.location.start, inner.location.start) &&
  isBefore(inner.location.end, outer.location.end);

/** The ranges of at least as many mutants as asked for, as Stryker takes them; all of them where there are no more. */
export const drawRanges = async ({ rooms, seed, count }) => {
  const mutants = await listMutants(rooms);
  const rank = (index) => createHash('sha1').update(`${seed} ${index}`).digest('hex');
  const order = mutants.map((mutant, index) => ({ mutant, rank: rank(index) })).sort((one, other) => (one.rank < other.rank ? -1 : 1));
  const drawn = new Set();
  const ranges = [];
  for (const { mutant } of order) {
    if (drawn.size >= count) break;
    if (drawn.has(mutant)) continue;
    const inside = mutants.filter((other) => isInside(other, mutant));
    if (inside.length > MOST_INSIDE) continue;
    for (const other of inside) drawn.add(other);
    const { start, end } = mutant.location;
    ranges.push(`${mutant.fileName}:${start.line + 1}:${start.column}-${end.line + 1}:${end.column}`);
  }
  return { ranges, drawn: drawn.size, of: mutants.length };
};
