/** Whole sessions on a real terminal: keys in, and what a person sees. */
import { describe, expect, it } from 'vitest';
import { columnsOf } from '../src/reports/width.ts';
import { childrenOf, SLOW_MS } from './process.fixture.ts';
import { closeTerminalsAfterAll, hasTmux, openTerminal, programLine, PROMPT, type Terminal } from './tmux.fixture.ts';

closeTerminalsAfterAll();

const WORDS = {
  ko: { empty: 'n 키를 누르면 주문합니다', paid: '결재됨', accepted: '접수됨', cooking: '요리시작', cooked: '요리완료', delivering: '배송시작', delivered: '✓ 배송확정', onFoot: '배송을 시작하였습니다', oneCoupon: 'kim ● 쿠폰 1장', twoCoupons: 'kim ●● 쿠폰 2장', revoked: '쿠폰이 차감되었습니다', review: '리뷰: 맛있어요', summary: '주문 1건' },
  en: { empty: 'Press n to place one', paid: 'paid', accepted: 'accepted', cooking: 'cooking', cooked: 'cooked', delivering: 'on the way', delivered: '✓ delivered', onFoot: 'Your order is on its way.', oneCoupon: 'kim ● 1 coupon', twoCoupons: 'kim ●● 2 coupons', revoked: 'A coupon was taken back.', review: 'review: delicious', summary: '1 order' },
} as const;

const REFUSAL = '요리가 시작되기 전에만 주문취소가 가능합니다.';

/** The row of the order in Mypage: its number, and its status behind the bar. */
const row = (status: string): RegExp => new RegExp(`#1 .*[▄▁]+ ${status}`);

/** Every line of a screen full of panes ends where the terminal does. */
const expectWhole = (terminal: Terminal, columns: number): void => {
  for (const line of terminal.lines()) {
    if (/^[╭│╰]/.test(line)) expect(columnsOf(line), `${line}\n${terminal.text()}`).toBe(columns);
  }
};

const open = async (columns: number, rows: number, args: string, env: Readonly<Record<string, string>> = {}): Promise<Terminal> => {
  const terminal = openTerminal(columns, rows, env);
  await terminal.shows(PROMPT);
  terminal.type(programLine(args));
  terminal.press('Enter');
  return terminal;
};

describe.skipIf(!hasTmux)('a person before the screen', () => {
  it.each([
    ['ko', 80, 24, 'memory'],
    ['en', 80, 24, 'memory'],
    ['ko', 160, 50, 'memory'],
    ['en', 160, 50, 'embedded'],
  ] as const)(
    'sees an order from its placing to its deleted review, by keys alone: %s, %i×%i, on the %s bus',
    async (lang, columns, rows, bus) => {
      const words = WORDS[lang];
      const terminal = await open(columns, rows, `tui --lang ${lang} --bus ${bus}`);
      await terminal.shows(words.empty);
      terminal.press('n');
      await terminal.shows(row(words.paid), words.oneCoupon);
      expectWhole(terminal, columns);
      terminal.press('a');
      await terminal.shows(row(words.accepted));
      terminal.press('s');
      await terminal.shows(row(words.cooking));
      terminal.press('x');
      await terminal.shows(`✗ ${REFUSAL}`, row(words.cooking));
      terminal.press('f');
      await terminal.shows(row(words.cooked));
      terminal.press('p');
      await terminal.shows(row(words.delivering), words.onFoot);
      terminal.press('c');
      await terminal.shows(row(words.delivered));
      terminal.press('w');
      await terminal.shows(words.review);
      terminal.press('Enter');
      await terminal.shows(words.twoCoupons);
      terminal.press('d');
      await terminal.shows(words.oneCoupon, words.revoked);
      expectWhole(terminal, columns);
      terminal.press('q');
      await terminal.shows(PROMPT, words.summary);
      expect(terminal.text()).not.toContain('╭');
    },
    SLOW_MS,
  );

  it(
    'sees the breaker open under load beside Mypage, whole again after every change of size',
    async () => {
      const terminal = await open(160, 50, 'tui --lang en --bus memory');
      await terminal.shows('Press n to place one');
      terminal.press('L');
      await terminal.shows(/circuit +○ OPEN/, /answers [\d,]+/, /#1 .*delivered/);
      for (const [columns, rows] of [[80, 24], [120, 40], [60, 18], [160, 50]] as const) {
        terminal.resize(columns, rows);
        await terminal.shows(columns < 80 ? /This terminal has 60×18/ : /5 Breaker/);
        if (columns >= 80) {
          await terminal.shows(columns === 160 ? '6 Contexts ─' : /╭─ 5 Breaker/);
          expectWhole(terminal, columns);
          expect(terminal.lines().filter((line) => line.startsWith('╭'))).toHaveLength(columns === 160 ? 2 : 1);
        } else expect(terminal.text()).not.toContain('│');
      }
      await terminal.shows(/limits +✓/);
      terminal.press('q');
      await terminal.shows(PROMPT);
    },
    SLOW_MS,
  );

  it(
    'plays a scenario step by step',
    async () => {
      const terminal = await open(80, 24, 'tui --lang en --bus memory scenarios/04-store-rejects.yaml');
      await terminal.shows('Press . for the next step', '0 of 14 steps');
      terminal.press('.');
      await terminal.shows(/✓ 1 +place/, row('paid'));
      terminal.press('P');
      await terminal.shows(/╭─ 7 Steps +passed/, '✗ rejected');
      terminal.press('q');
      await terminal.shows(PROMPT);
    },
    SLOW_MS,
  );

  it(
    'has no colours under NO_COLOR, and has them otherwise',
    async () => {
      for (const [env, isColored] of [[{ NO_COLOR: '1' }, false], [{}, true]] as const) {
        const terminal = await open(80, 24, 'tui --lang en --bus memory', env);
        await terminal.shows('Press n to place one');
        expect(/\u001b\[(?:\d+;)*(?:3[0-7]|9[0-7])m/.test(terminal.painted())).toBe(isColored);
        terminal.press('C-c');
        await terminal.shows(PROMPT);
      }
    },
    SLOW_MS,
  );

  it(
    'has a usable terminal after the program was killed outright',
    async () => {
      const terminal = await open(80, 24, 'tui --lang en --bus memory');
      await terminal.shows('Press n to place one');
      for (const pid of childrenOf(terminal.pid())) process.kill(pid, 'SIGKILL');
      await terminal.showsNot('╭');
      terminal.type('echo us"a"ble; stty -a');
      terminal.press('Enter');
      await terminal.shows('usable', /^isig icanon /m);
    },
    SLOW_MS,
  );
});
