/** Every scenario that README and docs show passes, alone and under the faults of an exploration. */
import { SPOKEN_FOOD } from '../src/contexts/spoken.ts';
import { FOOD_GRAMMAR } from '../src/contexts/grammar.fixture.ts';
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { explore } from '../src/explore/search/explore.ts';
import { obstacleTo } from '../src/explore/schedule/explorable.ts';
import { objectionsTo } from '../src/load/objections.ts';
import { SILENT_LOG } from '../src/kernel/log.ts';
import type { Entry } from '../src/kernel/recording.ts';
import { parseScenarios } from '../src/scenarios/language/parse.ts';
import { runScenarios } from '../src/scenarios/runner/run.ts';
import { createRig } from '../src/contexts/rig.fixture.ts';

const ROOT = join(import.meta.dirname, '..');

interface Shown {
  /** Where the block begins. */
  readonly place: string;
  readonly text: string;
}

/** The fenced blocks of YAML in a page. */
const blocksOf = (page: string): readonly Shown[] => {
  const source = readFileSync(join(ROOT, page), 'utf8');
  return [...source.matchAll(/^```ya?ml\n(.*?)^```$/gms)].map((match) => ({
    place: `${page}:${source.slice(0, match.index).split('\n').length}`,
    text: match[1] ?? '',
  }));
};

/** The scenarios that a page shows; invariants that stand alone are those of the scenario shown before them. */
const scenariosOf = (page: string): readonly Shown[] => {
  const found: Shown[] = [];
  for (const block of blocksOf(page)) {
    if (/^name:/m.test(block.text) && /^steps:/m.test(block.text)) found.push(block);
    else if (block.text.startsWith('invariants:')) found.push({ place: block.place, text: `${found.at(-1)?.text ?? ''}${block.text}` });
  }
  return found;
};

const PAGES = ['README.md', ...globSync('docs/**/*.md', { cwd: ROOT })].sort();
const SHOWN = PAGES.flatMap(scenariosOf);
const never = new AbortController().signal;
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'food-sim-shown-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** What a run says of it: its outcome, and why. */
const ran = async (text: string): Promise<string> => {
  const file = join(folder, 'shown.yaml');
  writeFileSync(file, text);
  let said = 'nothing';
  const hear = (entry: Entry): void => {
    if (entry.kind === 'scenario.finished') said = `${entry.outcome}${entry.failure === undefined ? '' : `: ${entry.failure.message}`}`;
  };
  const options = {
    system: SPOKEN_FOOD,
    paths: [file],
    bus: { kind: 'memory' },
    time: 'virtual',
    seed: '1',
    jobs: 1,
    bail: false,
    tags: [],
    vars: {},
    keep: false,
    faults: [],
    mutations: [],
    signal: never,
  } as const;
  await runScenarios(options, hear, SILENT_LOG);
  return said;
};

const explored = async (text: string, schedules = 60): Promise<readonly string[]> => {
  const name = parseScenarios(text, 'shown.yaml', FOOD_GRAMMAR).scenarios[0]?.name ?? '';
  const workload = { scenarios: [{ file: 'shown.yaml', text, name, vars: {} }] };
  const { failure, unseen } = await explore({
    seed: '1',
    workload,
    strategy: { kind: 'random' },
    rig: createRig(),
    schedules,
    signal: never,
    breathe: async () => undefined,
  });
  // What the network does is another's to demand.
  return [
    ...(failure === undefined ? [] : [`${failure.violation.invariant}: ${failure.violation.found}`]),
    ...unseen.filter((one) => one.startsWith('shown.yaml')),
  ];
};

describe('the scenarios that are shown', () => {
  it('are found: in the README, in the guide of the language, and with invariants', () => {
    for (const page of ['README.md', 'docs/scenario-language.md', 'docs/load.md'])
      expect(SHOWN.filter(({ place }) => place.startsWith(page)).length).toBeGreaterThan(0);
    expect(SHOWN.filter(({ text }) => /^invariants:/m.test(text)).length).toBeGreaterThan(0);
  });

  it.each(SHOWN)('hold: $place', async ({ text }) => {
    const [scenario] = parseScenarios(text, 'shown.yaml', FOOD_GRAMMAR).scenarios;
    if (scenario === undefined) throw new Error('it holds no scenario');
    const obstacle = obstacleTo(scenario);
    // What is measured is driven by the tests of loads, and can't be explored by its nature.
    if (scenario.load !== undefined) {
      expect(obstacle?.why).toContain('a load is measured');
      // As far as can be said without driving it.
      expect(await objectionsTo([scenario], SPOKEN_FOOD)).toEqual([]);
      return;
    }
    expect(obstacle).toBeUndefined();
    // What is shown to fail does.
    if (text.includes('# wrong, and mended below')) {
      expect(await ran(text)).toMatch(/^failed: /);
      return;
    }
    expect(await ran(text)).toBe('passed');
    expect(await explored(text)).toEqual([]);
  });

  it('would be told that hang on how fast the machine is', async () => {
    const text = SHOWN.find(({ place }) => place.startsWith('README.md'))?.text ?? '';
    expect(text).toMatch(/ {2}- settle .*\n {2}- cancel/);
    expect(await explored(text.replace(/ {2}- settle .*\n( {2}- cancel)/, '$1'))).toEqual([
      expect.stringContaining('events: lunch, in order'),
    ]);
  });
});
