import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { OperatingError, Refusal } from '../kernel/errors.ts';
import { defineEvent } from '../kernel/event.ts';
import { whenever } from '../runtime/actor/context.ts';
import { defineTable } from '../runtime/tables/tables.ts';
import { command, defineContext, type ContextInput } from '../system/define-context.ts';
import type { Verb } from '../system/verb.ts';
import { defineSystem, isSystem, type SystemInput } from './define-system.ts';
import { onChange, perRow, always, atRest } from './simulate/invariant.ts';

const things = defineTable<{ readonly thingId: string; readonly status: string; readonly owner: string | null }>({
  name: 'things',
  columns: { thingId: 'text', status: 'text', owner: 'text?' },
  key: ['thingId'],
});
const others = defineTable<{ readonly otherId: string }>({ name: 'others', columns: { otherId: 'text' }, key: ['otherId'] });

const Made = defineEvent('Made', z.object({ thingId: z.string() }));
const Done = defineEvent('Done', z.object({ thingId: z.string() }));

const make = command('POST /things', {
  body: z.strictObject({ thingId: z.string().min(1).max(9) }),
  execute: ({ body }, scope) => {
    scope.tables.put(things, { thingId: body.thingId, status: 'made', owner: null });
    scope.emit(Made, body.thingId, body);
    return body;
  },
});
const doIt = command('PUT /things/:thingId/do', {
  execute: ({ params }, scope) => {
    const thingId = params['thingId'] ?? '';
    if (scope.tables.get(things, thingId) === undefined) throw new Refusal('things-not-found', 'There is none.');
    scope.emit(Done, thingId, { thingId });
    return undefined;
  },
});

const MAKERS = { name: 'makers', tables: [things], events: [Made, Done], commands: [make, doIt] } as const satisfies ContextInput<string>;
const HEARERS = {
  name: 'hearers',
  tables: [others],
  policies: [whenever(Made, ({ data }, scope) => scope.tables.put(others, { otherId: data.thingId }))],
} as const satisfies ContextInput<string>;
const VERBS: Readonly<Record<'make' | 'do', Verb>> = {
  make: { context: 'makers', method: 'POST', path: '/things', by: 'people', makes: { what: 'thing', table: 'things' }, tells: 'Made' },
  do: {
    context: 'makers',
    method: 'PUT',
    path: '/things/:thingId/do',
    by: 'people',
    at: { table: 'things', status: 'made' },
    tells: 'Done',
  },
};

const defining = (
  changes: Partial<SystemInput<string>> & {
    readonly makers?: Partial<ContextInput<string>>;
    readonly hearers?: Partial<ContextInput<string>>;
  } = {},
) => {
  const { makers = {}, hearers = {}, ...others } = changes;
  return defineSystem<string>({
    name: 'things',
    contexts: [defineContext({ ...MAKERS, ...makers }), defineContext({ ...HEARERS, ...hearers })],
    verbs: VERBS,
    ...others,
  });
};

const verbs = (name: 'make' | 'do', changes: Partial<Verb>) => ({ verbs: { ...VERBS, [name]: { ...VERBS[name], ...changes } } });

describe("a system of one's own", () => {
  it('has what it leaves out: ports, people, and what every system must keep to', () => {
    const system = defining({
      invariants: [
        always(
          'Things stay.',
          onChange('a thing that goes', ['things'], ({ after }) => (after === null ? 'It is gone.' : undefined)),
        ),
      ],
    });
    expect(isSystem(system)).toBe(true);
    expect(isSystem({ ...system })).toBe(false);
    expect(system.contexts.map(({ port }) => port)).toEqual([8081, 8082]);
    expect(Object.keys(system.people)).toEqual(['people']);
    expect(system.invariants.map(({ sentence }) => sentence)).toEqual(
      expect.arrayContaining(['There are no dead letters.', 'Every request is answered.', 'A duplicate arrived.', 'Things stay.']),
    );
    expect(system.invariants.some(({ sentence }) => sentence.includes('breaker'))).toBe(false);
    expect(system.laggards).toEqual(['makers', 'hearers']);
  });

  it('gives ports around those that are taken', () => {
    expect(defining({ makers: { port: 8082 }, gatewayPort: 8081 }).contexts.map(({ port }) => port)).toEqual([8082, 8083]);
  });

  it.each<[what: string, changes: Parameters<typeof defining>[0], problem: RegExp, mend: RegExp]>([
    ['a name that is none', { name: 'My Bank' }, /its name "My Bank" is not/, /Call it for example bank/],
    ['no context', { contexts: [] }, /it has no context/, /at least one/],
    ['two contexts of one name', { hearers: { name: 'makers' } }, /two contexts are called makers/, /name of its own/],
    ['a context that is called like the gateway', { hearers: { name: 'gateway' } }, /can not be called "gateway"/, /gateway is taken/],
    ['two contexts on one port', { makers: { port: 9000 }, hearers: { port: 9000 } }, /two contexts have the port 9000/, /port of its own/],
    ['nobody who does anything', { people: {} }, /nobody does anything/, /leave them out/],
    ['an event of two contexts', { hearers: { events: [Made] } }, /makers and hearers both emit Made/, /belongs to one context/],
    [
      'a policy for an event that nobody emits',
      { hearers: { policies: [whenever(defineEvent('Mad', z.object({})), () => undefined)] } },
      /hearers has a policy for Mad, which nobody emits; did you mean Made\?/,
      /Add the event/,
    ],
    [
      'two policies for one event',
      { hearers: { policies: [...HEARERS.policies, ...HEARERS.policies] } },
      /hearers has two policies for Made/,
      /one policy/,
    ],
    ['one table of two contexts', { hearers: { tables: [things] } }, /makers and hearers both have a table things/, /name of its own/],
    [
      'a table of the runtime',
      { hearers: { tables: [defineTable<{ readonly id: string }>({ name: 'outbox', columns: { id: 'text' }, key: ['id'] })] } },
      /a table outbox, which is the runtime's own/,
      /otherwise/,
    ],
    ['two routes of one path', { makers: { commands: [make, make, doIt] } }, /makers has two routes POST \/things/, /Leave one/],
    [
      'two contexts behind one path',
      { hearers: { commands: [command('POST /things/x', { execute: () => undefined })] } },
      /makers and hearers both answer \/things/,
      /first segment/,
    ],
    [
      'a verb of a context that there is not',
      verbs('make', { context: 'maker' }),
      /the verb make asks maker, which is not a context; did you mean makers\?/,
      /Name one of the contexts/,
    ],
    [
      'a verb without a route',
      verbs('make', { path: '/thing' }),
      /the verb make is POST \/thing, a route that makers does not have; did you mean POST \/things\?/,
      /that command/,
    ],
    [
      'a verb that tells of nothing',
      verbs('do', { tells: 'Did' }),
      /the verb do tells of Did, which makers does not emit; known are Made, Done/,
      /Name the event/,
    ],
    [
      'a verb without a moment',
      { verbs: { ...VERBS, do: { context: 'makers', method: 'PUT', path: '/things/:thingId/do', by: 'people', tells: 'Done' } } },
      /the verb do says neither/,
      /at: \{ table, status \}/,
    ],
    [
      'a verb that waits for a table that there is not',
      verbs('do', { at: { table: 'thing' } }),
      /waits for a row of thing, a table that there is not; did you mean things\?/,
      /Name a table/,
    ],
    [
      'a verb that waits for a status that is not kept',
      verbs('do', { at: { table: 'others', status: 'made' } }),
      /others has no column status/,
      /Leave the status out/,
    ],
    [
      'a verb that knows its subject by nothing',
      verbs('do', { at: { table: 'things', subject: 'ownr' } }),
      /by ownr, which things does not have; did you mean owner\?/,
      /Name a column/,
    ],
    [
      'an invariant on a table that there is not',
      {
        invariants: [
          always(
            'A.',
            onChange('b', ['thinks'], () => undefined),
          ),
        ],
      },
      /the invariant "A\." is about thinks, a table that there is not; did you mean things\?/,
      /Name a table/,
    ],
    [
      'a rule per row of a table that there is not',
      {
        invariants: [
          atRest(
            'A.',
            perRow('b', 'thinks', () => undefined),
          ),
        ],
      },
      /the invariant "A\." is about thinks/,
      /Name a table/,
    ],
    ['two invariants of one sentence', { invariants: [always('A.'), always('A.')] }, /two invariants say "A\."/, /one:/],
    ['transitions of a table that there is not', { transitions: { thinks: [] } }, /a list of transitions is about thinks/, /Name a table/],
    [
      'two mutations of one name',
      {
        mutations: [
          { name: 'm', what: '', breaks: '' },
          { name: 'm', what: '', breaks: '' },
        ],
      },
      /two mutations are called m/,
      /name of its own/,
    ],
  ])('is told by name and mend where it has %s', (_what, changes, problem, mend) => {
    let told: unknown;
    try {
      defining(changes);
    } catch (error) {
      told = error;
    }
    expect(told).toBeInstanceOf(OperatingError);
    expect((told as OperatingError).trouble).toBe('invalid-input');
    expect((told as OperatingError).message).toMatch(problem);
    expect((told as OperatingError).mend).toMatch(mend);
  });

  it('is told everything that is wrong with it at once', () => {
    expect(() => defining({ ...verbs('do', { tells: 'Did' }), transitions: { thinks: [] } })).toThrow(/tells of Did[^]*about thinks/);
  });

  it('has commands of a method and a path only', () => {
    expect(() => command('things', { execute: () => undefined })).toThrow(/POST, PUT or DELETE, and a path: "things" is not/);
  });
});
