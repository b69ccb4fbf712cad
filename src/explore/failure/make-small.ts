import type { Rig } from '../simulate/rig.ts';
import type { Failure } from '../search/slice.ts';
import { playFresh } from './fresh-play.ts';
import type { KeptFailure } from './replay-file.ts';
import { replay, type Replayed } from './replay.ts';
import { shrink, type Schedule } from './shrink.ts';

/** A failure made small, and played again. */
export interface Small {
  readonly kept: KeptFailure;
  readonly replayed: Replayed;
}

/** Makes a failure small. */
export const makeSmall = async (rig: Rig, failure: Failure): Promise<Small> => {
  const { failure: small } = await shrink(rig, failure);
  const replayed = await replay(rig, small);
  return {
    replayed,
    kept: {
      system: rig.system.name,
      mutations: rig.mutations,
      violation: small.violation,
      plan: small.plan,
      deviations: small.deviations,
      trace: replayed.trace,
    },
  };
};

/** Whether a schedule breaks the same invariant where nothing was played before it. */
const comesAgain = async ({ url, mutations, store }: Rig, schedule: Schedule, { invariant }: Failure['violation']): Promise<boolean> => {
  const { broken } = await playFresh({ url, mutations, store, schedule: { plan: schedule.plan, deviations: schedule.deviations } });
  return broken.includes(invariant);
};

/**
 * A failure as small as it comes again in a fresh process; `isFresh` is false where not even the whole does: it hangs on
 * what was played before.
 */
export const makeSmallAndSure = async (rig: Rig, failure: Failure): Promise<Small & { readonly isFresh: boolean }> => {
  const small = await makeSmall(rig, failure);
  if (await comesAgain(rig, small.kept, failure.violation)) return { ...small, isFresh: true };
  const isFresh = await comesAgain(rig, failure, failure.violation);
  const { mutations, system } = rig;
  const replayed = await replay(rig, failure);
  return {
    kept: {
      system: system.name,
      mutations,
      violation: failure.violation,
      plan: failure.plan,
      deviations: failure.deviations,
      trace: replayed.trace,
    },
    replayed,
    isFresh,
  };
};
