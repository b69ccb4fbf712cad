import { isMalformed, type Bus } from '../bus/bus.ts';
import type { Envelope } from '../kernel/envelope.ts';

/** Everything that a world's stream holds, in order; what is not an envelope is left out. */
export async function* storedIn(bus: Bus): AsyncGenerator<Envelope> {
  for await (const { message } of bus.read({ afterSeq: 0 })) {
    if (!isMalformed(message)) yield message;
  }
}
