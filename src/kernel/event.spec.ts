import { describe, expect, test } from 'vitest';
import { checkHeard, defineEvent, vouchFor } from './event.ts';

/** An event of a number of guests, which counts how often its data are read. */
const guestsEvent = (most: number) => {
  let reads = 0;
  const event = defineEvent('GuestsCame', {
    parse: (value) => {
      reads += 1;
      const { guests } = value as { readonly guests: number };
      if (guests > most) throw new Error(`${guests} are too many`);
      return { guests };
    },
  });
  return { event, reads: () => reads };
};

describe('the data of an event', () => {
  test('are held to the contract once, when they are told', () => {
    const { event, reads } = guestsEvent(4);
    const data = { guests: 4 };
    vouchFor(event, data);
    checkHeard(event, data);
    checkHeard(event, data);
    expect(reads()).toBe(1);
  });

  test('are held to it where they are heard, if nobody vouched for these very data', () => {
    const { event, reads } = guestsEvent(4);
    vouchFor(event, { guests: 4 });
    checkHeard(event, { guests: 4 });
    expect(reads()).toBe(2);
    expect(() => {
      checkHeard(event, { guests: 5 });
    }).toThrow('5 are too many');
  });

  test('that break the contract are not vouched for', () => {
    const { event } = guestsEvent(4);
    const data = { guests: 5 };
    expect(() => {
      vouchFor(event, data);
    }).toThrow('5 are too many');
    expect(() => {
      checkHeard(event, data);
    }).toThrow('5 are too many');
  });

  test('vouched for by one contract are held to another', () => {
    const data = { guests: 4 };
    vouchFor(guestsEvent(4).event, data);
    expect(() => {
      checkHeard(guestsEvent(3).event, data);
    }).toThrow('4 are too many');
  });
});
