import { describe, expect, it } from 'vitest';
import { OperatingError } from '../kernel/errors.ts';
import { FOOD } from '../contexts/index.ts';
import { parseFault } from './fault-spec.ts';

describe('--fault', () => {
  it.each([
    ['none', { kind: 'none' }],
    ['slow-order-lookup', { kind: 'slow-call', call: 'order-lookup', fromMs: 400, toMs: 600 }],
    ['slow-order-lookup=1ms..20', { kind: 'slow-call', call: 'order-lookup', fromMs: 1, toMs: 20 }],
    ['slow-order-lookup=900ms', { kind: 'slow-call', call: 'order-lookup', fromMs: 900, toMs: 900 }],
    ['slow-order-lookup=900ms..2s', { kind: 'slow-call', call: 'order-lookup', fromMs: 900, toMs: 2000 }],
    ['drop', { kind: 'messages', fault: 'drop' }],
    ['duplicate=Paid', { kind: 'messages', fault: 'duplicate', type: 'Paid' }],
    ['delay=Paid@store', { kind: 'messages', fault: 'delay', type: 'Paid', context: 'store' }],
    ['reorder=@rider', { kind: 'messages', fault: 'reorder', context: 'rider' }],
    ['crash=store', { kind: 'crash', context: 'store', at: 'after-commit' }],
    ['crash=front@before-publish:Paid', { kind: 'crash', context: 'front', at: 'before-publish', on: 'Paid' }],
  ])('%s', (text, spec) => {
    expect(parseFault(text, FOOD)).toEqual(spec);
  });

  it.each([
    ['dorp', /"dorp" is not a fault\. Did you mean drop\?/],
    ['hold', /is not a fault/],
    ['duplicate=Payd', /"Payd" is not an event\. Did you mean Paid\?/],
    ['delay=Paid@kitchen', /"kitchen" is not a context/],
    ['crash', /is not a context/],
    ['crash=store@', /is not a crash point/],
    ['crash=store@after-comit', /Did you mean after-commit\?/],
    ['slow-order-lookup=', /not a range/],
    ['slow-order-lookup=600..400', /not a range/],
    ['slow-order-lookup=1..600001', /not a range/],
    ['slow-order-lookup=1..2..3', /not a range/],
    ['slow-order-lookup=1m', /not a range/],
    ['', /is not a fault/],
  ])('%s is wrong usage', (text, message) => {
    let thrown: unknown;
    try {
      parseFault(text, FOOD);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(OperatingError);
    expect(thrown).toMatchObject({ trouble: 'usage', message: expect.stringMatching(message) as string });
  });
});
