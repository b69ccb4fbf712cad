import { beforeAll, describe, expect, it } from 'vitest';
import type { LoadAnswer } from '../../kernel/load.ts';
import type { Entry } from '../../kernel/recording.ts';
import { columnsOf } from '../../reports/width.ts';
import { madeEntries, recordScenarios } from '../../../tests/entries.fixture.ts';
import {
  CALM,
  fakePlayer,
  fakeSession,
  modelOf,
  openDesk,
  unpainted,
  type Desk,
  type DeskOptions,
  type FoodModel,
} from '../../../tests/tui.fixture.ts';
import { answer, openScreen } from './screen-state.ts';

const SIZES = [
  [80, 24],
  [100, 30],
  [140, 36],
  [160, 50],
] as const;
const LANGS = ['ko', 'en'] as const;

let delivered: readonly Entry[];
let rejected: readonly Entry[];
beforeAll(async () => {
  delivered = await recordScenarios('scenarios/01-order-to-delivery.yaml');
  rejected = await recordScenarios('scenarios/04-store-rejects.yaml');
});

/** The entries up to and with the one after which the order's Mypage (or another table) stands at the status. */
const until = (entries: readonly Entry[], status: string, table = 'mypages'): readonly Entry[] =>
  entries.slice(
    0,
    entries.findIndex((entry) => entry.kind === 'state' && entry.table === table && (entry.row as { status?: string }).status === status) +
      1,
  );

const deskOf = (model: FoodModel, options: Omit<DeskOptions, 'session'> = {}): Desk =>
  openDesk({ session: fakeSession({ model }), ...options });

const PROMPTS = [[], ['?'], ['N'], ['F'], ['/', 'a'], [':', 'a'], ['w'], ['4', 'enter']] as const;

describe('every frame', () => {
  it.each(SIZES.flatMap(([columns, rows]) => LANGS.map((lang) => [columns, rows, lang] as const)))(
    'fills a terminal of %i×%i to the last column, in %s',
    (columns, rows, lang) => {
      const model = modelOf([...delivered, ...rejected]);
      model.sample(CALM);
      for (const keys of [...PROMPTS, ['2'], ['3'], ['4'], ['5'], ['6'], ['7'], ['z']]) {
        const desk = deskOf(model, { lang, columns, rows });
        desk.press(...keys);
        const frame = desk.frame().map(unpainted);
        expect(frame, keys.join(' ')).toHaveLength(rows);
        for (const line of frame) expect(columnsOf(line), `${keys.join(' ')}: ${line}`).toBeLessThanOrEqual(columns);
        // The right edges of all panes stand in one column.
        const edges = frame.filter((line) => /^[╭│╰]/.test(line)).map((line) => columnsOf(line));
        expect(new Set(edges), `${keys.join(' ')}\n${frame.join('\n')}`).toEqual(new Set([columns]));
      }
    },
  );

  it.each(LANGS)('shows every key of the help bar whole at 80 columns, in %s', (lang) => {
    for (const over of [CALM, { ...CALM, areDeliveriesPaused: true }, { ...CALM, scenario: 'waiting' as const }]) {
      const model = modelOf(delivered);
      model.sample(over);
      const bottom = deskOf(model, { lang }).frame().slice(-3).map(unpainted);
      const keys = `n N x w d space * a r s f p c L F P tab / : ? q${over === CALM ? '' : ' .'}`.split(' ');
      for (const key of keys) expect(bottom.join(' '), key).toContain(` ${key} `);
      expect(bottom.join('')).not.toContain('…');
    }
  });

  it.each(LANGS)('cuts no heading and no label at 80 columns, in %s', (lang) => {
    const model = modelOf(delivered);
    for (const pane of ['1', '2', '3', '4', '5', '6']) {
      const desk = deskOf(model, { lang });
      desk.press(pane);
      // What is told of an event, and a step as it is written, may be longer than its line.
      const lines = desk
        .frame()
        .slice(pane === '4' ? -4 : 0)
        .map(unpainted)
        .filter((line) => !/^│ ✓ \d+ /.test(line));
      expect(lines.join('\n'), pane).not.toContain('…');
    }
  });

  it('says plainly where the terminal is too small, and comes back', () => {
    expect(deskOf(modelOf([]), { columns: 60, rows: 20 }).frame().join(' ')).toMatch(/This terminal has 60×20;.*80×24/);
    expect(deskOf(modelOf([]), { columns: 60, rows: 20, lang: 'ko' }).frame().join(' ')).toContain('80×24');
  });

  it('has no colours without colours, and tells nothing by them alone', () => {
    const model = modelOf([...until(delivered, 'cooking'), ...rejected]);
    const plain = deskOf(model).frame().join('\n');
    const colored = deskOf(model, { hasColor: true }).frame().join('\n');
    expect(plain).not.toMatch(/\u001b\[(?:3\d|4\d|9\d|10\d)/);
    expect(colored).toMatch(/\u001b\[3\d/);
    expect(unpainted(plain)).toBe(unpainted(colored));
    expect(unpainted(plain)).toMatch(/✗ rejected/);
    expect(unpainted(plain)).toContain('▸');
  });
});

describe('an empty screen', () => {
  it.each([
    ['ko', 'n 키를 누르면 주문합니다'],
    ['en', 'Press n to place one'],
  ] as const)('says in %s how to begin', (lang, text) => {
    expect(deskOf(modelOf([]), { lang }).frame().join('\n')).toContain(text);
  });

  it('says that the system is not up yet, instead of what can not be done yet', () => {
    const desk = openDesk({ session: fakeSession({ can: () => false }) });
    expect(desk.frame().join('\n')).toContain('The system is starting');
    expect(desk.press('n')).toEqual([]);
    expect(desk.state().message?.text).toContain('The system is starting');
  });

  it('says how a scenario that waits goes on, and how a recording does', () => {
    const waiting = modelOf([]);
    waiting.sample({ ...CALM, scenario: 'waiting' });
    expect(deskOf(waiting).frame().join('\n')).toContain('Press . for the next step');
    expect(
      openDesk({ session: fakeSession({ player: fakePlayer(), can: () => false }) })
        .frame()
        .join('\n'),
    ).toContain('Press → to go on');
  });
});

describe('Mypage', () => {
  it.each([
    ['unpaid', '미결재', 'unpaid', 2],
    ['paid', '결재됨', 'paid', 4],
    ['accepted', '접수됨', 'accepted', 6],
    ['cooking', '요리시작', 'cooking', 8],
    ['cooked', '요리완료', 'cooked', 10],
    ['delivering', '배송시작', 'on the way', 12],
    ['delivered', '배송확정', 'delivered', 14],
  ])('draws an order that is %s in the words %s and %s, with %i of 14 columns', (status, korean, english, columns) => {
    const model = modelOf(until(delivered, status));
    for (const [lang, word] of [
      ['ko', korean],
      ['en', english],
    ] as const) {
      const row =
        deskOf(model, { lang })
          .frame()
          .map(unpainted)
          .find((line) => line.includes('#1 ')) ?? '';
      expect(row).toContain(word);
      expect(row).toContain('▄'.repeat(columns) + '▁'.repeat(14 - columns));
    }
  });

  it('marks what stands aside, and shows no way that it will not go', () => {
    const frame = deskOf(modelOf(rejected), { lang: 'ko' }).frame().map(unpainted);
    expect(frame.find((line) => line.includes('▗'))).toContain('✗ 거부됨');
    const road = frame.find((line) => line.includes('→')) ?? '';
    expect(road).toContain('미결재 → 결재됨 → ✗ 거부됨');
    expect(road).not.toContain('접수됨');
  });

  it('says what can be done next, and brightens only those keys', () => {
    const desk = deskOf(modelOf(until(delivered, 'accepted', 'foodCookings')), { hasColor: true });
    const frame = desk.frame();
    expect(frame.map(unpainted).find((line) => line.includes('next'))).toMatch(/next +s start cooking +x cancel/);
    const bottom = frame.slice(-3).join('\n');
    const bright = (key: string): boolean => bottom.includes(`\u001b[36m${key}\u001b[39m`);
    expect(Object.fromEntries('a r s f p c x w d'.split(' ').map((key) => [key, bright(key)]))).toEqual({
      a: false,
      r: false,
      s: true,
      f: false,
      p: false,
      c: false,
      x: true,
      w: false,
      d: false,
    });
  });

  it('shows how far it is behind', () => {
    const at = delivered.findIndex((entry) => entry.kind === 'message.published' && entry.event.type === 'OrderAccepted');
    const frame = deskOf(modelOf(delivered.slice(0, at + 1)), { lang: 'ko' })
      .frame()
      .map(unpainted);
    expect(frame.find((line) => line.includes('#1 '))).toContain('1 대기');
  });

  it('shows a hundred thousand orders by the few that fit, with a thumb that says where', () => {
    const desk = deskOf(modelOf(madeEntries(60_000)));
    const top = desk.frame().map(unpainted);
    expect(top.join('\n')).toMatch(/1 Mypage {2}[\d,]+ orders/);
    expect(top.findIndex((line) => line.endsWith('┃'))).toBe(3);
    desk.press('G');
    const bottom = desk.frame().map(unpainted);
    expect(bottom.find((line) => line.includes('▸'))).toContain('#1 ');
    expect(bottom.findLastIndex((line) => line.includes('┃'))).toBeGreaterThan(7);
  });

  it('puts a mark to marked orders, and counts them', () => {
    const desk = deskOf(modelOf(madeEntries(240)));
    desk.press('space');
    const frame = desk.frame().map(unpainted).join('\n');
    expect(frame).toContain('● 1 marked');
    expect(frame).toMatch(/│ {2}● ?#|│ +●#/);
  });
});

describe('coupons and notices', () => {
  it.each([
    ['ko', /kim ● 쿠폰 1장/, '고객님의 주문이 접수되었습니다.', '✓ 발송됨'],
    ['en', /kim ● 1 coupon/, 'Your order was accepted.', '✓ sent'],
  ] as const)('follow the chosen order in %s', (lang, coupons, notice, status) => {
    const desk = deskOf(modelOf(delivered), { lang, columns: 100, rows: 50 });
    desk.press('2');
    const frame = desk.frame().map(unpainted);
    expect(frame.join('\n')).toMatch(coupons);
    expect(frame.find((line) => line.includes(notice))).toContain(status);
  });
});

describe('a story', () => {
  it('puts each event beneath its cause, and says what each context holds', () => {
    const desk = deskOf(modelOf(delivered), { columns: 120, rows: 50 });
    desk.press('3');
    const frame = desk.frame().map(unpainted);
    const rowOf = (text: string): number => frame.findIndex((line) => line.includes(text));
    expect(frame.join('\n')).toMatch(/front\.order delivered.*store\.cooking cooked/);
    expect(rowOf('POST /orders → front 201')).toBeLessThan(rowOf('└ OrderPlaced front → front store rider notification customer'));
    expect(rowOf('├ Paid front')).toBe(rowOf('└ OrderPlaced') + 1);
    expect(rowOf('PUT /foodCookings/#1/accept → store 200')).toBeLessThan(rowOf('└ OrderAccepted store'));
  });

  it('tells what was not handled yet', () => {
    const at = delivered.findIndex((entry) => entry.kind === 'message.delivered' && entry.context === 'store' && entry.type === 'Paid');
    const desk = deskOf(modelOf(delivered.slice(0, at + 1)), { lang: 'ko' });
    desk.press('3');
    expect(desk.frame().map(unpainted).join('\n')).toContain('store (미처리)');
  });
});

describe('the stream', () => {
  it('shows commands, events, faults and contexts, the newest at the bottom', () => {
    const model = modelOf(delivered);
    model.feed({ n: 1, atMs: 99_000, kind: 'context', context: 'store', change: 'crashed' });
    model.feed({ n: 2, atMs: 99_001, kind: 'fault', fault: 'duplicate', detail: { type: 'Paid', context: 'store', seq: 1 } });
    const desk = deskOf(model);
    desk.press('4');
    const frame = desk.frame().map(unpainted);
    const last = frame.findIndex((line) => line.startsWith('╰')) - 1;
    expect(frame[last]).toMatch(/! duplicate +store +Paid/);
    expect(frame[last - 1]).toMatch(/▼ crashed +store/);
    expect(frame.join('\n')).toMatch(/● Delivered +rider +#1 +kim/);
    expect(frame.join('\n')).toMatch(/▸ confirmDelivered +rider +#1 +PUT/);
  });

  it('shows the whole of an event', () => {
    const desk = deskOf(modelOf(until(delivered, 'paid')));
    desk.press('4', '/', 'O', 'r', 'd', 'e', 'r', 'P', 'l', 'a', 'c', 'e', 'd', 'enter', 'enter');
    expect(desk.frame().map(unpainted).join('\n')).toMatch(/"price": 12000/);
  });
});

describe('the breaker', () => {
  const told = (change: string, detail: Readonly<Record<string, unknown>>, atMs: number): Entry => ({
    n: 1,
    atMs,
    scenario: 1,
    kind: 'breaker',
    context: 'front',
    name: 'order-lookup',
    change,
    detail,
  });
  const answersOf = (kind: string, count: number, fromMs: number): readonly LoadAnswer[] =>
    Array.from({ length: count }, (_, index) => [0, fromMs, fromMs, fromMs + index / 10, 500, kind, 0]);

  it.each([
    ['ko', /회로 +○ 열림/, /오류 80 % +40\/50 호출/, /░ 즉시차단 75 \(75 %\)/, /부하 .*응답 100 +실패 100 %/],
    ['en', /circuit +○ OPEN/, /errors 80 % +40\/50 calls/, /░ short-circuit 75 \(75 %\)/, /load .*answers 100 +failed 100 %/],
  ] as const)('tells in %s its state, its window, how calls ended, and the load', (lang, ...patterns) => {
    const model = modelOf([]);
    model.feed({ n: 1, atMs: 0, scenario: 1, kind: 'load.started', target: 't', shape: '25 users for 5 s', requests: [], warnings: [] });
    model.feed(told('health', { state: 'closed', requests: 50, errors: 40, errorPercent: 80 }, 900));
    model.feed(told('open', { requests: 50, errors: 40, errorPercent: 80 }, 1000));
    model.feed({ n: 2, atMs: 400, scenario: 1, kind: 'load.answers', answers: answersOf('timeout', 25, 0) });
    model.feed({ n: 3, atMs: 1600, scenario: 1, kind: 'load.answers', answers: answersOf('short-circuited', 75, 1500) });
    const desk = deskOf(model, { lang });
    desk.press('5');
    const frame = desk.frame().map(unpainted);
    for (const pattern of patterns) expect(frame.join('\n')).toMatch(pattern);
    // What ended in each half second, and the state of the circuit beneath it: closed, then open.
    expect(frame.join('\n')).toMatch(/▓▓▓▓ {4,8}░░░░/);
    expect(frame.join('\n')).toMatch(/─{4,8}█{4,8}/);
  });

  it('tells how many of the journeys that ended came through', () => {
    const model = modelOf([]);
    model.feed({
      n: 1,
      atMs: 0,
      scenario: 1,
      kind: 'load.started',
      target: 't',
      shape: '20 arrivals/s for 5 s',
      requests: [],
      warnings: [],
    });
    const end = (outcome: 'finished' | 'failed') => ({ journey: 0, intendedMs: 0, endMs: 9, outcome });
    model.feed({ n: 2, atMs: 400, scenario: 1, kind: 'load.answers', answers: answersOf('timeout', 2, 0) });
    model.feed({ n: 3, atMs: 400, scenario: 1, kind: 'load.journeys', ends: [end('finished'), end('failed')] });
    model.feed({ n: 4, atMs: 500, scenario: 1, kind: 'load.journeys', ends: [end('finished')] });
    const desk = deskOf(model, { lang: 'en' });
    desk.press('5');
    expect(desk.frame().map(unpainted).join('\n')).toMatch(/load .*journeys 2\/3/);
  });

  it('says how to begin where nothing was looked up', () => {
    const desk = deskOf(modelOf([]));
    desk.press('5');
    expect(desk.frame().map(unpainted).join('\n')).toContain('L starts a load');
  });
});

describe('contexts', () => {
  it('are up or down, with what waits for them and what is done to them', () => {
    const model = modelOf(delivered.filter(({ kind }) => kind !== 'context'));
    model.feed({ n: 1, atMs: 0, kind: 'context', context: 'front', change: 'started' });
    model.feed({ n: 2, atMs: 0, kind: 'context', context: 'store', change: 'stopped' });
    model.feed({ n: 3, atMs: 0, kind: 'context', context: 'rider', change: 'crashed' });
    model.sample({
      ...CALM,
      contexts: { front: { inbox: 3, outbox: 4, parked: 5, deadLetters: 6 } },
      faults: [{ name: 'slow-order-lookup' }],
      held: 7,
    });
    const desk = deskOf(model, { lang: 'ko' });
    desk.press('6');
    const frame = desk.frame().map(unpainted).join('\n');
    expect(frame).toMatch(/front +● 가동 +3 +4 +5 +6 /);
    expect(frame).toMatch(/store +○ 정지/);
    expect(frame).toMatch(/rider +✗ 비정상/);
    expect(frame).toContain('slow-order-lookup · 붙잡힘 7');
  });
});

describe('steps', () => {
  it('show how each went, and all of why one failed', () => {
    const model = modelOf(delivered.filter((entry) => entry.kind === 'scenario.started'));
    const position = { file: 'a.yaml', line: 1, column: 1 };
    model.feed({ n: 2, atMs: 1, scenario: 1, kind: 'step.started', step: '1', text: 'place: { order: lunch }', position });
    model.feed({ n: 3, atMs: 2, scenario: 1, kind: 'step.finished', step: '1', outcome: 'passed', durationMs: 12 });
    model.feed({ n: 4, atMs: 3, scenario: 1, kind: 'step.started', step: '2', text: 'expect: { order: lunch, is: 배송확정 }', position });
    const desk = deskOf(model);
    desk.press('7');
    expect(desk.frame().map(unpainted).join('\n')).toMatch(/✓ 1 +place: { order: lunch } +12 ms[^]*▸ 2 +expect/);
    model.feed({
      n: 5,
      atMs: 4,
      scenario: 1,
      kind: 'step.finished',
      step: '2',
      outcome: 'failed',
      durationMs: 1,
      failure: { message: 'order lunch is 취소됨 (canceled) and not 배송확정', expected: '배송확정', actual: '취소됨' },
    });
    expect(desk.frame().map(unpainted).join('\n')).toMatch(
      /✗ 2 +expect[^]*order lunch is 취소됨 \(canceled\) and not 배송확정[^]*expected 배송확정[^]*actual 취소됨/,
    );
    // What was left out because of it does not push it out of sight.
    for (const step of ['3', '4', '5', '6', '7', '8']) {
      model.feed({ n: 6, atMs: 5, scenario: 1, kind: 'step.started', step, text: 'settle', position });
      model.feed({ n: 7, atMs: 5, scenario: 1, kind: 'step.finished', step, outcome: 'skipped', durationMs: 0 });
    }
    desk.press('1');
    model.sample({ ...CALM, verdict: { outcome: 'failed', failure: { message: 'order lunch is 취소됨 (canceled) and not 배송확정' } } });
    const frame = desk.frame().map(unpainted);
    expect(frame[0]).toContain('✗ failed');
    expect(frame.join('\n')).toMatch(/7 Steps {2}\d+ of \d+ steps · failed[^]*✗ 2 +expect[^]*actual 취소됨/);
    expect(frame.at(-4)).toContain('✗ order lunch is 취소됨 (canceled) and not 배송확정');
  });

  it('say what the key for a step will do', () => {
    const model = modelOf(delivered.filter((entry) => entry.kind === 'scenario.started'));
    model.sample({ ...CALM, scenario: 'waiting', nextStep: { step: '3', text: 'accept: lunch' } });
    expect(deskOf(model).frame().map(unpainted).join('\n')).toMatch(/│ \. 3 +accept: lunch/);
    model.sample({ ...CALM, scenario: 'running' });
    expect(deskOf(model).frame().map(unpainted).join('\n')).not.toContain('accept: lunch');
  });
});

describe('the status line', () => {
  it('says what a pane is for until something was said', () => {
    const desk = deskOf(modelOf(delivered));
    expect(desk.frame().map(unpainted).at(-4)).toContain('Mypage: every order as its customer sees it');
    desk.press('a');
    expect(desk.frame().map(unpainted).at(-4)).toContain('… accept');
  });

  it.each([
    [{ outcome: 'done', text: 'order #1 accepted', made: [] }, 'good'],
    [{ outcome: 'refused', code: 'order-already-cooking', status: 409, text: '요리가 시작되기 전에만 주문취소가 가능합니다.' }, 'bad'],
    [{ outcome: 'impossible', text: 'no load runs' }, 'bad'],
  ] as const)('says of an action what became of it: %j', (result, tone) => {
    expect(answer(openScreen(80, 24), { kind: 'release' }, result).message).toEqual({ tone, text: result.text });
  });

  it('chooses the order that was placed', () => {
    const placed = { kind: 'make', verb: 'place', body: {}, count: 2 } as const;
    expect(answer(openScreen(80, 24), placed, { outcome: 'done', text: '', made: ['a', 'b'] }).chosenId).toBe('b');
  });
});

describe('a recording', () => {
  it('shows where on its way it stands, and still tells why the run failed when one goes back', () => {
    const position = { file: 'a.yaml', line: 1, column: 1 };
    const begun: readonly Entry[] = [
      { n: 1, atMs: 0, scenario: 1, kind: 'scenario.started', name: 'All or nothing', position, tags: [], stepCount: 1 },
    ];
    const ended: readonly Entry[] = [
      ...begun,
      {
        n: 2,
        atMs: 5,
        scenario: 1,
        kind: 'scenario.finished',
        outcome: 'failed',
        durationMs: 5,
        expectationCount: 1,
        failure: { message: 'Coupons are never fewer than none.' },
      },
    ];
    let model = modelOf(ended);
    const session = {
      ...fakeSession({ player: fakePlayer({ position: 20, length: 40, isPlaying: true, speed: 4 }), can: () => false }),
      get model() {
        return model;
      },
    };
    const desk = openDesk({ session });
    expect(desk.frame().map(unpainted).join('\n')).toContain('✗ Coupons are never fewer than none.');
    model = modelOf(begun);
    const frame = desk.frame().map(unpainted);
    expect(frame.at(-4)).toContain('✗ Coupons are never fewer than none.');
    expect(frame.at(-3)).toMatch(/0:01\.234 \/ 0:05\.000 +20\/40 ━+◉─+/);
    expect(frame[0]).toContain('▶ playing ×4');
  });
});
