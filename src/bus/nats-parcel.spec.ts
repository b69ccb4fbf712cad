import { describe, expect, it } from 'vitest';
import type { Envelope } from '../kernel/envelope.ts';
import { createPacking, createSizeLimit, readAnswer } from './nats-parcel.ts';

const read = (text: string) => readAnswer({ data: new TextEncoder().encode(text), string: () => text });

it.each([
  'null',
  '[]',
  '7',
  '"stored"',
  '{}',
  'not JSON',
  '{"seq":0}',
  '{"seq":-1}',
  '{"seq":1.5}',
  '{"seq":"3"}',
  '{"stream":"FOODSIM_w"}',
])('takes %s for no answer that an event is stored', (text) => {
  expect(read(text)).toEqual({ kind: 'refused', code: 0, text: `an answer that can't be read came: ${text}` });
});

it.each([
  ['{"stream":"FOODSIM_w","seq":3}', { kind: 'stored', seq: 3 }],
  ['{"seq":0,"error":{"code":503,"err_code":10008,"description":"nobody leads"}}', { kind: 'passing', text: 'nobody leads' }],
  ['{"seq":0,"error":{"err_code":10077,"description":"no room"}}', { kind: 'refused', code: 10_077, text: 'no room' }],
  ['{"seq":5,"error":{}}', { kind: 'refused', code: 0, text: 'it did not say why' }],
  ['{"error":null}', { kind: 'refused', code: 0, text: 'it did not say why' }],
  ['{"error":{"err_code":"10008","description":["a"]}}', { kind: 'refused', code: 0, text: 'it did not say why' }],
  ['', { kind: 'passing', text: 'no stream takes it' }],
])('reads %s by what it says', (text, answer) => {
  expect(read(text)).toEqual(answer);
});

describe('what a server takes', () => {
  const event = (text: string): Envelope =>
    ({ id: 'e1', type: 'Paid', subject: 'o1', source: '/front', data: { text } }) as unknown as Envelope;

  it('is counted with the headers, as the server counts it', () => {
    const parcel = createPacking('w')(event('lunch'));
    const head = 'NATS/1.0\r\nNats-Msg-Id: e1\r\nContent-Type: application/cloudevents+json\r\n\r\n';
    expect(parcel.bytes).toBe(parcel.payload.length + head.length);
    expect(createSizeLimit(() => parcel.bytes, Infinity).whyTooLarge(parcel)).toBeUndefined();
    expect(createSizeLimit(() => parcel.bytes - 1, Infinity).whyTooLarge(parcel)).toBe(
      `has ${parcel.bytes} bytes with its headers, and the bus takes ${parcel.bytes - 1} at most`,
    );
  });

  it('is the least that it ever refused, whatever it says', () => {
    const pack = createPacking('w');
    const [short, long] = [pack(event('a')), pack(event('a'.repeat(100)))];
    const limit = createSizeLimit(() => 1_000_000, Infinity);
    limit.refused(short);
    limit.refused(long);
    expect(limit.whyTooLarge(short)).toBe(`has ${short.bytes} bytes with its headers, and the bus takes ${short.bytes - 1} at most`);
  });
});
