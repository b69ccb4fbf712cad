import type { Timers } from '../../kernel/clock.ts';
import { Refusal } from '../../kernel/errors.ts';
import { CallFailure, type Guard } from '../../runtime/breaker/guard.ts';
import { createBreakerModel, type Admission } from './breaker-model.ts';

/** How a call ended, by what its caller got: refused at once; an error, as breakers count them; or neither. */
const endOf = (error: unknown): 'refused' | 'error' | 'answer' => {
  // A refusal of the business is an answer like any other.
  if (error instanceof Refusal) return 'answer';
  return error instanceof CallFailure && error.kind === 'short-circuited' ? 'refused' : 'error';
};

/** What is wrong with what became of a call; undefined where nothing is. */
export const wrongAdmission = (admission: Admission, isRefused: boolean): string | undefined => {
  if (admission === 'let in' && isRefused) return 'A call was refused, and by the calls before it the breaker is closed, or due to probe.';
  if (admission === 'refused' && !isRefused) return 'A call was let in, and by the calls before it the breaker is open.';
  return undefined;
};

/** Holds a guard to the second model of a breaker: whom it lets in, and whom not. */
export const withModel = (timers: Pick<Timers, 'now'>, report: (found: string) => void) => {
  const model = createBreakerModel();
  return (guard: Guard): Guard =>
    async (call, correlation) => {
      const { admission, isProbe } = model.called(timers.now());
      const ended = (end: 'refused' | 'error' | 'answer'): void => {
        const found = wrongAdmission(admission, end === 'refused');
        if (found !== undefined) report(found);
        if (end !== 'refused') model.ended(timers.now(), end === 'error', isProbe);
      };
      try {
        const result = await guard(call, correlation);
        ended('answer');
        return result;
      } catch (error) {
        ended(endOf(error));
        throw error;
      }
    };
};
