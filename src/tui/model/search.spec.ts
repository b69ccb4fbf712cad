import { describe, expect, it } from 'vitest';
import { inSeedSpelling } from '../../contexts/front/contract.ts';
import { createSearch } from './search.ts';

const HAY = 'order-00000007 #7 Kim s1 bibimbap 서울 결제로 1 paid 결재됨';

describe('a filter finds', () => {
  it.each(['', '  ', 'KIM', '결재됨', '결제됨', '서울 결재', '결제로', 'kim 결제됨'])('%j, composed or taken apart', (looked) => {
    for (const text of [HAY, HAY.normalize('NFD')])
      expect([looked, looked.normalize('NFD')].map((words) => createSearch(words, inSeedSpelling)(text))).toEqual([true, true]);
  });

  it.each(['결제실패', '결재로', 'kim lee', '부산'])('and not %j', (looked) => {
    for (const text of [HAY, HAY.normalize('NFD')])
      expect([looked, looked.normalize('NFD')].map((words) => createSearch(words, inSeedSpelling)(text))).toEqual([false, false]);
  });
});
