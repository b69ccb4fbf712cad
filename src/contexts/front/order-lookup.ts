/** The synchronous call of the seed's Request / Response: a review asks the orders' owner for its order. */
import { OperatingError, Refusal, messageOf } from '../../kernel/errors.ts';
import { CallFailure, type CallFailureKind, type Guard } from '../../runtime/breaker/guard.ts';
import type { Dispatch, HttpResponse } from '../../runtime/http/route.ts';
import type { LookUpOrder, LookedUpOrder } from './look-up-order.ts';

/** The name of the call, and of its circuit breaker. */
export const ORDER_LOOKUP = 'order-lookup';

/** The seed delays the answer by a random 400 to under 600 ms. */
export const ORDER_LOOKUP_CALL = {
  to: 'front',
  operation: 'getOrder',
  says: 'look-ups of orders',
  slow: { fromMs: 400, toMs: 600 },
} as const;

/** What the person who writes the review reads, where it is not the failure's own sentence. */
const SAY: Readonly<Partial<Record<CallFailureKind, (detail: CallFailure['detail']) => string>>> = {
  'short-circuited': () => 'The circuit breaker of the order look-up is open.',
  rejected: ({ concurrency }) => `${String(concurrency)} look-ups are under way already; one more is rejected.`,
  timeout: ({ timeoutMs }) => `The order could not be looked up within ${String(timeoutMs)} ms.`,
};

const upstreamError = (upstreamStatus: number, what = ''): CallFailure =>
  new CallFailure('upstream-error', `The order's context answered ${upstreamStatus}${what}.`, { upstreamStatus });

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';

/** What was found; undefined where there is no such order. Throws where the answer is the other side's failure, or not what it promises. */
const readAnswer = ({ status: answered, body }: HttpResponse, orderId: string): LookedUpOrder | undefined => {
  const { code, orderId: found, customerId, status } = (body ?? {}) as Readonly<Record<string, unknown>>;
  if (answered === 404 && code === 'order-not-found') return undefined;
  if (answered !== 200) throw upstreamError(answered);
  if (!isText(customerId) || !isText(status)) throw upstreamError(answered, ', and not with an order');
  if (found !== orderId) throw upstreamError(answered, ' with another order');
  return { orderId, customerId, status };
};

/** The refusal of the review, for a look-up that came to nothing. */
const refusalOf = ({ kind, detail, message }: CallFailure): Refusal =>
  new Refusal('order-lookup-failed', SAY[kind]?.(detail) ?? message, { ...detail, kind });

/**
 * Makes the look-up of an order by `GET /orders/{id}`, each call within the guard. An order that is not
 * there is an answer, not a failure; no connection, any other answer than an order or its absence, and whatever the guard
 * refuses are failures.
 */
export const createOrderLookup = (options: { readonly dispatch: Dispatch; readonly guard: Guard }): LookUpOrder => {
  const { dispatch, guard } = options;
  return async (orderId, outgoing) => {
    const url = `/orders/${encodeURIComponent(orderId)}`;
    const call = async (signal: AbortSignal): Promise<LookedUpOrder | undefined> => {
      try {
        // Within the guard, so that it counts an answer that breaks its contract as the failure that it is.
        return readAnswer(await dispatch({ method: 'GET', url, headers: outgoing, signal }), orderId);
      } catch (error) {
        if (!(error instanceof OperatingError)) throw error;
        throw new CallFailure('unreachable', `The order's context can not be reached: ${messageOf(error)}.`);
      }
    };
    const order = await guard(call, outgoing['x-correlation-id']).catch((error: unknown) => {
      throw error instanceof CallFailure ? refusalOf(error) : error;
    });
    if (order === undefined) throw new Refusal('order-not-found', `There is no order ${orderId}.`, { orderId });
    return order;
  };
};
