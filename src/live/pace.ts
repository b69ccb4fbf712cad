/** The pace of the scenarios that are played: by themselves, or a step for each key. */
export interface Pace {
  /** Resolves when the next step may begin. */
  readonly beforeStep: () => Promise<void>;
  /** Resolves when the next scenario may begin; after the last one, when the session is over. */
  readonly afterScenario: (isLast: boolean) => Promise<void>;
  readonly pause: () => void;
  readonly resume: () => void;
  /** False where nothing waits for a step. */
  readonly step: () => boolean;
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
  const nudge = (): boolean => {
    if (goOn === undefined || state === 'lingering') return false;
    goOn();
    return true;
  };
  return {
    beforeStep: () => (isPaused && !isStopped ? wait('waiting') : Promise.resolve()),
    afterScenario: (isLast) => {
      if (isStopped) return Promise.resolve();
      if (isLast) return options.lingers ? wait('lingering') : Promise.resolve();
      return isPaused ? wait('waiting') : Promise.resolve();
    },
    pause: () => {
      isPaused = true;
    },
    resume: () => {
      isPaused = false;
      nudge();
    },
    step: nudge,
    stop: () => {
      isStopped = true;
      goOn?.();
    },
    state: () => state,
  };
};
