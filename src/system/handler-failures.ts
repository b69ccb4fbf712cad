import type { OnHandlerFailure } from '../bus/redelivery.ts';
import { messageOf, OperatingError, SimulatedCrash } from '../kernel/errors.ts';
import type { Logger } from '../kernel/log.ts';

/** Tells the log what the bus has to say while it goes on: limits that it adapted to, a consumer that gets nowhere. */
export const tellNotes =
  (log: Logger) =>
  (text: string): void =>
    log.warn({}, text);

/**
 * Tells of batches that are delivered again because their handling failed: a context that handles nothing any more must
 * not look well. What is neither trouble of operation nor a crash that was asked for is a bug, and goes to `onTrouble` too.
 */
export const tellHandlerFailures =
  (log: Logger, onTrouble: (error: unknown) => void): OnHandlerFailure =>
  ({ world, consumer, attempt, error, pauseMs }) => {
    log.warn(
      { world, context: consumer, attempt, err: error },
      `${consumer} gets its messages again in ${pauseMs} ms: ${messageOf(error)}`,
    );
    if (!(error instanceof OperatingError) && !(error instanceof SimulatedCrash)) onTrouble(error);
  };
