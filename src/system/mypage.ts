import { isMalformed, type Bus } from '../bus/bus.ts';
import type { Drift } from '../contexts/customer/index.ts';
import type { Envelope } from '../kernel/envelope.ts';

/** Everything that a world's stream holds, in order; what is not an envelope is left out. */
export async function* eventsOf(bus: Bus): AsyncGenerator<Envelope> {
  for await (const { message } of bus.read({ afterSeq: 0 })) {
    if (!isMalformed(message)) yield message;
  }
}

/** A difference between Mypage and the stream, as a sentence. */
export const describeDrift = ({ orderId, field, expected, actual }: Drift): string => {
  if (field === 'row') return actual === null ? `order ${orderId} is missing from Mypage` : `order ${orderId} should not be on Mypage`;
  return `${field} of order ${orderId} is ${JSON.stringify(actual)}, and the stream tells ${JSON.stringify(expected)}`;
};
