/** Systems that say nothing of how scenarios speak of them: their verbs, tables and events say it. */
import { Ajv2020 } from 'ajv/dist/2020.js';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { describe, expect, it } from 'vitest';
import bank from '../../examples/bank/bank.ts';
import booking from '../../examples/booking/booking.ts';
import { Refusal } from '../kernel/errors.ts';
import { SILENT_LOG } from '../kernel/log.ts';
import type { Entry } from '../kernel/recording.ts';
import { command, defineContext, defineEvent, defineSystem, defineTable, z } from '../public/index.ts';
import { refusalKind } from '../runtime/http/catalogue.ts';
import type { SpokenSystem } from './definition.ts';
import { grammarOf } from './grammar.ts';
import type { Scenario } from './language/ast.ts';
import { parseScenarios } from './language/parse.ts';
import { problemLine, ScenarioErrors } from './language/problems.ts';
import { scenarioJsonSchema } from './language/schema.ts';
import { runScenarios } from './runner/run.ts';

const BANK_FILE = join(import.meta.dirname, '../../examples/bank/scenarios/transfer.yaml');

const textOf = (steps: readonly string[], head = ''): string =>
  `name: x\n${head}steps:\n${[...steps, 'expect: { dead letters: 0 }'].map((step) => `  - ${step}\n`).join('')}`;

/** What is wrong with the last of the steps; empty where nothing is. */
const wrongWith = (system: SpokenSystem, steps: readonly string[], head = ''): readonly string[] => {
  try {
    parseScenarios(textOf(steps, head), 'a.yaml', grammarOf(system));
    return [];
  } catch (error) {
    if (!(error instanceof ScenarioErrors)) throw error;
    return error.problems.map((problem) => problemLine(problem).replace('a.yaml:', ''));
  }
};

const playedOf = async (system: SpokenSystem, scenarios: readonly Scenario[], mutations: readonly string[] = []) => {
  const ends: string[] = [];
  const entries: Entry[] = [];
  const options = {
    system,
    scenarios,
    paths: [],
    bus: { kind: 'memory' },
    time: 'virtual',
    seed: '1',
    jobs: 1,
    bail: false,
    tags: [],
    vars: {},
    keep: false,
    faults: [],
    mutations,
    signal: new AbortController().signal,
  } as const;
  const { exitCode } = await runScenarios(
    options,
    (entry) => {
      entries.push(entry);
      if (entry.kind === 'scenario.finished')
        ends.push(`${entry.outcome}${entry.failure === undefined ? '' : `: ${entry.failure.message}`}`);
    },
    SILENT_LOG,
  );
  return { ends, exitCode, entries };
};

const play = (system: SpokenSystem, text: string, mutations?: readonly string[]) =>
  playedOf(system, parseScenarios(text, 'a.yaml', grammarOf(system)).scenarios, mutations);

describe.each([
  ['bank', bank],
  ['booking', booking],
] as const)('the language of the %s', (_name, system) => {
  const grammar = grammarOf(system);
  const makers = grammar.commands.map(({ examples }) => examples[0] ?? '').filter((example) => example.includes('as: '));
  const event = grammar.inventory.eventTypes[0] ?? '';
  const given = grammar.given.flatMap(({ form }) => form.examples);

  it.each([
    ...new Set([
      ...grammar.steps.flatMap(({ examples }) => examples),
      ...grammar.claims.flatMap(({ forms }) => forms.flatMap(({ examples }) => examples)),
    ]),
  ])('reads its example "%s"', (example) => {
    const names = /\bas: ([\w-]+)/.exec(example)?.[1];
    const before = [...makers, `fault: { hold: ${event}, as: late-news }`, 'capture: { answer: last, field: id, as: held }'];
    expect(wrongWith(system, [...before.filter((step) => names === undefined || !step.includes(`as: ${names}`)), example])).toEqual([]);
  });

  it('reads what the world can be given by its verbs', () => {
    expect(given.length).toBeGreaterThan(1);
    for (const example of given.filter((one) => makers.includes(one)))
      expect(wrongWith(system, [], `given:\n  - ${example}\n`)).toEqual([]);
  });

  it('has a schema that takes its makers, and no step of another system', () => {
    const validate = new Ajv2020({ strict: true, strictTypes: false, strictRequired: false }).compile(scenarioJsonSchema(grammar));
    for (const maker of makers) expect(validate(parseAllDocuments(textOf([maker]))[0]?.toJS()), JSON.stringify(validate.errors)).toBe(true);
    expect(validate({ name: 'x', steps: [{ place: { order: 'lunch', customer: 'kim' } }] })).toBe(false);
  });
});

describe('the scenarios of the bank', () => {
  const text = readFileSync(BANK_FILE, 'utf8');

  it('pass, and fit its schema', async () => {
    const { ends, exitCode } = await play(bank, text);
    expect([ends, exitCode]).toEqual([['passed', 'passed', 'passed'], 0]);
    const validate = new Ajv2020({ strict: true, strictTypes: false, strictRequired: false }).compile(scenarioJsonSchema(grammarOf(bank)));
    for (const document of parseAllDocuments(text)) expect(validate(document.toJS()), JSON.stringify(validate.errors)).toBe(true);
  });

  it('pass as the guide shows them', async () => {
    const guide = readFileSync(join(import.meta.dirname, '../../docs/your-own-system.md'), 'utf8');
    const [, steps = ''] = /^```yaml\n(- open:[^]*?)^```/m.exec(guide) ?? [];
    expect((await play(bank, `name: x\nsteps:\n${steps}`)).ends).toEqual(['passed']);
  });

  it('fail where money is given to anybody, by a step and by a rule of their own', async () => {
    const { ends, exitCode } = await play(bank, text, ['gives-to-anybody']);
    expect([ends, exitCode]).toEqual([
      ['passed', 'failed: transfer too-late is done and not returned', 'failed: transfer late is done and not returned'],
      1,
    ]);
  });
});

describe('what is wrong with a step of the bank', () => {
  const OPEN = 'open: { accountId: kim, balance: 5 }';
  it.each([
    [
      'open: { accountId: lee, balnce: 5 }',
      ['4:5: open needs balance: a whole number', '4:29: open has no field balnce; did you mean balance?'],
    ],
    [
      'open: { accountId: lee, balance: 99999 }',
      ['4:38: POST /accounts refuses this: body /balance too big: expected number to be <=10000'],
    ],
    ['open: { accountId: lee, balance: some }', ['4:38: must be a whole number, and is the text some']],
    ['opn: { accountId: lee, balance: 5 }', ['4:5: there is no step opn; did you mean open?']],
    ['close: kin', ['4:12: kin is not the name of an account before this step; did you mean kim?']],
    ['close: { account: kim, account id: x }', ['4:5: close needs either account or account id']],
    ['expect: { account: kim, where: { statsu: open } }', ['4:38: accounts has no column statsu; did you mean status?']],
    ['expect: { account: kim }', ['4:15: nothing is said of what account must be']],
    ['expect: { row: { table: acounts, key: kim }, exists: true }', ['4:29: acounts is not a table; did you mean accounts?']],
    [
      'expect: { row: { context: transfers, table: accounts, key: kim }, exists: true }',
      ['4:15: accounts is a table of accounts, not of transfers'],
    ],
    ['expect: { row: { table: accounts, key: [kim, lee] }, exists: true }', ['4:15: a key of accounts is accountId, and here are 2 parts']],
    [
      'expect: { row: { table: accounts, key: kim }, where: { /balanc/x: 3 } }',
      ['4:60: accounts has no column balanc; did you mean balance?'],
    ],
    ['expect: { rows: { table: transfers }, where: { form: kim }, count: 1 }', ['4:52: transfers has no column form; did you mean from?']],
    [
      'expect: { events: kin, include: Opened }',
      ['4:23: kin is not the name of an account or the name of a transfer before this step; did you mean kim?'],
    ],
    ['expect: { order: kim, is: paid }', ['4:15: expect knows no order']],
    ['eventually: { rows: { table: transfers }, count: 1, is: 2 }', ['4:57: expect has no field is']],
    [
      'fault: { drop: Taken, account: kim, transfer: kim }',
      [
        '4:14: a fault is about one thing, and this one about account and transfer',
        '4:51: kim is not the name of a transfer before this step',
      ],
    ],
    ['request: { path: "/accounts/${acount:kim}" }', ['4:33: ${acount:kim} is of no kind that is known; did you mean account?']],
    [
      'refused: { open: { accountId: kim, balance: 5 }, code: account-exist }',
      ['4:60: account-exist is not a code of a refusal; did you mean account-exists?'],
    ],
    ['slow lookup: off', ['4:5: there is no step slow lookup']],
    ['rebuild: accounts', ['4:5: there is no step rebuild']],
  ])('%s', (step, problems) => {
    expect(wrongWith(bank, [OPEN, step])).toEqual(problems);
  });

  it('is told of an invariant too: rows only come to be', () => {
    const invariant = (count: number) =>
      wrongWith(bank, [OPEN], `invariants: [{ name: a, always: { rows: { table: accounts }, count: ${count} } }]\n`);
    expect([invariant(0), invariant(1)]).toEqual([[], ["2:25: count can't be always so: it only comes to be"]]);
  });

  it('is that a name says not which of two things is meant', () => {
    expect(
      wrongWith(bank, [OPEN, 'transfer: { as: kim, from: kim, to: kim, amount: 1 }', 'expect: { events: kim, include: Opened }']),
    ).toEqual(['5:23: kim is the name of an account and of a transfer']);
  });
});

/* ── verbs of all sorts ───────────────────────────────────────────────────────────────────────── */

const Filed = defineEvent('Filed', z.object({ fileId: z.string() }));
const Stamped = defineEvent('Stamped', z.object({ fileId: z.string() }));
const Cleared = defineEvent('Cleared', z.object({}));
const files = defineTable<{
  readonly fileId: string;
  readonly kind: string;
  readonly pages: unknown;
  readonly tags: unknown;
  readonly meta: unknown;
}>({ name: 'files', columns: { fileId: 'text', kind: 'text', pages: 'json', tags: 'json', meta: 'json' }, key: ['fileId'] });
const stamps = defineTable<{ readonly fileId: string; readonly n: number; readonly by: string }>({
  name: 'stamps',
  columns: { fileId: 'text', n: 'integer', by: 'text' },
  key: ['fileId', 'n'],
});

/** Verbs that are called like steps, answer nothing, take everything there is, or have two parameters. */
const office = defineSystem({
  name: 'office',
  contexts: [
    defineContext({
      name: 'files',
      tables: [files, stamps],
      events: [Filed, Stamped, Cleared],
      refusals: { 'no-such-file': refusalKind(404, 'No such file', 'There is no such file.', 'File it before.') },
      commands: [
        command('POST /files', {
          body: z.strictObject({
            kind: z.enum(['a', 'b']),
            urgent: z.boolean(),
            pages: z.int().optional(),
            tags: z.array(z.string().max(3)).default([]),
            meta: z.record(z.string(), z.unknown()).optional(),
            as: z.string().optional(),
          }),
          execute: ({ body }, scope) => {
            const fileId = scope.newId();
            scope.tables.put(files, { fileId, kind: body.kind, pages: body.pages ?? null, tags: body.tags, meta: body.meta ?? null });
            scope.emit(Filed, fileId, { fileId });
            return undefined;
          },
        }),
        command('PUT /files/:fileId/stamps/:n', {
          body: z.strictObject({ by: z.string() }),
          refuses: ['no-such-file'],
          execute: ({ body, params }, scope) => {
            const fileId = params['fileId'] ?? '';
            if (scope.tables.get(files, fileId) === undefined) throw new Refusal('no-such-file', 'There is none.');
            scope.tables.put(stamps, { fileId, n: Number(params['n']), by: body.by });
            scope.emit(Stamped, fileId, { fileId });
            return {};
          },
        }),
        command('DELETE /files', { execute: (_request, scope) => (scope.emit(Cleared, 'all', {}), undefined) }),
      ],
    }),
  ],
  verbs: {
    request: { context: 'files', method: 'POST', path: '/files', by: 'people', makes: { what: 'file', table: 'files' }, tells: 'Filed' },
    stamp: { context: 'files', method: 'PUT', path: '/files/:fileId/stamps/:n', by: 'clerks', at: { table: 'files' }, tells: 'Stamped' },
    'clear-all': { context: 'files', method: 'DELETE', path: '/files', by: 'clerks', at: { table: 'files' }, tells: 'Cleared' },
  },
});

describe('verbs of all sorts', () => {
  const FILE =
    'do request: { as: mine, kind: a, urgent: true, tags: [x, "${v:-y}"], meta: { "deep": [1, { word: "${v:-z}" }] }, body as: whatever }';

  it('are asked for: one called like a step, one that answers nothing, one with two parameters, one that takes nothing', async () => {
    const steps = [
      FILE,
      'stamp: { file: mine, n: 2, by: kim }',
      'refused: { stamp: { file id: none, n: 1, by: lee }, code: no-such-file }',
      'clear all',
      'clear-all: {}',
    ];
    const claims = [
      'file: mine, where: { kind: a, tags: [x, y], /meta/deep/1/word: z }',
      'row: { table: stamps, key: ["${file:mine}", 2] }, where: { by: kim }',
      'rows: { table: stamps }, count: 1',
      'events: mine, exactly: [Filed, Stamped]',
      'nothing else: true',
    ];
    const ended = await play(office, textOf([...steps, ...claims.slice(0, -1).map((claim) => `expect: { ${claim} }`)]));
    expect(ended.ends).toEqual(['passed']);
    // Who clears all tells of no file.
    expect((await play(office, textOf([...steps, ...claims.map((claim) => `expect: { ${claim} }`)]))).ends).toEqual([
      'failed: 2 events happened that no expectation names',
    ]);
  });

  it.each([
    ['do request: { kind: c, urgent: true }', ['4:25: c is not a word that is known here']],
    ['do request: { kind: a, urgent: maybe }', ['4:36: must be true or false, and is the text maybe']],
    [
      'do request: { kind: a, urgent: true, tags: [long text] }',
      ['4:49: POST /files refuses this: body /tags/0 too big: expected string to have <=3 characters'],
    ],
    [
      'do request: { kind: a, urgent: true, meta: 7 }',
      ['4:48: POST /files refuses this: body /meta invalid input: expected record, received number'],
    ],
    ['stamp: { file: mine, by: kim }', ['4:5: stamp needs n: an id']],
    ['clear all: 7', ['4:16: clear all must be a mapping, and is 7']],
    ['request: { kind: a }', ['4:5: request needs path: a path', '4:16: request has no field kind']],
  ])('are refused where they are wrong: %s', (step, problems) => {
    expect(wrongWith(office, ['do request: { as: mine, kind: a, urgent: true }', step])).toEqual(problems);
  });
});

describe('a row that is expected', () => {
  it.each([
    ['account: kim, is: closed', 'account kim is open and not closed'],
    ["account: kim, isn't: open", 'account kim must not be open, and is'],
    ['account: kim, where: { balance: 6 }', 'balance of account kim is 5 and not 6'],
    ['account: kim, exists: false', 'account kim must not exist'],
    ['row: { table: accounts, key: lee }, exists: true', 'row lee of accounts is not there'],
    ['row: { table: accounts, key: kim }, where: { status: closed }', 'status of row kim of accounts is "open" and not "closed"'],
    ['rows: { table: accounts }, count: 2', 'there is 1 row of accounts and not 2'],
    ['rows: { table: accounts }, where: { status: closed }, count: 1', 'there are 0 rows of accounts with status "closed" and not 1'],
  ])('%s', async (claim, message) => {
    expect((await play(bank, textOf(['open: { accountId: kim, balance: 5 }', `expect: { ${claim} }`]))).ends).toEqual([
      `failed: ${message}`,
    ]);
  });

  it('can be captured by name and by key', async () => {
    const steps = [
      'open: { as: mine, accountId: kim, balance: 5 }',
      'capture: { account: mine, field: balance, as: one }',
      'capture: { row: { table: accounts, key: "${account:mine}" }, field: status, as: other }',
      'expect: { value: "${one} ${other}", is: 5 open }',
    ];
    expect((await play(bank, textOf(steps))).ends).toEqual(['passed']);
    expect(
      (await play(bank, textOf([...steps.slice(0, 1), 'capture: { row: { table: accounts, key: lee }, field: status, as: other }']))).ends,
    ).toEqual(['failed: there is no field status to capture']);
  });
});
