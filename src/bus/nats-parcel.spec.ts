import { expect, it } from 'vitest';
import { readAnswer } from './nats-parcel.ts';

const read = (text: string) => readAnswer({ data: new TextEncoder().encode(text), string: () => text });

it.each(['null', '[]', '7', '"stored"', '{}', 'not JSON', '{"seq":0}', '{"seq":-1}', '{"seq":1.5}', '{"seq":"3"}', '{"stream":"FOODSIM_w"}'])('takes %s for no answer that an event is stored', (text) => {
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
