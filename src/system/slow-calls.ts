import { assert } from '../kernel/errors.ts';
import type { Dispatch } from '../runtime/http/route.ts';
import { callsOf, slowFaultOf, type DelayRange } from './definition.ts';
import { LOOKING_ON, type Endable, type SystemOptions } from './system.ts';

/**
 * The faults that slow calls down: how long an answer is held back is drawn anew for each, in whole milliseconds, as
 * databases keep times.
 */
export const createSlowCalls = ({ definition, random, recorder }: Pick<SystemOptions, 'definition' | 'random' | 'recorder'>) => {
  const opened = callsOf(definition).map(({ name, to, operation }) => {
    const fault = slowFaultOf(name);
    const draws = random.fork(fault);
    let range: DelayRange | undefined;
    let delayed = { count: 0 };
    return {
      name,
      /** The call itself. Whoever gives up before the question arrives has met the fault all the same: it would have been held back. */
      around:
        (call: Dispatch): Dispatch =>
        async (request) => {
          const [own, before] = [range === undefined ? undefined : delayed, delayed.count];
          try {
            return await call(request);
          } finally {
            if (own !== undefined && request.signal?.aborted === true && own.count === before) own.count += 1;
          }
        },
      isOf: (context: string, asked: string): boolean => context === to && asked === operation && range !== undefined,
      delay: (correlation: string | undefined): number => {
        const { fromMs, toMs } = range!;
        if (correlation !== LOOKING_ON) delayed.count += 1;
        const delayMs = Math.floor(fromMs + draws.next() * (toMs - fromMs));
        recorder.record({ kind: 'fault', fault, detail: { delayMs, ...(correlation === undefined ? {} : { correlation }) } });
        return delayMs;
      },
      set: (wanted: DelayRange | undefined): Endable => {
        range = wanted;
        const own = { count: 0 };
        delayed = own;
        const tell = (): void => recorder.record({ kind: 'fault', fault, detail: range === undefined ? { off: true } : { ...range } });
        tell();
        return {
          struck: () => own.count,
          end: () => {
            if (delayed !== own || range === undefined) return;
            range = undefined;
            tell();
          },
        };
      },
    };
  });
  return {
    around: (name: string, call: Dispatch): Dispatch => opened.find((one) => one.name === name)?.around(call) ?? call,
    delayFor:
      (context: string) =>
      (operation: string, correlation: string | undefined): number | undefined =>
        opened.find((call) => call.isOf(context, operation))?.delay(correlation),
    set: (name: string, range: DelayRange | undefined): Endable => {
      const call = opened.find((one) => one.name === name);
      assert(call !== undefined, `${name} is a call of this system`);
      return call.set(range);
    },
  };
};
