import { VOCABULARY } from '../contexts/vocabulary.ts';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Entry } from '../kernel/recording.ts';
import { sayHolding, STORY_LINES, storyLines } from './story-text.ts';
import { isHolding, storyOf, type Happening, type Story } from '../kernel/story.ts';
import { columnsOf } from './width.ts';
import { wordsOf } from './words.ts';

const fixture = join(import.meta.dirname, '..', '..', 'tests/fixtures/run.ndjson');
const ENTRIES = readFileSync(fixture, 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line) as Entry)
  .filter(({ scenario }) => scenario === 2);

const outline = (happenings: readonly Happening[]): unknown[] =>
  happenings.map((happening) => {
    const name =
      happening.what === 'command' ? happening.command.operation : happening.what === 'event' ? happening.event.type : happening.what;
    return happening.caused.length === 0 ? name : [name, ...outline(happening.caused)];
  });

const draw = (story: Story): readonly string[] =>
  storyLines(story, { words: wordsOf('en'), lang: 'en', vocabulary: VOCABULARY, width: 100 });

describe('the story of an order', () => {
  const story = storyOf(ENTRIES, 'O1', VOCABULARY);

  it('hangs each event beneath what caused it, from the request on', () => {
    expect(outline(story.roots)).toEqual([
      ['placeOrder', ['OrderPlaced', 'Paid']],
      'fault',
      ['cancelOrder', ['OrderCancelRequested', 'CookingCanceled']],
      'context',
    ]);
  });

  it('tells neither of other orders nor of those who only looked', () => {
    const told = JSON.stringify(story);
    expect(told).not.toContain('O2');
    expect(told).not.toContain('getOrder');
  });

  it('says what each context did with an event', () => {
    const lines = draw(story).join('\n');
    expect(lines).toContain('OrderPlaced (front) → front, store, rider, customer');
    expect(lines).toContain('store (parked: OrderPlaced is not here yet)');
    expect(lines).toContain('CookingCanceled (store) → front (not handled)');
  });

  it('ends with what each context holds, as it was last', () => {
    expect(story.holdings.map(({ context, table, row }) => `${context}.${table} ${String(row?.['status'])}`)).toEqual([
      'customer.mypages paid',
      'front.orders cancel-requested',
      'front.payments paid',
      'rider.deliveries waiting',
      'store.foodCookings canceled',
    ]);
  });

  it('says nothing of contexts that stop once all is over, and tells of those that stop before', () => {
    const stop = (n: number): Entry => ({ n, atMs: n, scenario: 2, kind: 'context', context: 'rider', change: 'stopped' });
    const last = ENTRIES.at(-1)?.n ?? 0;
    expect(outline(storyOf([...ENTRIES, stop(last + 1)], 'O1', VOCABULARY).roots)).toEqual(outline(story.roots));
    expect(outline(storyOf([stop(1), ...ENTRIES, stop(last + 1)], 'O1', VOCABULARY).roots)).toEqual(['context', ...outline(story.roots)]);
  });

  it('takes an event that claims to have caused itself for a beginning', () => {
    const entries = ENTRIES.map((entry) =>
      entry.kind === 'message.published' ? { ...entry, event: { ...entry.event, causationid: entry.event.id } } : entry,
    );
    expect(outline(storyOf(entries, 'O1', VOCABULARY).roots)).toContainEqual('OrderPlaced');
  });

  it('stays within a screen, and says what it left out', () => {
    const many = ENTRIES.flatMap((entry): readonly Entry[] =>
      entry.kind === 'message.published'
        ? Array.from({ length: 30 }, (_, copy) => ({
            ...entry,
            event: { ...entry.event, id: `${entry.event.id}-${copy}` as typeof entry.event.id },
          }))
        : [entry],
    );
    const lines = draw(storyOf(many, 'O1', VOCABULARY));
    expect(lines.length).toBeLessThanOrEqual(STORY_LINES);
    expect(lines.find((line) => line.includes('more lines'))).toMatch(/… \d+ more lines/);
    expect(Math.max(...lines.map(columnsOf))).toBeLessThanOrEqual(100);
  });
});

describe('the story of a customer', () => {
  it('is that of all that concerns the customer', () => {
    expect(outline(storyOf(ENTRIES, 'kim', VOCABULARY).roots)).toContainEqual(['placeOrder', ['OrderPlaced', 'Paid']]);
  });
});

it('says of a row that is gone that it is, and of one that stays where it stands', () => {
  const say = (table: string, row: Readonly<Record<string, unknown>> | null, lang: 'en' | 'ko' = 'en'): string =>
    sayHolding({ context: 'front', table, row }, { words: wordsOf(lang), lang, vocabulary: VOCABULARY });
  expect([say('reviews', null), say('reviews', null, 'ko')]).toEqual([
    `front.reviews ${wordsOf('en').removed}`,
    `front.reviews ${wordsOf('ko').removed}`,
  ]);
  expect([say('orders', { status: 'paid' }), say('orders', { status: 'paid' }, 'ko'), say('customers', { couponCount: 2 })]).toEqual([
    'front.orders paid (결재됨)',
    'front.orders 결재됨',
    'front.customers couponCount 2',
  ]);
});

it('says of rows without a status what their system says is told, and everything where it says nothing', () => {
  const vocabulary = { contexts: ['accounts'], noun: { one: 'account', many: 'accounts', ko: '계좌' }, statuses: {} };
  const row = { owner: 'kim', balance: 70 };
  const say = (told?: readonly string[]): string =>
    sayHolding(
      { context: 'accounts', table: 'accounts', row },
      { words: wordsOf('en'), lang: 'en', vocabulary: told === undefined ? vocabulary : { ...vocabulary, told } },
    );
  expect([say(), say(['balance'])]).toEqual(['accounts.accounts owner kim, balance 70', 'accounts.accounts balance 70']);
  expect([isHolding(row, {}), isHolding(row, { told: [] }), isHolding({ status: 'open' }, { told: [] })]).toEqual([true, false, true]);
});
