import { OperatingError, Refusal, messageOf } from '../kernel/errors.ts';
import type { Dispatch, HttpResponse, OutgoingHeaders } from './http/route.ts';

/** Why an order could not be looked up; the breaker adds the last three. */
export type LookupFailure = 'timeout' | 'upstream-error' | 'unreachable' | 'short-circuited' | 'rejected';

/** What a look-up needs to know of an order. */
export interface LookedUpOrder {
  readonly orderId: string;
  readonly customerId: string;
  readonly status: string;
}

/** Looks an order up in its own context. Rejects with a Refusal: `order-not-found` or `order-lookup-failed`. */
export type OrderLookup = (orderId: string, outgoing: OutgoingHeaders) => Promise<LookedUpOrder>;

/**
 * Stands around each call: bounds its time, counts its failures, refuses it. What it rejects with by
 * itself is a Refusal made by {@link orderLookupFailed}. The signal is aborted once nobody waits any more.
 * What it tells of the call names the correlation id, if it is given one.
 */
export type Guard = <Result>(call: (signal: AbortSignal) => Promise<Result>, correlation?: string) => Promise<Result>;

/** The refusal `order-lookup-failed`, with `kind` in its detail. */
export const orderLookupFailed = (kind: LookupFailure, message: string, detail: Readonly<Record<string, unknown>> = {}): Refusal =>
  new Refusal('order-lookup-failed', message, { ...detail, kind });

const upstreamError = (upstreamStatus: number, what = ''): Refusal =>
  orderLookupFailed('upstream-error', `The order's context answered ${upstreamStatus}${what}.`, { upstreamStatus });

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

/**
 * Makes the look-up of an order by `GET /orders/{id}`, each call within the guard. An order that is not
 * there is an answer, not a failure; no connection, any other answer than an order or its absence, and whatever the guard refuses are failures.
 */
export const createOrderLookup = (options: { readonly dispatch: Dispatch; readonly guard: Guard }): OrderLookup => {
  const { dispatch, guard } = options;
  return async (orderId, outgoing) => {
    const url = `/orders/${encodeURIComponent(orderId)}`;
    const call = async (signal: AbortSignal): Promise<LookedUpOrder | undefined> => {
      try {
        // Within the guard, so that it counts an answer that breaks its contract as the failure that it is.
        return readAnswer(await dispatch({ method: 'GET', url, headers: outgoing, signal }), orderId);
      } catch (error) {
        if (!(error instanceof OperatingError)) throw error;
        throw orderLookupFailed('unreachable', `The order's context can not be reached: ${messageOf(error)}.`);
      }
    };
    const order = await guard(call, outgoing['x-correlation-id']);
    if (order === undefined) throw new Refusal('order-not-found', `There is no order ${orderId}.`, { orderId });
    return order;
  };
};
