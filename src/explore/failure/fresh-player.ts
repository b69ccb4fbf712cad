/*
 * A process that plays one schedule and says which invariants did not hold. Started by fresh-play.ts: what was kept in
 * the memory of the process that found a failure is not here.
 */
import type { FreshAnswer, FreshQuestion } from './fresh-play.ts';
import { replay } from './replay.ts';
import { createRig } from '../simulate/rig.ts';
import { loadSystem } from '../search/load-system.ts';

process.once('message', (question) => {
  const { url, mutations, store, schedule } = question as FreshQuestion;
  // What goes wrong here is a bug; it ends the process, and fresh-play.ts hears of it.
  void loadSystem(url)
    .then((system) => replay(createRig(system, { mutations, store }), schedule))
    .then(({ violations }) => {
      const answer: FreshAnswer = { broken: violations.map(({ invariant }) => invariant) };
      process.send?.(answer, () => process.disconnect());
    });
});
