/**
 * Every column, every field of an event and of a resource has a rule that speaks where it is wrong; what is added to the
 * system without one is refused.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import type { z } from 'zod';
import type { Route } from '../../runtime/http/route.ts';
import type { Row } from '../../explore/simulate/world.ts';
import { DONE, ENVELOPE } from './commits.ts';
import { COLUMNS } from './fields.ts';
import { alsoSees, events, judged, lastRow, playHealthy, telling, type History } from './history.fixture.ts';
import { INVARIANTS } from './index.ts';
import { RESOURCES } from './resources.ts';
import { createRig } from '../rig.fixture.ts';

const definitions = Object.values(createRig().definitions);
const routes: readonly Route[] = definitions.flatMap(({ routes: own }) => own);
const sorted = (names: Iterable<string>): readonly string[] => [...names].sort();
const fieldsOf = (schema: unknown): readonly string[] => sorted(Object.keys((schema as z.ZodObject).shape));

const EVENTS = definitions.flatMap(({ events: own }) => own);
const FIELDS_OF_EVENTS = EVENTS.flatMap(({ type, schema }) => fieldsOf(schema).map((field) => [type, field] as const));
const SHOWN = Object.entries(RESOURCES).flatMap(([path, { fields }]) => Object.keys(fields).map((field) => [path, field] as const));

let healthy: History;
beforeAll(async () => {
  healthy = await playHealthy('fields');
});

describe('a column', () => {
  it.each(definitions.flatMap(({ schema }) => schema.tables.map((table) => [table.name, table] as const)))(
    'of %s has a rule for where it comes from',
    (name, { columns }) => {
      expect(sorted(Object.keys((COLUMNS as Readonly<Record<string, object>>)[name] ?? {}))).toEqual(sorted(Object.keys(columns)));
    },
  );
});

describe('a field of an event', () => {
  it('belongs to an event whose deed is known', () => {
    expect(sorted(Object.keys(DONE))).toEqual(sorted(EVENTS.map(({ type }) => type)));
  });

  it.each(FIELDS_OF_EVENTS)('is held to where it comes from: %s %s', (type, field) => {
    expect(
      judged(
        telling(type, (data) => ({ ...data, [field]: field === 'couponCount' || field === 'price' || field === 'amount' ? 1 : 'odd' }))(
          healthy,
        ),
        INVARIANTS,
      ),
    ).not.toEqual([]);
  });

  it.each(Object.keys(ENVELOPE).filter((name) => name !== 'data'))('is held to what an envelope says: %s', (name) => {
    const odd = name === 'id' ? '01' : name === 'causationid' || name === 'correlationid' ? '' : 'odd';
    const found = judged(events('OrderRejected', (event) => ({ ...event, [name]: odd }))(healthy), INVARIANTS);
    expect(found.map((violation) => violation.found).join('\n')).toContain(`${name} of `);
  });
});

describe('a resource', () => {
  it.each(Object.entries(RESOURCES))(
    '%s shows, and is asked for by, what its route says',
    (path, { fields, filters, isFilteredByStatus, missing, words = {} }) => {
      const one = routes.find((route) => route.method === 'GET' && route.path.startsWith(`${path}/:`));
      const all = routes.find((route) => route.method === 'GET' && route.path === path);
      expect(fieldsOf(one?.success.schema)).toEqual(sorted(Object.keys(fields)));
      expect(fieldsOf(all?.query)).toEqual(sorted([...filters, ...(isFilteredByStatus ? ['status'] : []), 'page', 'size']));
      expect(one?.refusals).toEqual([missing]);
      const { status } = (
        one?.success.schema as unknown as { readonly shape: { readonly status?: { readonly options: readonly string[] } } }
      ).shape;
      if (isFilteredByStatus) expect(sorted(status?.options ?? [])).toEqual(sorted(Object.keys(words)));
    },
  );

  it('is one of those that the contexts have', () => {
    expect(sorted(Object.keys(RESOURCES))).toEqual(
      sorted(routes.flatMap(({ method, path }) => (method === 'GET' && !path.includes(':') ? [path] : []))),
    );
  });

  it.each(SHOWN)('%s shows its %s as it is kept', (path, field) => {
    const { fields, table } = RESOURCES[path]!;
    const { key, row } = lastRow(healthy, table, (one) => table !== 'reviews' || one['reviewId'] !== undefined);
    const shown: Row = Object.fromEntries(Object.entries(fields).map(([name, from]) => [name, from(row as Row)]));
    const seen = (body: Row) => alsoSees({ path, id: String(key[0]), query: {}, response: { status: 200, headers: {}, body } })(healthy);
    expect(judged(seen({ ...shown, [field]: 'odd' }), INVARIANTS).map(({ found }) => found)).toEqual([
      expect.stringContaining(`${field} of ${table} is shown as`),
    ]);
    expect(judged(seen(shown), INVARIANTS)).toEqual([]);
  });
});
