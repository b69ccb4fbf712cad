import { createInbox, headers } from '@nats-io/transport-node';
import type { Msg, MsgHdrs, NatsConnection } from '@nats-io/transport-node';
import type { Envelope } from '../kernel/envelope.ts';
import { OperatingError, assert } from '../kernel/errors.ts';
import { CONTENT_TYPE, encode, subjectOf } from './wire.ts';

/** Publishes into one stream: many messages in flight, stored in order. */
export interface Publisher {
  publish(messages: readonly Envelope[]): Promise<void>;
  /** Nothing is sent until `resume`; what waits keeps its deadline. */
  pause(): void;
  /** Sends again, in order, all that was not acknowledged; the ids make that harmless. */
  resume(): void;
  /** Rejects what waits, and all that comes. */
  close(reason: OperatingError): void;
}

/** Where the last message of each type stands that this process published into a stream. */
export interface StoredSeqs {
  note(type: string, seq: number): void;
  /** The highest of these types; 0 where none was published. */
  last(types: readonly string[] | 'all'): number;
}

/** Nothing published yet. */
export const createStoredSeqs = (): StoredSeqs => {
  const byType = new Map<string, number>();
  return {
    note: (type, seq) => void byType.set(type, Math.max(seq, byType.get(type) ?? 0)),
    last: (types) => Math.max(0, ...(types === 'all' ? byType.values() : types.map((type) => byType.get(type) ?? 0))),
  };
};

interface Parcel {
  readonly type: string;
  readonly subject: string;
  readonly payload: Uint8Array;
  readonly headers: MsgHdrs;
  isStored: boolean;
}

/** One call of `publish`, until all of it is stored. */
interface Consignment {
  readonly parcels: readonly Parcel[];
  missing: number;
  resend: NodeJS.Timeout | undefined;
  readonly settle: (error?: OperatingError) => void;
}

/** The server answers so while it starts, elects, or has no stream (yet): worth another attempt before the deadline. */
const isPassing = (code: number): boolean => code === 503;

const RESEND_PAUSE_MS = 50;

/** What the server answered: the place of the message in the stream, or why it is not stored. */
const readAnswer = (reply: Msg): { readonly seq: number } | { readonly code: number; readonly text: string } => {
  if (reply.data.length === 0) return { code: reply.headers?.code ?? 503, text: 'no stream takes it' };
  const answer = JSON.parse(new TextDecoder().decode(reply.data)) as { readonly seq: number; readonly error?: { readonly code: number; readonly description: string } };
  return answer.error === undefined ? { seq: answer.seq } : { code: answer.error.code, text: answer.error.description };
};

const notStored = (where: string, world: string, text: string): OperatingError =>
  new OperatingError('infrastructure', `the NATS server ${where} did not store events of world ${world}: ${text}`, {
    mend: 'Check that the server runs, that its disk has room, and that the stream was not deleted; publishing again is safe.',
  });

const pack = (message: Envelope, world: string): Parcel => {
  const head = headers();
  head.set('Nats-Msg-Id', message.id);
  head.set('Content-Type', CONTENT_TYPE);
  return { type: message.type, subject: subjectOf(world, message), payload: encode(message), headers: head, isStored: false };
};

/** A publisher for one world. `deadlineMs` bounds each publish; `where` names the server for people; what is stored is noted in `stored`. */
export const createPublisher = (connection: NatsConnection, world: string, where: string, deadlineMs: number, stored: StoredSeqs): Publisher => {
  const inbox = createInbox();
  const waiting = new Map<number, Consignment>();
  let count = 0;
  let isPaused = false;
  let closed: OperatingError | undefined;

  const failure = (text: string): OperatingError => notStored(where, world, text);

  const send = (number: number, { parcels }: Consignment): void => {
    parcels.forEach((parcel, index) => {
      if (parcel.isStored) return;
      connection.publish(parcel.subject, parcel.payload, { headers: parcel.headers, reply: `${inbox}.${number}.${index}` });
    });
  };

  const sendLater = (number: number, consignment: Consignment): void => {
    consignment.resend ??= setTimeout(() => {
      consignment.resend = undefined;
      if (!isPaused && waiting.has(number)) send(number, consignment);
    }, RESEND_PAUSE_MS);
  };

  // One subscription for all answers, instead of a request with a timer for each message.
  const subscription = connection.subscribe(`${inbox}.*.*`, {
    callback: (error, reply) => {
      if (error !== null) return;
      const [number = '', index = ''] = reply.subject.slice(inbox.length + 1).split('.');
      const consignment = waiting.get(Number(number));
      const parcel = consignment?.parcels[Number(index)];
      if (consignment === undefined || parcel === undefined || parcel.isStored) return;
      const answer = readAnswer(reply);
      if ('seq' in answer) {
        parcel.isStored = true;
        stored.note(parcel.type, answer.seq);
        consignment.missing -= 1;
        if (consignment.missing === 0) consignment.settle();
      } else if (isPassing(answer.code)) {
        sendLater(Number(number), consignment);
      } else {
        consignment.settle(failure(answer.text));
      }
    },
  });

  return {
    publish: async (messages) => {
      if (closed !== undefined) throw closed;
      if (messages.length === 0) return;
      const parcels = messages.map((message) => pack(message, world));
      const limit = connection.info?.max_payload ?? Infinity;
      const large = parcels.find(({ payload }) => payload.length > limit);
      if (large !== undefined) throw failure(`one has ${large.payload.length} bytes, and the server takes ${limit} at most: ${large.subject}`);
      const number = (count += 1);
      await new Promise<void>((resolve, reject) => {
        const deadline = setTimeout(() => consignment.settle(failure(`no answer within ${deadlineMs} ms`)), deadlineMs);
        const consignment: Consignment = {
          parcels,
          missing: parcels.length,
          resend: undefined,
          settle: (error) => {
            assert(waiting.delete(number), 'a publish is settled once');
            clearTimeout(deadline);
            clearTimeout(consignment.resend);
            if (error === undefined) resolve();
            else reject(error);
          },
        };
        waiting.set(number, consignment);
        if (!isPaused) send(number, consignment);
      });
    },
    pause: () => {
      isPaused = true;
    },
    resume: () => {
      isPaused = false;
      for (const [number, consignment] of waiting) send(number, consignment);
    },
    close: (reason) => {
      closed = reason;
      subscription.unsubscribe();
      for (const consignment of [...waiting.values()]) consignment.settle(reason);
    },
  };
};
