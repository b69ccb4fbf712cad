import { WARM_UP } from '../load-journal.ts';
import type { System } from '../../system/system.ts';
import type { UnderLoad } from '../../system/under-load.ts';

const MOST_ROUNDS = 60;
const LONGEST_MS = 2_000;

/**
 * Lets a system that was just started run as one that has been running for a while: code that was compiled, connections
 * that are open. Otherwise the first half second of a load, in which the circuit counts its first calls, would measure
 * the start. Asks as many at once as the load will, for what is not there and with what is not valid, so that nothing
 * changes and no call goes through the breaker.
 */
export const warmUp = async (system: System, { warmUp: requests }: UnderLoad, atOnce: number): Promise<void> => {
  await system.openCalls(atOnce);
  const until = performance.now() + LONGEST_MS;
  for (let round = 0; round < MOST_ROUNDS && performance.now() < until; round += 1) {
    await Promise.all(
      Array.from({ length: atOnce }, (_, index) => {
        const headers = { 'x-correlation-id': `${WARM_UP}${round}.${index}` };
        return system.dispatch({ ...requests[index % requests.length]!, headers });
      }),
    );
  }
};
