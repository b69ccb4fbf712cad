/** The pace of the scenarios that are played: by themselves, or a step for each key. */
export interface Pace {
  /** Resolves when the next step may begin. */
  readonly beforeStep: () => Promise<void>;
  /** Resolves when the next scenario may begin; after the last one, when the session is over. */
  readonly afterScenario: (isLast: boolean) => Promise<void>;
  readonly pause: () => void;
  readonly resume: () => void;
  /** Lets the next step begin, which waits or will wait. */
  readonly step: () => void;
  /** Nothing waits any more. */
  readonly stop: () => void;
  /** `waiting` for a step; `lingering` once all is played. */
  readonly state: () => 'running' | 'waiting' | 'lingering';
}

/** Sets the pace; `lingers` where the system stays up after the last scenario, until {@link Pace.stop}. */
export const createPace = (options: { readonly isPaused: boolean; readonly lingers: boolean }): Pace => {
  let isPaused = options.isPaused;
  let isStopped = false;
  let state: ReturnType<Pace['state']> = 'running';
  let goOn: (() => void) | undefined;
  /** Steps let go before they waited: a key may come while the step before is still at work. */
  let ahead = 0;
  const wait = (as: 'waiting' | 'lingering'): Promise<void> => {
    state = as;
    return new Promise((resolve) => {
      goOn = () => {
        goOn = undefined;
        state = 'running';
        resolve();
      };
    });
  };
  const isLetGo = (): boolean => {
    if (isStopped || !isPaused) return true;
    if (ahead === 0) return false;
    ahead -= 1;
    return true;
  };
  return {
    beforeStep: () => (isLetGo() ? Promise.resolve() : wait('waiting')),
    afterScenario: (isLast) => {
      if (isStopped) return Promise.resolve();
      if (isLast) return options.lingers ? wait('lingering') : Promise.resolve();
      return isLetGo() ? Promise.resolve() : wait('waiting');
    },
    pause: () => {
      isPaused = true;
    },
    resume: () => {
      isPaused = false;
      ahead = 0;
      if (state === 'waiting') goOn?.();
    },
    step: () => {
      if (state === 'waiting') goOn?.();
      else ahead += 1;
    },
    stop: () => {
      isStopped = true;
      goOn?.();
    },
    state: () => state,
  };
};
