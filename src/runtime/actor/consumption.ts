import type { Consumption, ConsumerLag } from '../../bus/bus.ts';
import { messageOf } from '../../kernel/errors.ts';
import type { Logger } from '../../kernel/log.ts';

/** The actor's consumer on the bus, of which there is one at a time. */
export interface ActorConsumption {
  /** Takes a consumer in that is open, or being opened; lets it go where nobody wants it any more. */
  opened(opening: Promise<Consumption> | Consumption, isWanted: () => boolean): Promise<void> | undefined;
  lag(): Promise<ConsumerLag>;
  /** Stops the consumer; resolves when it and all former ones are gone. */
  close(): Promise<void> | undefined;
  /** Resolves when all former consumers are gone; undefined where they are. */
  released(): Promise<void> | undefined;
}

/** None is open yet. */
export const createConsumption = (name: string, log: Logger): ActorConsumption => {
  let current: Consumption | undefined;
  let releasing: Promise<void> | undefined;
  const letGo = async (stopping: Promise<void>): Promise<void> => {
    try {
      await stopping;
    } catch (error) {
      // The life it belonged to is over, and its next consumer begins at the committed position whatever the bus believes.
      log.warn({ context: name, err: error }, `the consumer of ${name} did not stop cleanly: ${messageOf(error)}`);
    }
  };
  const release = (former: Consumption | undefined): Promise<void> | undefined => {
    const stopping = former?.stop();
    if (stopping === undefined) return releasing;
    const both = Promise.all([releasing, letGo(stopping)]).then(() => {
      if (releasing === both) releasing = undefined;
    });
    releasing = both;
    return both;
  };
  return {
    opened: (opening: Promise<Consumption> | Consumption, isWanted: () => boolean): Promise<void> | undefined => {
      const take = (consumption: Consumption): Promise<void> | undefined => {
        if (!isWanted()) return release(consumption);
        current = consumption;
        return undefined;
      };
      return opening instanceof Promise ? opening.then(take) : take(opening);
    },
    lag: async (): Promise<ConsumerLag> => (await current?.lag()) ?? { pending: 0, unacknowledged: 0 },
    close: (): Promise<void> | undefined => {
      const former = current;
      current = undefined;
      return release(former);
    },
    released: () => releasing,
  };
};
