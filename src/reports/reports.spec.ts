import { VOCABULARY } from '../contexts/vocabulary.ts';
import { createGithubReporter } from './github.ts';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { z } from 'zod';
import type { Entry } from '../kernel/recording.ts';
import { createReporter } from './create-reporter.ts';
import { REPORT_KINDS, type ReportKind } from './kinds.ts';
import { readRecording } from './read-recording.ts';
import { entrySchema } from './recording-schema.ts';
import { reportSchema } from './report-schema.ts';
import type { ReportOptions } from './report.ts';
import { columnsOf } from './width.ts';

const root = join(import.meta.dirname, '..', '..');
const TEXT = readFileSync(join(root, 'tests/fixtures/run.ndjson'), 'utf8');
const LINES = TEXT.trimEnd().split('\n');
const ENTRIES = LINES.map((line) => JSON.parse(line) as Entry);
const OPTIONS: ReportOptions = { color: false, lang: 'en', width: 80, verbose: false, quiet: false, vocabulary: VOCABULARY };

const render = (kind: ReportKind, options: Partial<ReportOptions> = {}, entries = ENTRIES): string => {
  let text = '';
  const reporter = createReporter(
    kind,
    (part) => {
      text += part;
    },
    { ...OPTIONS, ...options },
  );
  for (const entry of entries) reporter.entry(entry);
  reporter.end();
  return text;
};

describe('every kind of report', () => {
  // The page of html is mostly style and script; its parts have specs of their own, and a browser opens it.
  it.each(REPORT_KINDS.filter((kind) => kind !== 'ndjson' && kind !== 'html'))('%s looks as agreed', async (kind) => {
    await expect(render(kind)).toMatchFileSnapshot(join(root, `tests/fixtures/report.${kind}.txt`));
  });

  it.each(REPORT_KINDS)('%s of the recording is the %s of the run, byte for byte', async (kind) => {
    const lines = async function* (): AsyncGenerator<string> {
      yield* render('ndjson').trimEnd().split('\n');
    };
    const recorded: Entry[] = [];
    for await (const entry of readRecording(lines(), 'run.ndjson')) recorded.push(entry);
    expect(render(kind, {}, recorded)).toBe(render(kind));
  });

  it.each(REPORT_KINDS.filter((kind) => kind !== 'ndjson' && kind !== 'github'))(
    '%s tells a run that was cut off from one that finished',
    (kind) => {
      const cut = render(kind, {}, ENTRIES.slice(0, -30));
      expect(cut).not.toBe('');
      expect(cut).toMatch(/ends before the run did|"finished": false|type="interrupted"/);
    },
  );
});

it('tap says of a run that somebody interrupted that it was not all', () => {
  const finished = {
    n: 2,
    atMs: 0,
    kind: 'run.finished',
    outcome: 'interrupted',
    exitCode: 130,
    durationMs: 0,
    counts: { passed: 0, failed: 0, errored: 0, inconclusive: 0, skipped: 0, interrupted: 1 },
  } as const;
  expect(render('tap', {}, [ENTRIES[0]!, finished])).toMatch(/^Bail out! interrupted$/m);
  expect(render('tap', {}, [ENTRIES[0]!, { ...finished, outcome: 'passed', exitCode: 0 }])).toMatch(/^1\.\.0$/m);
});

describe('pretty', () => {
  it('keeps its lines within the width, counting Korean characters as two columns', () => {
    const scenarioLines = render('pretty', { width: 60 })
      .split('\n')
      .filter((line) => /^[✓✗!?-] /.test(line));
    expect(scenarioLines.map(columnsOf)).toEqual([60, 60, 60, 60, 60]);
  });

  it('speaks Korean', () => {
    const text = render('pretty', { lang: 'ko' });
    expect(text).toContain('시나리오 5개: 1 통과, 1 실패, 1 오류, 1 판정불가, 1 건너뜀');
    expect(text).toContain('기대값: 취소됨');
    expect(text).toContain('front.orders 취소요청');
  });

  it('shows steps when verbose, and only what went wrong when quiet', () => {
    expect(render('pretty', { verbose: true })).toMatch(/✓ place: lunch +12 ms/);
    expect(render('pretty')).not.toContain('place: lunch ');
    const quiet = render('pretty', { quiet: true });
    expect(quiet).not.toContain('주문에서 배송까지');
    expect(quiet).toContain('A customer cancels before cooking starts');
  });

  it('colours only when asked to, and never lets a text drive the terminal', () => {
    expect(render('pretty')).not.toContain('\u001b');
    expect(render('pretty', { color: true })).toContain('\u001b[31m');
    expect(render('pretty')).toContain('ECONNREFUSED␛[31m');
  });
});

describe('junit', () => {
  it('keeps failures and errors apart, and says the words of a failure once', () => {
    const xml = render('junit');
    expect(xml).toContain('tests="5" failures="1" errors="2" skipped="1"');
    expect(xml.match(/<failure /g)).toHaveLength(1);
    expect(xml.match(/<error /g)).toHaveLength(2);
  });

  it('holds nothing that XML 1.0 forbids', () => {
    const name = 'a\u0000b\u001bc\ud800d\uffffe]]>🍜<&"';
    const entries = ENTRIES.map((entry) => (entry.kind === 'scenario.started' ? { ...entry, name } : entry));
    const xml = render('junit', {}, entries);
    expect(xml).not.toMatch(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/);
    expect(xml.isWellFormed()).toBe(true);
    expect(xml).toContain('name="a␀b␛c\ufffdd\ufffde]]&gt;🍜&lt;&amp;&quot;"');
  });
});

describe('github', () => {
  it('keeps an annotation on one line, whatever ends a line in what it says', () => {
    let text = '';
    const reporter = createGithubReporter((piece) => (text += piece), {
      color: false,
      lang: 'en',
      width: 100,
      verbose: false,
      quiet: false,
      vocabulary: VOCABULARY,
    });
    const position = { file: 'a.yaml', line: 1, column: 1 };
    const failure = { message: 'one\r\ntwo\rthree\nfour: 100%' };
    reporter.entry({ n: 1, atMs: 0, scenario: 1, kind: 'scenario.started', name: 'A, B: C', position, tags: [], stepCount: 0 });
    reporter.entry({
      n: 2,
      atMs: 0,
      scenario: 1,
      kind: 'scenario.finished',
      outcome: 'failed',
      durationMs: 0,
      expectationCount: 1,
      failure,
    });
    reporter.end();
    expect(text).toBe('::error file=a.yaml,line=1,col=1,title=A%2C B%3A C::one%0D%0Atwo%0Dthree%0Afour: 100%25\n');
  });

  it('lets no text of a test drive the terminal that it is read on', () => {
    const text = '\u001b]0;owned\u0007\u001b[2J\u009b1m';
    let out = '';
    const reporter = createGithubReporter((piece) => (out += piece), {
      color: false,
      lang: 'en',
      width: 80,
      verbose: false,
      quiet: false,
      vocabulary: VOCABULARY,
    });
    const position = { file: `a${text}.yaml`, line: 1, column: 1 };
    const failure = { message: text, expected: text, actual: 1 };
    reporter.entry({ n: 1, atMs: 0, scenario: 1, kind: 'scenario.started', name: text, position, tags: [], stepCount: 1 });
    reporter.entry({ n: 2, atMs: 0, scenario: 1, kind: 'step.started', step: '1', text, position });
    reporter.entry({ n: 3, atMs: 0, scenario: 1, kind: 'step.finished', step: '1', outcome: 'failed', durationMs: 0, failure });
    reporter.entry({ n: 4, atMs: 0, scenario: 1, kind: 'scenario.finished', outcome: 'failed', durationMs: 0, expectationCount: 1 });
    reporter.end();
    expect(out).toContain('::error ');
    expect(out).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/u);
  });

  it('escapes what the workflow command would take for its own', () => {
    expect(render('github')).toContain('::error file=scenarios/gone%2C 100%25.yaml,line=3,col=5,');
    expect(render('github')).toContain('::the server does not answer:%0AECONNREFUSED');
  });
});

describe('json', () => {
  it('is what its schema says', () => {
    expect(reportSchema.parse(JSON.parse(render('json')))).toMatchObject({ finished: true, exitCode: 1, scenarios: { length: 5 } });
  });

  it('has its schema published', async () => {
    const published = `${JSON.stringify(z.toJSONSchema(reportSchema), null, 2)}\n`;
    await expect(published).toMatchFileSnapshot(join(root, 'schema/report.schema.json'));
  });
});

describe('a recording', () => {
  const read = async (lines: readonly string[]): Promise<number> => {
    const source = async function* (): AsyncGenerator<string> {
      yield* lines;
    };
    let count = 0;
    for await (const entry of readRecording(source(), 'run.ndjson')) count += entry.n > 0 ? 1 : 0;
    return count;
  };

  it('is read back whole', async () => {
    expect(await read(LINES)).toBe(LINES.length);
  });

  it.each<[string, readonly string[], RegExp]>([
    ['a line cut off', [...LINES.slice(0, 9), LINES[9]!.slice(0, 40)], /^run\.ndjson:10: is not JSON/],
    ['a line of something else', [LINES[0]!, '{"hello":1}'], /^run\.ndjson:2: is not an entry of a recording/],
    [
      'a damaged member',
      [LINES[0]!, LINES[1]!.replace('"atMs":0', '"atMs":"soon"')],
      /^run\.ndjson:2: is not an entry of a recording: .*atMs/,
    ],
    ['an end that is missing', LINES.slice(0, -1), /^run\.ndjson:\d+: the recording ends here, before the run did/],
    ['no beginning', LINES.slice(1), /^run\.ndjson:1: a recording begins with run\.started/],
    ['nothing', [], /^run\.ndjson:1: the file is empty/],
    ['a newer version', [LINES[0]!.replace('"version":1', '"version":99')], /^run\.ndjson:1: was recorded in version 99/],
  ])('with %s names the line', async (_, lines, message) => {
    await expect(read(lines)).rejects.toMatchObject({ trouble: 'invalid-input', message: expect.stringMatching(message) });
  });

  it('has every kind of entry in its schema, and the schema published', async () => {
    expectTypeOf<z.infer<typeof entrySchema>['kind']>().toEqualTypeOf<Entry['kind']>();
    await expect(`${JSON.stringify(z.toJSONSchema(entrySchema), null, 2)}\n`).toMatchFileSnapshot(
      join(root, 'schema/recording.schema.json'),
    );
  });
});
