import { describe, expect, it } from 'vitest';
import { holdsText, isSameText, searchable, searchWords } from './words.ts';

const [NFC, NFD] = ['결재됨', '결재됨'.normalize('NFD')];

describe('words', () => {
  it('are the same however they are composed, and no others are', () => {
    expect(NFC).not.toBe(NFD);
    expect([isSameText(NFC, NFD), isSameText(NFD, NFC), isSameText(NFC, '결재됐')]).toEqual([true, true, false]);
    expect([holdsText(`주문이 ${NFC}`, NFD), holdsText(`주문이 ${NFD}`, NFC), holdsText(NFD, '거부')]).toEqual([true, true, false]);
    expect(searchWords(`  Kim ${NFD} `)).toEqual(['kim', NFC]);
    expect(searchable(`KIM ${NFD}`)).toBe(`kim ${NFC}`);
  });
});
