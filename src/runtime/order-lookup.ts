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

/** Refuses an answer that is the other side's failure, so that a guard counts it as one; 4xx is none. */
const refuseFailure = (response: HttpResponse): HttpResponse => {
  if (response.status < 500) return response;
  throw orderLookupFailed('upstream-error', `The order's context answered ${response.status}.`, { upstreamStatus: response.status });
};

const orderOf = (response: HttpResponse, orderId: string): LookedUpOrder => {
  if (response.status === 404) throw new Refusal('order-not-found', `There is no order ${orderId}.`, { orderId });
  const { customerId, status } = (response.body ?? {}) as Partial<LookedUpOrder>;
  if (response.status !== 200 || typeof customerId !== 'string' || typeof status !== 'string') {
    throw orderLookupFailed('upstream-error', `The order's context answered ${response.status}, and not with an order.`, { upstreamStatus: response.status });
  }
  return { orderId, customerId, status };
};

/**
 * Makes the look-up of an order by `GET /orders/{id}`, each call within the guard. An order that is not
 * there is an answer, not a failure; a 5xx, no connection, and whatever the guard refuses are failures.
 */
export const createOrderLookup = (options: { readonly dispatch: Dispatch; readonly guard: Guard }): OrderLookup => {
  const { dispatch, guard } = options;
  return async (orderId, outgoing) => {
    const url = `/orders/${encodeURIComponent(orderId)}`;
    const call = async (signal: AbortSignal): Promise<HttpResponse> => {
      try {
        return refuseFailure(await dispatch({ method: 'GET', url, headers: outgoing, signal }));
      } catch (error) {
        if (!(error instanceof OperatingError)) throw error;
        throw orderLookupFailed('unreachable', `The order's context can not be reached: ${messageOf(error)}.`);
      }
    };
    return orderOf(await guard(call, outgoing['x-correlation-id']), orderId);
  };
};
