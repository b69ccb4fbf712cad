import { PERSON } from '../load/load-journal.ts';
import type { HttpResponse } from '../runtime/http/route.ts';
import type { System } from '../system/system.ts';
import type { TuiModel } from '../tui/model/model.ts';
import type { ActResult, OrderVerb, TuiAction } from '../tui/session-port.ts';
import { refusalText, textIn } from './refusal-text.ts';
import type { LiveWords } from './words.ts';

/** The most orders that are placed, or acted on, at once. */
const MOST_AT_ONCE = 1_000;
/** Requests under way at a time, of those. */
const ABREAST = 16;
const RIDER = 'rider-1';
const REVIEW: Readonly<Record<'ko' | 'en', string>> = { ko: '맛있어요', en: 'Delicious' };

/** Takes people's actions on orders to the gateway, as they would come over HTTP. */
export interface OrderDesk {
  place(system: System, action: Extract<TuiAction, { kind: 'place' }>): Promise<ActResult>;
  act(system: System, action: Extract<TuiAction, { kind: 'order' }>): Promise<ActResult>;
}

/** What an order desk works with. */
export interface OrderDeskOptions {
  readonly lang: 'ko' | 'en';
  readonly words: LiveWords;
  readonly model: Pick<TuiModel, 'order'>;
}

interface Call {
  readonly method: string;
  readonly url: string;
  readonly body?: unknown;
}

/** The request of a step on an order; undefined where the order has no review to delete. */
const callOf = (verb: OrderVerb, orderId: string, { lang, model }: OrderDeskOptions, { rider, text }: { readonly rider?: string; readonly text?: string }): Call | undefined => {
  const id = encodeURIComponent(orderId);
  switch (verb) {
    case 'accept':
    case 'reject':
    case 'start':
    case 'finish':
      return { method: 'PUT', url: `/foodCookings/${id}/${verb}` };
    case 'pick':
      return { method: 'PUT', url: `/deliveries/${id}/pick`, body: { riderId: rider ?? RIDER } };
    case 'confirm':
      return { method: 'PUT', url: `/deliveries/${id}/confirmdelivered` };
    case 'cancel':
      return { method: 'DELETE', url: `/orders/${id}` };
    case 'review':
      return { method: 'POST', url: '/reviews', body: { orderId, content: text ?? REVIEW[lang] } };
    case 'delete-review': {
      const reviewId = model.order(orderId)?.reviewIds.at(-1);
      return reviewId === undefined ? undefined : { method: 'DELETE', url: `/reviews/${encodeURIComponent(reviewId)}` };
    }
  }
};

/** A desk for one session. */
export const createOrderDesk = (options: OrderDeskOptions): OrderDesk => {
  const { words } = options;
  let requests = 0;

  const send = (system: System, { method, url, body }: Call): Promise<HttpResponse> =>
    system.dispatch({ method, url, headers: { 'x-correlation-id': `${PERSON}${(requests += 1)}` }, ...(body === undefined ? {} : { body }) });

  /** Sends them, some abreast; the answers in the order of the calls. */
  const sendAll = async (system: System, calls: readonly Call[]): Promise<readonly HttpResponse[]> => {
    const answers: HttpResponse[] = [];
    let next = 0;
    const work = async (): Promise<void> => {
      for (let index = next; index < calls.length; index = next) {
        next += 1;
        answers[index] = await send(system, calls[index] as Call);
      }
    };
    await Promise.all(Array.from({ length: Math.min(ABREAST, calls.length) }, work));
    return answers;
  };

  const resultOf = (answers: readonly HttpResponse[], say: (made: readonly string[], count: number) => string): ActResult => {
    const done = answers.filter(({ status }) => status < 400);
    const refused = answers.filter(({ status }) => status >= 400);
    const [first] = refused;
    const why = first === undefined ? '' : refusalText(first, options.lang);
    if (first !== undefined && done.length === 0) return { outcome: 'refused', code: textIn(first, 'code') ?? 'unknown', status: first.status, text: why };
    const made = done.flatMap((answer) => textIn(answer, 'id') ?? []);
    return { outcome: 'done', text: `${say(made, done.length)}${first === undefined ? '' : words.andRefused(refused.length, why)}`, made };
  };

  return {
    place: async (system, { form, count }) => {
      if (count > MOST_AT_ONCE) return { outcome: 'impossible', text: words.tooMany(MOST_AT_ONCE) };
      const { customer, store, food, price, address, payment } = form;
      const body = { customerId: customer, storeId: store, foodId: food, price, address, ...(payment === 'approve' ? {} : { payment }) };
      const answers = await sendAll(system, Array.from({ length: Math.max(1, count) }, () => ({ method: 'POST', url: '/orders', body })));
      return resultOf(answers, (made, placed) => words.placed(made.flatMap((id) => { const number = options.model.order(id)?.number; return number === undefined ? [] : [`#${number}`]; }), placed));
    },
    act: async (system, { verb, orderIds, ...details }) => {
      if (orderIds.length === 0) return { outcome: 'impossible', text: words.noOrders };
      if (orderIds.length > MOST_AT_ONCE) return { outcome: 'impossible', text: words.tooMany(MOST_AT_ONCE) };
      const calls = orderIds.flatMap((orderId) => callOf(verb, orderId, options, details) ?? []);
      if (calls.length === 0) return { outcome: 'impossible', text: words.noReview };
      return resultOf(await sendAll(system, calls), (_made, count) => words.acted(verb, count));
    },
  };
};
