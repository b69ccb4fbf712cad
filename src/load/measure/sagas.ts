import type { EntryBody } from '../../kernel/recording.ts';
import { createDurations, metricsOf } from './histogram.ts';

/**
 * What must follow each event for its saga to go on, from the table of policies. An event that has none of them is
 * stuck once the system is at rest; what waits for a person (a store that accepts, a rider who picks) is not listed.
 */
const FOLLOWERS: Readonly<Record<string, readonly string[]>> = {
  OrderPlaced: ['Paid', 'PaymentDeclined'],
  OrderCancelRequested: ['CookingCanceled', 'CancelRefused'],
  CookingCanceled: ['OrderCanceled'],
  OrderRejected: ['PaymentRefunded'],
  OrderCanceled: ['DeliveryCanceled'],
  ReviewWritten: ['CouponGranted'],
  ReviewDeleted: ['CouponRevoked'],
};

/** What ends a saga well, or by compensation. */
const LAST_WORDS: Readonly<Record<string, 'finished' | 'compensated'>> = {
  Delivered: 'finished',
  PaymentDeclined: 'finished',
  PaymentRefunded: 'compensated',
  OrderCanceled: 'compensated',
};

/** Folds what the system recorded into metrics of sagas and of Mypage. */
export interface SagaFold {
  readonly record: (body: EntryBody, atMs: number) => void;
  readonly metrics: () => Readonly<Record<string, number>>;
}

interface Saga {
  readonly types: Set<string>;
  /** Reviews are sagas of their own: written (or deleted), then a coupon more (or less). */
  readonly isReview: boolean;
}

/** The most messages on their way to Mypage whose lag is being measured. */
const MOST_UNDER_WAY = 100_000;

const stateOf = ({ types, isReview }: Saga): 'finished' | 'compensated' | 'stuck' | 'waiting' => {
  for (const type of types) {
    const followers = FOLLOWERS[type];
    if (followers !== undefined && !followers.some((follower) => types.has(follower))) return 'stuck';
  }
  if (types.has('Paid') && types.has('OrderCanceled') && !types.has('PaymentRefunded')) return 'stuck';
  if (isReview) return 'finished';
  const ends = [...types].map((type) => LAST_WORDS[type]).filter((end) => end !== undefined);
  return ends.includes('compensated') ? 'compensated' : (ends[0] ?? 'waiting');
};

/** An empty fold. It forgets nothing about a saga, and little of each: a name for each event. */
export const foldSagas = (): SagaFold => {
  const sagas = new Map<string, Saga>();
  const publishedAtMs = new Map<string, number>();
  const lags = createDurations();
  let deadLetters = 0;
  const sagaOf = (key: string, isReview: boolean): Saga => {
    const saga = sagas.get(key) ?? { types: new Set<string>(), isReview };
    sagas.set(key, saga);
    return saga;
  };
  const publish = (event: Extract<EntryBody, { kind: 'message.published' }>['event'], atMs: number): void => {
    const { orderId, reviewId } = event.data as { readonly orderId?: unknown; readonly reviewId?: unknown };
    if (typeof reviewId === 'string') sagaOf(`review ${reviewId}`, true).types.add(event.type);
    else if (typeof orderId === 'string') sagaOf(`order ${orderId}`, false).types.add(event.type);
    if (publishedAtMs.size < MOST_UNDER_WAY) publishedAtMs.set(event.id, atMs);
  };
  return {
    record: (body, atMs) => {
      if (body.kind === 'message.published') publish(body.event, atMs);
      else if (body.kind === 'message.handled') {
        if (body.handling === 'dead-lettered') deadLetters += 1;
        if (body.context !== 'customer' || body.handling !== 'handled') return;
        const since = publishedAtMs.get(body.id);
        publishedAtMs.delete(body.id);
        if (since !== undefined) lags.put(atMs - since);
      }
    },
    metrics: () => {
      const states = [...sagas.values()].map(stateOf);
      const count = (state: string): number => states.filter((one) => one === state).length;
      return {
        'saga.started': sagas.size,
        'saga.finished': count('finished') + count('compensated'),
        'saga.compensated': count('compensated'),
        'saga.waiting': count('waiting'),
        'saga.stuck': count('stuck'),
        'saga.dead-letters': deadLetters,
        ...metricsOf('view.lag', lags),
      };
    },
  };
};
