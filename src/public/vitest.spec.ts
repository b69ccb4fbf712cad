/** The bank of the examples, explored as its owners do; and handlers that are not what they must be. */
import { describe, expect, it } from 'vitest';
import bank from '../../examples/bank/bank.ts';
import { always, command, defineContext, defineEvent, defineSystem, defineTable, onChange, whenever, z } from './index.ts';
import { BrokenInvariant, explored } from './vitest.ts';

const brokenIn = async (exploring: Promise<unknown>): Promise<BrokenInvariant> => {
  try {
    await exploring;
  } catch (error) {
    if (error instanceof BrokenInvariant) return error;
    throw error;
  }
  throw new Error('it held');
};

describe('explored', () => {
  it('finds nothing in the healthy bank, and has seen what it must', async () => {
    const { schedules, sightings, coverage } = await explored(bank, { schedules: 400, seed: 7 });
    expect(schedules).toBe(400);
    expect(sightings.get('A duplicate arrived.')).toBeGreaterThan(10);
    expect(coverage.faults.get('delay Taken to accounts')).toBeGreaterThan(5);
  }, 120_000);

  it('tells of the planted bug by a story of at most 12 lines', async () => {
    const { invariant, found, message } = await brokenIn(explored(bank, { seed: 7, mutations: ['gives-to-anybody'] }));
    expect(invariant).toBe('A closed account is empty.');
    expect(found).toMatch(/^It holds \d+\.$/);
    const [steps = '', story = ''] = (message.split('made small:\n')[1] ?? '').split('\n\n');
    expect(steps).toMatch(/^ {2}transfer \w \(from "\w", to "B", amount \d+/m);
    expect(steps).toMatch(/^ {2}close B/m);
    // The account's story tells of the transfer too, which only names it.
    expect(story).toMatch(/└ Given \(accounts\)/);
    expect(story.split('\n').length).toBeLessThanOrEqual(12);
  }, 120_000);

  it('tells the same story again from the same seed', async () => {
    const [one, other] = [
      await brokenIn(explored(bank, { seed: 3, mutations: ['gives-to-anybody'] })),
      await brokenIn(explored(bank, { seed: 3, mutations: ['gives-to-anybody'] })),
    ];
    expect(one.message).toBe(other.message);
  }, 120_000);

  it('is not content with having seen too little', async () => {
    await expect(explored(bank, { schedules: 2 })).rejects.toThrow(
      /^2 schedules proved little, for these were never seen: .*A context was stopped\./,
    );
  });

  it('refuses a mutation and a workload that there are not', async () => {
    await expect(explored(bank, { mutations: ['gives-to-nobody'] })).rejects.toThrow(/did you mean gives-to-anybody\?/);
    await expect(explored(bank, { workload: 'nobody' })).rejects.toThrow(/no workload "nobody"/);
  });
});

describe('a handler', () => {
  const things = defineTable<{ readonly thingId: string; readonly count: number }>({
    name: 'things',
    columns: { thingId: 'text', count: 'integer' },
    key: ['thingId'],
  });
  const Made = defineEvent('Made', z.object({ thingId: z.string() }));
  const Unmade = defineEvent('Unmade', z.object({ thingId: z.string() }));
  const make = (execute: (thingId: string) => object | undefined) =>
    command('POST /things', {
      body: z.strictObject({ thingId: z.string().min(1).max(9) }),
      execute: ({ body }, scope) => {
        scope.tables.put(things, { ...body, count: 0 });
        scope.emit(Made, body.thingId, body);
        return execute(body.thingId);
      },
    });
  const system = (
    handle: Parameters<typeof whenever<{ thingId: string }>>[1],
    execute: (thingId: string) => object | undefined = (thingId) => ({ thingId }),
  ) =>
    defineSystem({
      name: 'things',
      contexts: [
        defineContext({ name: 'makers', tables: [things], events: [Made], commands: [make(execute)], policies: [whenever(Made, handle)] }),
      ],
      verbs: {
        make: {
          context: 'makers',
          method: 'POST',
          path: '/things',
          by: 'people',
          makes: { what: 'thing', table: 'things' },
          tells: 'Made',
        },
      },
      invariants: [
        always(
          'Counts are small.',
          onChange('a great count', ['things'], ({ after }) => (Number(after?.['count']) > 1 ? 'It is great.' : undefined)),
        ),
      ],
    });

  it.each<[string, Parameters<typeof system>[0], Parameters<typeof system>[1], RegExp, RegExp]>([
    [
      'that returns a promise',
      async () => undefined,
      undefined,
      /^The policy of makers for Made returned a promise; handlers are synchronous/,
      /Leave out async/,
    ],
    [
      'of a command that returns a promise',
      () => undefined,
      () => Promise.resolve({}),
      /^The command POST \/things returned a promise/,
      /Leave out async/,
    ],
    [
      'that tells of what its context does not',
      (_event, scope) => scope.emit(Unmade, 'x', { thingId: 'x' }),
      undefined,
      /^makers emits Unmade, which is not among its events$/,
      /events: \[Unmade\]/,
    ],
  ])(
    '%s can not be explored: what is wrong is told with its mend',
    async (_what, handle, execute, message, mend) => {
      await expect(explored(system(handle, execute))).rejects.toMatchObject({
        trouble: 'invalid-input',
        message: expect.stringMatching(message) as string,
        mend: expect.stringMatching(mend) as string,
      });
    },
    60_000,
  );

  it('that throws is told in its own words', async () => {
    const { found } = await brokenIn(
      explored(
        system(() => {
          throw new Error('no such thing');
        }),
      ),
    );
    expect(found).toBe('makers gave Made up: no such thing');
  }, 60_000);

  it('of a command that throws is told as a request that fails to the last', async () => {
    const { invariant, found } = await brokenIn(
      explored(
        system(
          () => undefined,
          () => {
            throw new TypeError('thing is odd');
          },
        ),
      ),
    );
    expect(invariant).toBe('Every request is answered.');
    expect(found).toMatch(/^make [A-C] was answered HTTP 500 to the last/);
  }, 60_000);
});
