/** Whole sessions on a real terminal: keys in, and what a person sees. */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { columnsOf } from '../src/reports/width.ts';
import { cleanUpAfterEach, newFolder, SLOW_MS } from './process.fixture.ts';
import { openTerminal, type Terminal } from './tmux.fixture.ts';
import { isAwaited } from './tools.fixture.ts';

cleanUpAfterEach();

const WORDS = {
  ko: {
    empty: /n 키를 누르면 주문합니다/,
    paid: '결재됨',
    accepted: '접수됨',
    cooking: '요리시작',
    cooked: '요리완료',
    delivering: '배송시작',
    delivered: '✓ 배송확정',
    onFoot: /배송을 시작하였습니다/,
    oneCoupon: /kim ● 쿠폰 1장/,
    twoCoupons: /kim ●● 쿠폰 2장/,
    revoked: /쿠폰이 차감되었습니다/,
    tooLate: /✗ 요리가 시작되기 전에만 주문취소가 가능합니다\./,
    review: /리뷰: 맛있어요/,
    summary: /주문 1건/,
  },
  en: {
    empty: /Press n to place one/,
    paid: 'paid',
    accepted: 'accepted',
    cooking: 'cooking',
    cooked: 'cooked',
    delivering: 'on the way',
    delivered: '✓ delivered',
    onFoot: /Your order is on its way\./,
    oneCoupon: /kim ● 1 coupon/,
    twoCoupons: /kim ●● 2 coupons/,
    revoked: /A coupon was taken back\./,
    tooLate: /✗ An order can be canceled only before its cooking begins\. It is cooking now\./,
    review: /review: delicious/,
    summary: /1 order/,
  },
} as const;

/** The row of the order in Mypage: its number, and its status behind the bar. */
const row = (status: string): RegExp => new RegExp(`#1 .*[▄▁]+ ${status}`);

/** Every line of a screen full of panes ends where the terminal does. */
const expectWhole = (terminal: Terminal, columns: number): void => {
  for (const line of terminal.lines()) {
    if (/^[╭│╰]/.test(line)) expect(columnsOf(line), `${line}\n${terminal.text()}`).toBe(columns);
  }
};

describe.skipIf(isAwaited('tmux'))('a person before the screen', () => {
  it.each([
    ['ko', 80, 24, 'memory'],
    ['en', 80, 24, 'memory'],
    ['ko', 160, 50, 'memory'],
    ['en', 160, 50, 'embedded'],
  ] as const)(
    'sees an order from its placing to its deleted review, by keys alone: %s, %i×%i, on the %s bus',
    async (lang, columns, rows, bus) => {
      const words = WORDS[lang];
      const terminal = await openTerminal({ columns, rows });
      const presses = async (key: string, ...shown: readonly RegExp[]): Promise<void> => {
        terminal.press(key);
        for (const pattern of shown) await terminal.shows(pattern);
      };
      terminal.startProgram(`tui --lang ${lang} --bus ${bus}`);
      await terminal.shows(words.empty);
      await presses('n', row(words.paid), words.oneCoupon);
      expectWhole(terminal, columns);
      await presses('a', row(words.accepted));
      await presses('s', row(words.cooking));
      await presses('x', words.tooLate, row(words.cooking));
      await presses('f', row(words.cooked));
      await presses('p', row(words.delivering), words.onFoot);
      await presses('c', row(words.delivered));
      await presses('w', words.review);
      await presses('Enter', words.twoCoupons);
      await presses('d', words.oneCoupon, words.revoked);
      expectWhole(terminal, columns);
      await presses('q', /code 0/, words.summary);
      expect(terminal.text()).not.toContain('╭');
    },
    SLOW_MS,
  );

  it(
    'plays with a system of their own by its verbs, and opens what was recorded of it',
    async () => {
      const [columns, rows] = [80, 24];
      const terminal = await openTerminal({ columns, rows });
      const recording = join(newFolder(), 'bank.ndjson');
      const system = new URL('../examples/bank/bank.ts', import.meta.url).pathname;
      const write = async (command: string, ...shown: readonly RegExp[]): Promise<void> => {
        terminal.press(':');
        terminal.enter(command);
        for (const pattern of shown) await terminal.shows(pattern);
      };
      terminal.startProgram(`tui --system '${system}' --lang en --bus memory --report ndjson='${recording}'`);
      await terminal.shows(/No rows yet\. Press o to open\./);
      terminal.press('o');
      for (const pattern of [/▸ accountId +account-1/, /balance +100/]) await terminal.shows(pattern);
      terminal.press('Enter');
      await terminal.shows(/▸ #1 +accounts +account-1 +open +balance 100/);
      await write('open lee 0', /▸ #2 +accounts +lee +open +balance 0/);
      await write('transfer account-1 lee 30', /#3 +transfers +\S+ +done/, /lee +open +balance 30/);
      expectWhole(terminal, columns);
      await write('choose lee', /▸ #2/);
      terminal.press('c');
      for (const pattern of [/✓ close: done/, /▸ #2 +accounts +lee +closed/]) await terminal.shows(pattern);
      terminal.press('3');
      for (const pattern of [/POST \/transfers → transfers 201/, /└ Given accounts → transfers/, /DELETE \/accounts\/lee → accounts 200/])
        await terminal.shows(pattern);
      expectWhole(terminal, columns);
      terminal.press('q');
      await terminal.shows(/code 0/);
      terminal.enter('clear');
      terminal.startProgram(`tui --system '${system}' --lang en --open '${recording}'`);
      await terminal.shows(/#2 +accounts +lee +closed/);
      terminal.press('q');
      await terminal.shows(/code 0/);
    },
    SLOW_MS,
  );

  it(
    'sees the breaker open under load beside Mypage, whole again after every change of size',
    async () => {
      const terminal = await openTerminal({ columns: 160, rows: 50 });
      terminal.startProgram('tui --lang en --bus memory');
      await terminal.shows(/Press n to place one/);
      terminal.press('L');
      for (const pattern of [/circuit +○ OPEN/, /answers [\d,]+/, /#1 .*delivered/]) await terminal.shows(pattern);
      for (const [columns, rows, shown, panesInFirstColumn] of [
        [80, 24, /╭─ 5 Breaker/, 2],
        [120, 40, /╭─ 5 Breaker ─{100}/, 2],
        [60, 18, /This terminal has 60×18/, 0],
        [160, 50, /╭─ 6 Contexts ─/, 2],
      ] as const) {
        terminal.resize(columns, rows);
        await terminal.shows(shown);
        expectWhole(terminal, columns);
        expect(
          terminal.lines().filter((line) => line.startsWith('╭')),
          terminal.text(),
        ).toHaveLength(panesInFirstColumn);
      }
      await terminal.shows(/limits +[✓✗] \d\/\d/);
      terminal.press('q');
      await terminal.shows(/code 0/);
    },
    SLOW_MS,
  );

  it(
    'goes to the shell and comes back, also to a window of another size',
    async () => {
      const terminal = await openTerminal({ columns: 80, rows: 24 });
      terminal.startProgram('tui --lang en --bus memory');
      await terminal.shows(/Press n to place one/);
      terminal.press('n');
      await terminal.shows(row('paid'));
      terminal.press('C-z');
      await terminal.shows(/Stopped/);
      expect([terminal.ask('alternate_on'), terminal.ask('cursor_flag')]).toEqual(['0', '1']);
      terminal.enter('echo "typed $((1 + 1))"');
      await terminal.shows(/^typed 2/m);
      terminal.resize(100, 30);
      terminal.enter('fg');
      await terminal.shows(/╭─ 1 Mypage {2}1 order ─{78}╮/);
      expectWhole(terminal, 100);
      terminal.press('a');
      await terminal.shows(row('accepted'));
      terminal.press('q');
      await terminal.shows(/1 order: accepted 1/);
      expect(terminal.text()).not.toContain('╭');
    },
    SLOW_MS,
  );

  it(
    'plays a scenario step by step, then lets it go on',
    async () => {
      const terminal = await openTerminal({ columns: 80, rows: 24 });
      terminal.startProgram(`tui --lang en --bus memory '${new URL('../scenarios/04-store-rejects.yaml', import.meta.url).pathname}'`);
      await terminal.shows(/Press \. for the next step/);
      await terminal.shows(/0 of 14 steps/);
      terminal.press('.');
      for (const pattern of [/✓ 1 +place/, row('paid'), /P go on/]) await terminal.shows(pattern);
      terminal.press('P');
      for (const pattern of [/14 of 14 steps/, /✗ rejected/]) await terminal.shows(pattern);
      terminal.press('q');
      await terminal.shows(/code 0/);
    },
    SLOW_MS,
  );
});
