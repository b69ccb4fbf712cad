import { describe, expect, it } from 'vitest';
import { idText, textFilter } from './shapes.ts';

/** One character that composes to three: Unicode excludes it from composition. */
const GROWS = '\ufb2c';

describe('an id', () => {
  it('is counted as it is kept, in its one composition', () => {
    const id = idText(200);
    const taken = '각'.repeat(200).normalize('NFD');
    expect(taken.length).toBe(600);
    expect(id.parse(taken)).toBe('각'.repeat(200));
    expect(id.safeParse('각'.repeat(201).normalize('NFD')).success).toBe(false);
    expect(id.safeParse(GROWS.repeat(200)).success).toBe(false);
    expect(id.parse(GROWS.repeat(66))).toHaveLength(198);
  });

  it('can be filtered by, however long, and in whichever composition it is written', () => {
    const id = '각'.repeat(200);
    expect(textFilter.parse(id)).toBe(id);
    expect(textFilter.parse(id.normalize('NFD'))).toBe(id);
    expect(textFilter.safeParse('각'.repeat(201)).success).toBe(false);
  });
});
