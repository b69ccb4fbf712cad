import { describe, expect, it } from 'vitest';
import { OperatingError } from '../kernel/errors.ts';
import { EVENT_TYPES } from './event-types.ts';
import { parseFault } from './fault-spec.ts';

describe('--fault', () => {
  it.each([
    ['none', { kind: 'none' }],
    ['slow-order-lookup', { kind: 'slow-order-lookup', fromMs: 400, toMs: 600 }],
    ['slow-order-lookup=1ms..20', { kind: 'slow-order-lookup', fromMs: 1, toMs: 20 }],
    ['slow-order-lookup=900ms', { kind: 'slow-order-lookup', fromMs: 900, toMs: 900 }],
    ['slow-order-lookup=900ms..2s', { kind: 'slow-order-lookup', fromMs: 900, toMs: 2000 }],
    ['drop', { kind: 'messages', fault: 'drop' }],
    ['duplicate=Paid', { kind: 'messages', fault: 'duplicate', type: 'Paid' }],
    ['delay=Paid@store', { kind: 'messages', fault: 'delay', type: 'Paid', context: 'store' }],
    ['reorder=@rider', { kind: 'messages', fault: 'reorder', context: 'rider' }],
    ['crash=store', { kind: 'crash', context: 'store', at: 'after-commit' }],
    ['crash=front@before-publish:Paid', { kind: 'crash', context: 'front', at: 'before-publish', on: 'Paid' }],
  ])('%s', (text, spec) => {
    expect(parseFault(text, EVENT_TYPES)).toEqual(spec);
  });

  it.each([
    ['dorp', /"dorp" is no fault\. Did you mean drop\?/],
    ['hold', /is no fault/],
    ['duplicate=Payd', /"Payd" is no event\. Did you mean Paid\?/],
    ['delay=Paid@kitchen', /"kitchen" is no context/],
    ['crash', /is no context/],
    ['crash=store@', /is no crash point/],
    ['crash=store@after-comit', /Did you mean after-commit\?/],
    ['slow-order-lookup=', /no range/],
    ['slow-order-lookup=600..400', /no range/],
    ['slow-order-lookup=1..600001', /no range/],
    ['slow-order-lookup=1..2..3', /no range/],
    ['slow-order-lookup=1m', /no range/],
    ['', /is no fault/],
  ])('%s is wrong usage', (text, message) => {
    let thrown: unknown;
    try {
      parseFault(text, EVENT_TYPES);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(OperatingError);
    expect(thrown).toMatchObject({ trouble: 'usage', message: expect.stringMatching(message) as string });
  });
});
