import { beforeAll, expect, it } from 'vitest';
import { recordScenarios } from '../../tests/entries.fixture.ts';
import type { Entry } from '../kernel/recording.ts';
import { FOOD_SHOWN } from '../../tests/tui.fixture.ts';
import { createModel as createModelOf, type FedModel } from './model/create-model.ts';
import { createPlainLines } from './plain-lines.ts';
import { summaryLines } from './summary.ts';

let entries: readonly Entry[];
beforeAll(async () => {
  entries = await recordScenarios(
    'scenarios/10-cancel-refused-while-cooking.yaml',
    'scenarios/23-duplicates-and-disorder.yaml',
    'scenarios/28-slow-lookup.yaml',
  );
});

const { screened } = FOOD_SHOWN;
const createModel = (): FedModel => createModelOf(screened);

const linesOf = (lang: 'ko' | 'en'): { readonly lines: readonly string[]; readonly summary: readonly string[] } => {
  const model = createModel();
  const plain = createPlainLines(() => model, screened, lang);
  const lines = entries.flatMap((entry) => {
    model.feed(entry);
    return plain.line(entry) ?? [];
  });
  return { lines, summary: summaryLines(model, screened, lang) };
};

it('tells what happened, a line each: events, statuses, refusals, duplicates, faults, steps', () => {
  const { lines } = linesOf('en');
  expect(lines.every((line) => /^\+ +[\d.]+ (?:ms|s|min.*) {2}\S/.test(line) && !line.includes('\n'))).toBe(true);
  const text = lines.join('\n');
  for (const said of [
    /▶ .+/,
    /front OrderPlaced #1 kim bibimbap/,
    /Mypage #1: cooking/,
    /DELETE \/orders\/\S+: HTTP 409 order-already-cooking/,
    /duplicate, no effect/,
    /fault: duplicate \S+ #\d+ \w+/,
    /✓ passed: 1 /,
    /store: started/,
  ])
    expect(text).toMatch(said);
});

it('tells what Mypage shows when that changes, not with each event that reaches it', () => {
  const model = createModel();
  const plain = createPlainLines(() => model, screened, 'en');
  const lines = ['unpaid', 'paid', 'paid', 'accepted'].map((status, index) => {
    const entry: Entry = {
      n: index + 1,
      atMs: index,
      kind: 'state',
      context: 'customer',
      table: 'mypages',
      key: ['o-1'],
      row: { orderId: 'o-1', status, progress: status },
      cause: '',
    };
    model.feed(entry);
    return plain.line(entry)?.replace(/^\S+ +\S+ ms +/, '');
  });
  expect(lines).toEqual(['Mypage #1: unpaid', 'Mypage #1: paid', undefined, 'Mypage #1: accepted']);
});

it('speaks Korean with the words of the domain', () => {
  const text = linesOf('ko').lines.join('\n');
  expect(text).toContain('Mypage #1: 결재됨');
  expect(text).toContain('✓ 통과: 1 ');
});

it('keeps what a terminal would obey out of its lines', () => {
  const model = createModel();
  const plain = createPlainLines(() => model, screened, 'en');
  const entry: Entry = { n: 1, atMs: 0, kind: 'note', text: 'a\u001b[2Jb' };
  model.feed(entry);
  expect(plain.line(entry)).toBe('+    0 ms  a␛[2Jb');
});

it('sums up orders by status, and what went wrong', () => {
  expect(linesOf('en').summary[0]).toMatch(/^\d+ orders: (?:[a-z-]+ \d+(?:, )?)+$/);
  expect(linesOf('en').summary[1]).toMatch(/^\d+ events · \d+ notices · \d+ refusals · \d+ dead letters/);
  expect(linesOf('ko').summary[0]).toMatch(/^주문 \d+건: .*배송확정 \d+/);
});

it('sums up a load by its answers, which are all that is told of its requests', () => {
  const model = createModel();
  model.feed({ n: 1, atMs: 0, kind: 'load.started', target: 'here', shape: '2 users for 5 s', requests: [], warnings: [] });
  model.feed({
    n: 2,
    atMs: 600,
    kind: 'load.answers',
    answers: [
      [0, 0, 0, 510, 500, 'timeout', 10],
      [0, 0, 10, 450, 201, 'success', 10],
      [0, 0, 520, 521, 500, 'short-circuited', 10],
    ],
  });
  expect(summaryLines(model, screened, 'en')[1]).toBe('0 events · 0 notices · 3 answers to the load, 2 failed · 0 dead letters');
  expect(summaryLines(model, screened, 'ko')[1]).toBe('이벤트 0 · 알림 0 · 부하 응답 3건 중 실패 2건 · 데드레터 0');
});
