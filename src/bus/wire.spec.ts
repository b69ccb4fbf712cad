import { describe, expect, it } from 'vitest';
import { isMalformed } from './bus.ts';
import { envelopeOf } from './bus.contract.ts';
import { decode, encode, LONGEST_PAYLOAD_BYTES } from './wire.ts';

const SUBJECT = 'foodsim.w.front.OrderPlaced';

const faultOf = (payload: string | Uint8Array): string => {
  const read = decode(SUBJECT, payload);
  return isMalformed(read) ? read.reason : 'taken';
};

/** An event whose payload has exactly so many bytes. */
const ofBytes = (bytes: number): string => {
  const around = JSON.stringify({ ...envelopeOf('1'), data: { text: '' } }).length;
  return JSON.stringify({ ...envelopeOf('1'), data: { text: 'x'.repeat(bytes - around) } });
};

const deep = (levels: number, inside: 'data' | 'specversion'): string =>
  JSON.stringify({ ...envelopeOf('1'), [inside]: 'HERE' }).replace(
    '"HERE"',
    inside === 'data' ? `{"a":${'['.repeat(levels)}${']'.repeat(levels)}}` : '['.repeat(levels) + ']'.repeat(levels),
  );

describe('a payload', () => {
  it('is read as the event that it was', () => {
    expect(decode(SUBJECT, encode(envelopeOf('1')))).toEqual(envelopeOf('1'));
  });

  it('is taken up to its longest, and not a byte longer', () => {
    expect(faultOf(ofBytes(LONGEST_PAYLOAD_BYTES))).toBe('taken');
    const tooLong = ofBytes(LONGEST_PAYLOAD_BYTES + 1);
    const told = 'has 262145 bytes, and no event of ours has more than 262144';
    expect([faultOf(tooLong), faultOf(new TextEncoder().encode(tooLong)), faultOf(new Uint8Array(1_000_000).fill(0xff))]).toEqual([
      told,
      told,
      told.replace('262145', '1000000'),
    ]);
    // Bytes are counted, not characters.
    expect(faultOf(JSON.stringify({ ...envelopeOf('1'), data: { text: '점'.repeat(100_000) } }))).toMatch(/^has 300\d\d\d bytes/);
  });

  it('of which only the beginning is kept where it is not an event', () => {
    expect(decode(SUBJECT, 'x'.repeat(65_537))).toMatchObject({ malformed: true, subject: SUBJECT, raw: 'x'.repeat(65_536) });
    expect(decode(SUBJECT, new TextEncoder().encode('x'.repeat(LONGEST_PAYLOAD_BYTES + 1)))).toMatchObject({ raw: 'x'.repeat(65_536) });
  });

  it.each(['data', 'specversion'] as const)('nested too deep in %s is refused by its place, however deep', (inside) => {
    for (const levels of [33, 20_000, 120_000])
      expect(faultOf(deep(levels, inside))).toMatch(/^is nested deeper than 32 levels, from line 1, column \d+ on$/);
  });

  it('is nested as deep as it may be', () => {
    // The event and its data are two levels more.
    expect(faultOf(deep(30, 'data'))).toBe('taken');
    expect(faultOf(deep(31, 'data'))).toMatch(/^is nested deeper/);
  });

  it('that is not UTF-8 is not text', () => {
    expect(faultOf(Buffer.from([0x7b, 0xff, 0x7d]))).toBe('is not UTF-8 text');
  });
});
