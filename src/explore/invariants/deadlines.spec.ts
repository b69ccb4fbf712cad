/** What deadlines must keep to, explored; and engines that do not keep it, each of which exploring finds. */
import { describe, expect, it } from 'vitest';
import { BrokenInvariant, explored } from '../../public/vitest.ts';
import {
  aggregate,
  atRest,
  command,
  defineContext,
  defineEvent,
  defineSystem,
  defineTable,
  perRow,
  Refusal,
  rowsOf,
  whenever,
  z,
  type EventOf,
  type Mutation,
} from '../../public/index.ts';
import { deadlinesTable, type DeadlineRow } from '../../runtime/actor/ledger.ts';
import type { Envelope } from '../../kernel/envelope.ts';
import { OperatingError } from '../../kernel/errors.ts';
import type { Database, Disk, Table } from '../../runtime/tables/tables.ts';

const HOLD_MS = 900_000;
const holdId = z.string().min(1).max(20);

const Held = defineEvent('Held', z.object({ holdId }));
const Released = defineEvent('Released', z.object({ holdId }));
const HoldExpired = defineEvent('HoldExpired', z.object({ holdId }));
const PUBLISHED = { Held, Released };

interface Hold {
  readonly holdId: string;
  readonly status: 'held' | 'released';
}
const holds = defineTable<Hold>({ name: 'holds', columns: { holdId: 'text', status: 'text' }, key: ['holdId'] });
const lapses = defineTable<{ readonly holdId: string }>({ name: 'lapses', columns: { holdId: 'text' }, key: ['holdId'] });

const change = aggregate<Hold, EventOf<typeof PUBLISHED>>({
  table: holds,
  evolve: (_hold, { type, data }) => ({ ...data, status: type === 'Held' ? 'held' : 'released' }),
  publishes: PUBLISHED,
  subjectOf: ({ data }) => data.holdId,
});

const systemOf = (mutations: readonly Mutation[] = [], instantOf = (now: number): number => now + HOLD_MS) =>
  defineSystem({
    name: 'holds',
    contexts: [
      defineContext({
        name: 'keepers',
        tables: [holds],
        events: [Held, Released],
        deadlines: [HoldExpired],
        commands: [
          command('POST /holds', {
            body: z.strictObject({ holdId }),
            execute: ({ body }, scope) => {
              change(scope, body.holdId, (hold) => (hold === undefined ? [{ type: 'Held', data: body }] : []));
              scope.setDeadline(HoldExpired, body.holdId, body, instantOf(scope.now));
              return body;
            },
          }),
          command('DELETE /holds/:holdId', {
            refuses: ['holds-not-found'],
            execute: ({ params }, scope) => {
              const id = params['holdId'] ?? '';
              if (!scope.cancelDeadline(HoldExpired, id)) throw new Refusal('holds-not-found', 'It has expired, or was released.');
              change(scope, id, () => [{ type: 'Released', data: { holdId: id } }]);
              return undefined;
            },
          }),
        ],
      }),
      defineContext({
        name: 'minutes',
        tables: [lapses],
        policies: [whenever(HoldExpired, ({ data }, { tables }) => tables.put(lapses, data))],
      }),
    ],
    verbs: {
      hold: {
        context: 'keepers',
        method: 'POST',
        path: '/holds',
        by: 'people',
        makes: { what: 'hold', table: 'holds', status: 'held' },
        tells: 'Held',
      },
      release: {
        context: 'keepers',
        method: 'DELETE',
        path: '/holds/:holdId',
        by: 'people',
        at: { table: 'holds', status: 'held' },
        tells: 'Released',
      },
    },
    people: (random) =>
      ['A', 'B'].flatMap((about) => [
        { deed: 'hold', about, afterMs: random.below(20), wish: { holdId: about } },
        // Late, at the last moment, or too late.
        ...(random.below(2) === 0
          ? [{ deed: 'release', about, afterMs: random.below(2) === 0 ? random.below(30) : HOLD_MS - 15 + random.below(30) }]
          : []),
      ]),
    invariants: [
      atRest(
        'What was released does not expire.',
        perRow('a hold that was released and expired', 'lapses', (id, _row, { world }) =>
          rowsOf(world, holds).get(id)?.status === 'released' ? 'It was released.' : undefined,
        ),
      ),
    ],
    mutations,
  });

/** Another engine: one whose database treats deadlines in its own way. */
const breaking = (name: string, spoil: (database: Database, isReopened: boolean) => Database): Mutation => ({
  name,
  what: 'The database treats deadlines in its own way.',
  breaks: 'Deadlines.',
  equip: (parts) => {
    const { disk } = parts;
    const opened = new Set<string>();
    const open: Disk['open'] = (context, schemas) => {
      const database = disk.open(context, schemas);
      const isReopened = opened.has(context);
      opened.add(context);
      return context === 'keepers' ? spoil(database, isReopened) : database;
    };
    return { ...parts, disk: { has: (context) => disk.has(context), open } };
  },
});

const isDeadlines = ({ name }: Table): boolean => name === 'deadlines';

const isTelling = ({ name }: Table, row: object): boolean =>
  name === 'outbox' && 'envelope' in row && (row.envelope as Envelope).type === 'HoldExpired';

const ENGINES: readonly (readonly [what: string, mutation: Mutation, invariant: RegExp, found: RegExp])[] = [
  [
    'has it come a second time after a crash',
    (() => {
      let passed: { readonly table: Table; readonly row: object }[] = [];
      return breaking('comes-twice', (database, isReopened) => {
        if (!isReopened) passed = [];
        // What it took out, it finds again.
        if (isReopened && passed.length > 0) database.transact((tx) => passed.splice(0).forEach(({ table, row }) => tx.put(table, row)));
        return {
          ...database,
          transact: (work) =>
            database.transact((tx) =>
              work({
                ...tx,
                remove: (table, ...key) => {
                  const row = tx.get(table, ...key);
                  if (isDeadlines(table) && row !== undefined) passed.push({ table, row });
                  return tx.remove(table, ...key);
                },
              }),
            ),
        };
      });
    })(),
    /^A deadline comes once/,
    /keepers (set HoldExpired a second time|told HoldExpired, which had passed before)/,
  ],
  [
    'keeps it after it came, and has it come again',
    breaking('stays', (database) => ({
      ...database,
      transact: (work) =>
        database.transact((tx) => work({ ...tx, remove: (table, ...key) => isDeadlines(table) || tx.remove(table, ...key) })),
    })),
    /^A deadline comes once/,
    /keepers told HoldExpired, and keeps its deadline/,
  ],
  [
    'has it come although it was called off',
    breaking('not-called-off', (database) => ({
      ...database,
      transact: (work) =>
        database.transact((tx) => {
          const removing: (readonly (string | number)[])[] = [];
          return work({
            ...tx,
            remove: (table, ...key) => {
              if (!isDeadlines(table)) return tx.remove(table, ...key);
              removing.push(key);
              return tx.get(table, ...key) !== undefined;
            },
            // Only what is told is taken out.
            put: (table, row) => {
              tx.put(table, row);
              if (isTelling(table, row)) for (const key of removing.splice(0)) tx.remove(deadlinesTable, ...key);
            },
          });
        }),
    })),
    /^What was released does not expire/,
    /It was released\./,
  ],
  [
    'loses it in a crash',
    breaking('forgets', (database, isReopened) =>
      isReopened
        ? {
            ...database,
            read: { ...database.read, select: (table, query) => (isDeadlines(table) ? [] : database.read.select(table, query)) },
          }
        : database,
    ),
    /^No deadline is left at rest/,
    /HoldExpired stands in the database of keepers, and never comes/,
  ],
  [
    'has it come before its time',
    breaking('hurries', (database) => {
      const earlier = <Row extends object>(table: Table<Row>, row: Row): Row =>
        isDeadlines(table) ? { ...row, at: (row as unknown as DeadlineRow).at - 60_000 } : row;
      return {
        ...database,
        read: { ...database.read, select: (table, query) => database.read.select(table, query).map((row) => earlier(table, row)) },
        transact: (work) =>
          database.transact((tx) => work({ ...tx, select: (table, query) => tx.select(table, query).map((row) => earlier(table, row)) })),
      };
    }),
    /^A deadline comes once/,
    /keepers told HoldExpired at \S+, and it was set to \S+/,
  ],
];

describe('deadlines, explored', () => {
  it('come once, at their time, and never after they were called off, whatever crashes and however clocks are set', async () => {
    const { schedules, sightings, coverage } = await explored(systemOf(), { schedules: 400, seed: 2 });
    expect(schedules).toBe(400);
    expect(sightings.get('A deadline passed.')).toBeGreaterThan(100);
    // Faults are not over when they come, a quarter of an hour later.
    for (const point of ['before-commit', 'after-commit', 'before-publish', 'after-publish'])
      expect(coverage.faults.get(`crash ${point} HoldExpired in keepers`), point).toBeGreaterThan(0);
  }, 60_000);

  it.each(ENGINES)(
    'find out an engine that %s',
    async (_what, mutation, invariant, found) => {
      const broken = explored(systemOf([mutation]), { schedules: 1_000, seed: 2, mutations: [mutation.name] });
      await expect(broken).rejects.toThrow(BrokenInvariant);
      await expect(broken).rejects.toMatchObject({
        invariant: expect.stringMatching(invariant) as string,
        found: expect.stringMatching(found) as string,
      });
    },
    60_000,
  );

  it('of a wrong use can not be explored, and tell why, with the mend', async () => {
    const wrong = explored(systemOf([], () => NaN));
    await expect(wrong).rejects.toThrow(OperatingError);
    await expect(wrong).rejects.toMatchObject({
      trouble: 'invalid-input',
      message: expect.stringMatching(/^keepers sets the deadline HoldExpired of \S+ to NaN, which is not an instant$/) as string,
      mend: expect.stringContaining('scope.now + 60_000') as string,
    });
  });
});
