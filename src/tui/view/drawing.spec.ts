import { describe, expect, it } from 'vitest';
import { columnsOf } from '../../reports/width.ts';
import { bar, sparkline } from './bars.ts';
import { cell, plain, wrap } from './cells.ts';
import { sayClock, sayCount, sayMs } from './spans.ts';
import { thumbOf, windowOf } from './window.ts';

describe('a cell', () => {
  const TEXTS = [
    '',
    'plain',
    '비빔밥',
    '맛있어요 ☕ 좋아요',
    '👍🏽👨‍👩‍👧 가족',
    '🇰🇷 대한민국',
    'e\u0301te\u0301',
    '⚠️ 주의',
    '\u1112\u1161\u11ab글',
    'tab\tand\nline',
    '\u001b[31mred\u001b[0m',
    '日本語テキスト',
    'ｆｕｌｌ',
  ];

  it.each(TEXTS)('is exactly as wide as it is told to be: %j', (text) => {
    for (let columns = 0; columns <= 24; columns += 1) {
      for (const side of ['left', 'right'] as const) expect(columnsOf(cell(text, columns, side)), `${columns} ${side}`).toBe(columns);
    }
  });

  it.each([
    ['비빔밥', 6, '비빔밥'],
    ['비빔밥', 5, '비빔…'],
    ['비빔밥', 4, '비… '],
    ['비빔밥', 8, '비빔밥  '],
    ['abc', 2, 'a…'],
  ])('shows %j in %i columns as %j', (text, columns, shown) => {
    expect(cell(text, columns)).toBe(shown);
  });

  it('lets nothing through that drives the terminal', () => {
    expect(plain('\u001b[2Jgone\r\nbell\u0007')).toBe('␛[2Jgone bell␇');
  });

  it('takes apart what terminals do not agree on', () => {
    expect(plain('👨‍👩‍👧')).toBe('👨👩👧');
    expect(plain('👍🏽')).toBe('👍');
    expect(plain('🇰🇷')).toBe('KR');
    expect(columnsOf(plain('⚠️'))).toBe(1);
  });
});

describe('the width of a text', () => {
  it.each([
    ['plain', 5],
    ['é ñ', 3],
    ['비빔밥', 6],
    ['\u1112\u1161\u11ab', 2],
    ['e\u0301', 1],
    ['日本語', 6],
    ['ｆｕｌｌ', 8],
    ['ﾊﾝｶｸ', 4],
    ['㈜ ㉠', 5],
    ['― … ● ▄', 7],
    ['☕ 🍜', 5],
    ['🖥 ☎', 3],
    ['〰 〽', 5],
    ['soft\u00adhyphen', 10],
    ['zero\u200bwidth', 9],
    ['𠀀', 2],
  ])('of %j is %i', (text, columns) => {
    expect(columnsOf(text)).toBe(columns);
  });
});

describe('a wrapped text', () => {
  it('breaks at spaces, and words only where they must', () => {
    expect(wrap('one two three', 8).map((line) => line.trimEnd())).toEqual(['one two', 'three']);
    expect(wrap('고객님의 주문이 취소되었습니다', 10).map((line) => line.trimEnd())).toEqual(['고객님의', '주문이', '취소되었습', '니다']);
  });

  it('loses nothing', () => {
    const text = 'Each request is answered as the domain says. 요리가 시작되기 전에만 주문취소가 가능합니다.';
    for (let columns = 2; columns < 60; columns += 1) {
      const lines = wrap(text, columns);
      expect(lines.join('')).toBe(text);
      for (const line of lines) expect(columnsOf(line.trimEnd())).toBeLessThanOrEqual(columns);
    }
  });
});

describe('a bar', () => {
  it.each([
    [0, 0],
    [0.01, 1],
    [0.5, 5],
    [0.99, 9],
    [1, 10],
    [7, 10],
    [-1, 0],
    [Number.NaN, 0],
  ])('of share %d has %i of 10 columns', (share, full) => {
    expect(bar(share, 10)).toEqual({ full: '█'.repeat(full), empty: '░'.repeat(10 - full) });
  });
});

describe('a sparkline', () => {
  it('reaches its top with its greatest value, and leaves a gap where nothing is known', () => {
    expect(sparkline([0, 1, undefined, 4, 8], 10)).toBe('▁▁ ▄█');
    expect(sparkline([1, 2, 3], 2)).toBe('▆█');
    expect(sparkline([50], 5, 100)).toBe('▄');
    expect(sparkline([0, 0], 5)).toBe('  ');
    expect(sparkline([1], 0)).toBe('');
  });
});

describe('a window on a list', () => {
  it.each([
    // length, rows, chosen, where it was → first, count
    [3, 10, 0, 0, 0, 3],
    [100_000, 10, 0, 0, 0, 10],
    [100_000, 10, 9, 0, 0, 10],
    [100_000, 10, 10, 0, 1, 10],
    [100_000, 10, 99_999, 0, 99_990, 10],
    [100_000, 10, 50, 60, 50, 10],
    [100_000, 10, 65, 60, 60, 10],
    [5, 10, 2, 4, 0, 5],
    [0, 10, 0, 3, 0, 0],
  ])('of %i with %i rows, %i chosen, at %i begins at %i with %i', (length, rows, chosen, first, expectedFirst, count) => {
    expect(windowOf(length, rows, chosen, first)).toEqual({ first: expectedFirst, count });
  });

  it('has a thumb from the top to the bottom of its bar', () => {
    expect(thumbOf(10, 10, 0)).toBeUndefined();
    expect(thumbOf(100, 10, 0)).toEqual({ first: 0, rows: 1 });
    expect(thumbOf(100, 10, 90)).toEqual({ first: 9, rows: 1 });
    expect(thumbOf(20, 10, 5)).toEqual({ first: 3, rows: 5 });
  });
});

describe('spans', () => {
  it.each([
    [0, '0 ms'],
    [999.4, '999 ms'],
    [1200, '1.2 s'],
    [75_000, '75 s'],
    [600_000, '10 min'],
    [36_000_000, '10 h'],
  ])('%d ms is %s', (ms, text) => {
    expect(sayMs(ms)).toBe(text);
    expect(text.length).toBeLessThanOrEqual(7);
  });

  it('says times and counts as people write them', () => {
    expect(sayClock(0)).toBe('0:00.000');
    expect(sayClock(83_045)).toBe('1:23.045');
    expect(sayCount(999)).toBe('999');
    expect(sayCount(1_234_567)).toBe('1,234,567');
  });
});
