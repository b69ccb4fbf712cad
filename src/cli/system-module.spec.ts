import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runMain } from './main.fixture.ts';

const FACE = pathToFileURL(join(import.meta.dirname, '../public/index.ts')).href;

let cwd: string;
beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), 'food-sim-system-'));
});
afterAll(() => {
  rmSync(cwd, { recursive: true });
});

const run = (...argv: readonly string[]) => runMain(argv, cwd);

const SYSTEM = `
import { command, defineContext, defineEvent, defineSystem, defineTable, z } from ${JSON.stringify(FACE)};
const things = defineTable({ name: 'things', columns: { thingId: 'text' }, key: ['thingId'] });
const Made = defineEvent('Made', z.object({ thingId: z.string() }));
const make = command('POST /things', { body: z.strictObject({ thingId: z.string().min(1).max(9) }), execute: ({ body }, scope) => (scope.tables.put(things, body), scope.emit(Made, body.thingId, body), body) });
const verbs = { make: { context: 'makers', method: 'POST', path: '/things', by: 'people', makes: { what: 'thing', table: 'things' }, tells: 'Made' } };
export default defineSystem({ name: 'things', contexts: [defineContext({ name: 'makers', tables: [things], events: [Made], commands: [make] })], verbs });
`;

describe('--system', () => {
  it('explores the system of a module, on the people that it has', async () => {
    writeFileSync(join(cwd, 'things.ts'), SYSTEM);
    const { code, out, err } = await run('explore', '--system', 'things.ts', '--schedules', '30', '--seed', '1', '--jobs', '1');
    expect(err).toBe('');
    expect(out).toMatch(/^30 schedules of seed 1/);
    // Nobody hears of anything here, so little can be seen; and nothing is said to hold that was not.
    expect(out).toMatch(/inconclusive: these were never seen/);
    expect(code).toBe(4);
  }, 60_000);

  it('has the workloads and mutations of that system alone', async () => {
    writeFileSync(join(cwd, 'things.ts'), SYSTEM);
    expect(await run('explore', '--system', 'things.ts', '--workload', 'racing-cancel')).toMatchObject({
      code: 2,
      err: expect.stringContaining('--workload: "racing-cancel" is not one of people') as string,
    });
    expect(await run('explore', '--system', 'things.ts', '--mutation', 'no-outbox')).toMatchObject({
      code: 2,
      err: expect.stringContaining('there is no mutation "no-outbox"') as string,
    });
  }, 60_000);

  it('plays, checks and explores scenarios about that system, and describes their language', async () => {
    writeFileSync(join(cwd, 'things.ts'), SYSTEM);
    writeFileSync(
      join(cwd, 'made.yaml'),
      'name: One is made\nsteps:\n  - make: { thingId: one }\n  - expect: { thing: one, exists: true }\n',
    );
    writeFileSync(
      join(cwd, 'wrong.yaml'),
      'name: One is made\nsteps:\n  - mkae: { thingId: one }\n  - expect: { thing: one, exists: true }\n',
    );
    const of = (command: string, ...others: readonly string[]) => run(command, '--system', 'things.ts', ...others);
    const virtual = ['--bus', 'memory', '--time', 'virtual'];
    expect(await of('lint', 'made.yaml')).toEqual({ code: 0, out: '1 file, 1 scenario: no problems\n', err: '' });
    expect(await of('lint', 'wrong.yaml')).toMatchObject({
      code: 3,
      out: expect.stringContaining('wrong.yaml:3:5: there is no step mkae; did you mean make?') as string,
    });
    expect(await of('run', 'made.yaml', ...virtual)).toMatchObject({
      code: 0,
      out: expect.stringContaining('1 scenario: 1 passed') as string,
    });
    expect(await of('run', 'wrong.yaml', ...virtual)).toMatchObject({ code: 3 });
    expect(await of('run', ...virtual)).toMatchObject({
      code: 2,
      err: expect.stringContaining('no scenarios come with the system things') as string,
    });
    expect(await of('explore', 'made.yaml', '--schedules', '5', '--seed', '1', '--jobs', '1')).toMatchObject({
      out: expect.stringMatching(/^5 schedules of seed 1/) as string,
    });
    const { out } = await of('schema', 'scenario');
    expect(JSON.parse(out)).toMatchObject({
      $id: 'urn:food-sim:schema:scenario:things',
      // A verb that steps and journeys share is described once.
      $defs: { step: { anyOf: [{ properties: { make: { $ref: '#/$defs/make' } } }, {}, {}] }, make: { type: 'object' } },
    });
  }, 60_000);

  it.each<[what: string, name: string, text: string | undefined, message: RegExp, mend: RegExp]>([
    ['that there is not', 'nowhere.ts', undefined, /^food-sim: nowhere\.ts: there is no such file \(/, /--system FILE/],
    ['without a default export', 'named.ts', 'export const bank = 1;', /named\.ts has no default export/, /export default defineSystem/],
    [
      'whose default export is none',
      'other.ts',
      'export default { name: "bank" };',
      /what other\.ts exports by default was not made by defineSystem/,
      /export default defineSystem/,
    ],
    [
      'that throws',
      'throwing.ts',
      '\nthrow new Error("no bank today");',
      /throwing\.ts:\d+:\d+ threw while it was loaded: no bank today/,
      /export default defineSystem/,
    ],
    ['that imports what is not there', 'lost.ts', "import './accounts.ts';", /lost\.ts(:\d+:\d+)? .*: .*accounts\.ts/, /./],
    [
      'that does not fit together',
      'odd.ts',
      SYSTEM.replace("tells: 'Made'", "tells: 'Mad'"),
      /odd\.ts.*: the system "things" does not fit together:\n {2}the verb make tells of Mad, which makers does not emit; did you mean Made\?/,
      /Name the event/,
    ],
  ])(
    'refuses a module %s, with exit code 3',
    async (_what, name, text, message, mend) => {
      if (text !== undefined) writeFileSync(join(cwd, name), text);
      const { code, err } = await run('explore', '--system', name);
      expect(err).toMatch(message);
      expect(err).toMatch(mend);
      expect(code).toBe(3);
    },
    60_000,
  );
});
