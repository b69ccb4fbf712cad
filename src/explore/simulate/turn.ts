/** Promise reactions that are let run after a step while something is awaited: more than any chain of them is long. */
const REACTIONS = 24;

/** The turn of a step: what actors do at its end, they do before time goes on. */
export const createTurn = () => {
  const atEnd: (() => void)[] = [];
  const end = (): void => {
    if (atEnd.length === 0) return;
    // Iterating goes on to what is added meanwhile.
    for (const work of atEnd) work();
    atEnd.length = 0;
  };
  return {
    after: (work: () => void): void => {
      atEnd.push(work);
    },
    end,
    /** Ends the turn with all that was waiting for promises. */
    endWithReactions: async (): Promise<void> => {
      end();
      for (let reaction = 0; reaction < REACTIONS; reaction += 1) {
        await Promise.resolve();
        end();
      }
    },
  };
};

/** The turn of a step. */
export type Turn = ReturnType<typeof createTurn>;
