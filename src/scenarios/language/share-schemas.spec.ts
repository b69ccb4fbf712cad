import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, it } from 'vitest';
import { shareSchemas } from './share-schemas.ts';

const LONG = { type: 'string', description: 'said at length. '.repeat(30) };
const POINT = { type: 'object', properties: { x: LONG, y: LONG }, required: ['x'], additionalProperties: false };

it('says what is long once, under the name of its first place, and leaves what is short where it stands', () => {
  const short = { type: 'integer' };
  const shared = shareSchemas({
    type: 'object',
    properties: { from: POINT, 'to be': { anyOf: [POINT, short] }, several: { type: 'array', items: POINT }, count: short },
    $defs: { x: short },
  });
  expect(shared).toEqual({
    type: 'object',
    properties: {
      from: { $ref: '#/$defs/from' },
      'to be': { anyOf: [{ $ref: '#/$defs/from' }, short] },
      several: { type: 'array', items: { $ref: '#/$defs/from' } },
      count: short,
    },
    $defs: {
      x: short,
      from: { ...POINT, properties: { x: { $ref: '#/$defs/x-2' }, y: { $ref: '#/$defs/x-2' } } },
      'x-2': LONG,
    },
  });
});

it('takes properties that are called like words of schemas for what they are', () => {
  const schema = { type: 'object', properties: { items: POINT, not: POINT, properties: { type: 'object', properties: { anyOf: POINT } } } };
  const [before, after] = [schema, shareSchemas(schema)].map((one) => new Ajv2020().compile(one));
  for (const value of [{ items: { x: 'a' } }, { items: {} }, { properties: { anyOf: { x: 1 } } }, { not: { x: 'a', z: 1 } }, {}])
    expect(after?.(value), JSON.stringify(value)).toBe(before?.(value));
  expect(JSON.stringify(shareSchemas(schema)).length).toBeLessThan(JSON.stringify(schema).length / 2);
});
