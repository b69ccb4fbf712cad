import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const HOME = fileURLToPath(new URL('..', import.meta.url));
const FILES = globSync(['src/**/*.{ts,tsx}', 'bin/*.js'], { cwd: HOME }).filter(
  (file) => !/\.(spec|contract|fixture|sample)\.tsx?$/.test(file),
);

/** What the program never says, and what it says instead. */
const BANNED: readonly { readonly text: RegExp; readonly instead: string }[] = [
  { text: /(?<!here )\b(?:is|are) no (?!longer)[$"{\w]/i, instead: '… is not a …' },
  { text: /\b1 (?:deviations|coupons|dead letters|schedules|messages|steps|times)\b/, instead: 'counted(1, …)' },
  { text: /mend: ['"`]mend['"`]/, instead: "mend: 'hint'" },
  { text: /자리없음/, instead: '동시 호출 초과' },
  { text: /node:readline/, instead: 'linesIn, which ends lines at line feeds alone' },
  { text: /처리 ?불가|'불가'/, instead: '데드레터' },
];

/** The code without its comments, which are for another reader. */
const codeOf = (file: string): string =>
  readFileSync(`${HOME}${file}`, 'utf8').replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, (comment) => comment.replaceAll(/[^\n]/g, ''));

describe('texts', () => {
  it('no file says what is said otherwise here', () => {
    const found = FILES.flatMap((file) =>
      codeOf(file)
        .split('\n')
        .flatMap((line, index) =>
          BANNED.filter(({ text }) => text.test(line)).map(({ instead }) => `${file}:${index + 1}: ${instead}: ${line.trim()}`),
        ),
    );
    expect(FILES.length).toBeGreaterThan(300);
    expect(found).toEqual([]);
  });

  it.each(["'dorp is no fault'", '`${word} is no ${what}`', "'with up to 1 deviations'", "rejected: '자리없음'", "deadLetters: '불가'"])(
    '%s would be found',
    (line) => {
      expect(BANNED.some(({ text }) => text.test(line))).toBe(true);
    },
  );
});

/** Words of the food-delivery system, as its code, tables, events and people have them. */
const FOOD =
  /\b(?:orderId|reviewId|foodId|customerId|storeId|riderId|riders?|kitchens?|customers?|coupons?|mypages?|foodCookings?|deliveryLists?|reviews?|OrderPlaced|Delivered|Picked|bibimbap)\b|[Mm]ypage|Coupon|결재|주문|배송/;

/** The rooms of the engine: they know no food. Only what composes (src/cli) knows both. */
const FREE = /^src\/(?:kernel|bus|runtime|system|gateway|explore|scenarios|load|reports|findings|public|tui|live)\//;

describe('the rooms of the engine', () => {
  it('know no word of the food system', () => {
    const rooms = FILES.filter((file) => FREE.test(file));
    expect(rooms.length).toBeGreaterThan(80);
    expect(
      rooms.flatMap((file) =>
        codeOf(file)
          .split('\n')
          .flatMap((line, index) => (FOOD.test(line) ? [`${file}:${index + 1}: ${line.trim()}`] : [])),
      ),
    ).toEqual([]);
  });

  it.each(["table === 'mypages'", 'const { orderId } = data;', "context: 'rider'", "'결재됨'"])('%s would be found', (line) => {
    expect(FOOD.test(line)).toBe(true);
  });
});

describe('specs that share a process', () => {
  it('mock no module, which others have loaded before', () => {
    const specs = globSync(['src/**/*.spec.{ts,tsx}'], { cwd: HOME });
    expect(specs.length).toBeGreaterThan(150);
    expect(specs.filter((file) => /\bvi\.(?:do)?[mM]ock\(/.test(readFileSync(`${HOME}${file}`, 'utf8')))).toEqual([]);
  });
});
