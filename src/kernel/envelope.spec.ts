import { describe, expect, it } from 'vitest';
import { causeOf, readEnvelope, traceIdOf, type Envelope } from './envelope.ts';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const ENVELOPE = {
  specversion: '1.0',
  id: 'e1',
  source: '/front',
  type: 'Paid',
  subject: 'o1',
  time: '2026-01-01T00:00:00.000Z',
  datacontenttype: 'application/json',
  correlationid: 'c1',
  causationid: 'e0',
  traceparent: `00-${TRACE}-b7ad6b7169203331-01`,
  data: { orderId: 'o1' },
};
const refusalOf = (value: unknown): string => {
  const read = readEnvelope(value);
  return read.ok ? 'taken' : read.reason;
};

describe('reading an envelope', () => {
  it('takes a whole one as it is', () => {
    expect(readEnvelope(ENVELOPE)).toEqual({ ok: true, envelope: ENVELOPE });
    expect(refusalOf({ ...ENVELOPE, subject: 'x'.repeat(1_024) })).toBe('taken');
    expect(refusalOf({ ...ENVELOPE, time: '2026-01-01T09:00:00+09:00' })).toBe('taken');
  });

  const wrong: readonly (readonly [unknown, RegExp])[] = [
    [null, /not a JSON object/],
    ['text', /not a JSON object/],
    [[ENVELOPE], /not a JSON object/],
    [{}, /specversion/],
    [{ ...ENVELOPE, specversion: '0.3' }, /specversion is "0.3"/],
    ...['id', 'source', 'type', 'subject', 'correlationid', 'causationid'].flatMap((name) => [
      [{ ...ENVELOPE, [name]: '' }, new RegExp(`attribute ${name} `)] as const,
      [{ ...ENVELOPE, [name]: 7 }, new RegExp(`attribute ${name} `)] as const,
    ]),
    [{ ...ENVELOPE, time: 'yesterday' }, /attribute time/],
    [{ ...ENVELOPE, time: '2026' }, /attribute time/],
    [{ ...ENVELOPE, time: '2026-13-01T00:00:00Z' }, /attribute time/],
    [{ ...ENVELOPE, traceparent: 'none' }, /attribute traceparent/],
    [{ ...ENVELOPE, traceparent: `00-${'0'.repeat(32)}-b7ad6b7169203331-01` }, /attribute traceparent/],
    [{ ...ENVELOPE, specversion: JSON.parse(`${'['.repeat(20_000)}${']'.repeat(20_000)}`) as unknown }, /nested deeper than 32 levels/],
    [{ ...ENVELOPE, specversion: 'x'.repeat(1_000) }, /specversion is "x{98}…$/],
    [{ ...ENVELOPE, subject: 'x'.repeat(1_025) }, /attribute subject has 1025 characters, and none of ours has more than 1024/],
    [{ ...ENVELOPE, data: null }, /attribute data/],
    [{ ...ENVELOPE, data: [] }, /attribute data/],
    [{ ...ENVELOPE, data: 'text' }, /attribute data/],
  ];
  it.each(wrong)('says what is wrong: %#', (value, reason) => {
    expect(refusalOf(value)).toMatch(reason);
  });

  it('passes its cause on', () => {
    expect(causeOf(ENVELOPE as unknown as Envelope)).toEqual({ causationId: 'e1', correlationId: 'c1', traceId: TRACE });
    expect(traceIdOf(undefined)).toBeUndefined();
    expect(traceIdOf(ENVELOPE.traceparent)).toBe(TRACE);
  });
});
