/**
 * What can happen to a message on its way to a consumer:
 * - `drop`: lost, and delivered again later (after 1,000 ms), as an unacknowledged message is;
 * - `duplicate`: delivered again right after, and once more later (after 1,000 ms);
 * - `hold`: kept back until {@link FaultHandle.release};
 * - `delay`: later by `delayMs` (100 ms), so that what comes behind it overtakes it;
 * - `reorder`: the next message to this consumer overtakes it; where none comes, it goes on after 1,000 ms.
 */
export type FaultKind = 'drop' | 'duplicate' | 'hold' | 'delay' | 'reorder';
