import { createInbox } from '@nats-io/transport-node';
import type { NatsConnection } from '@nats-io/transport-node';
import type { Envelope } from '../kernel/envelope.ts';
import { OperatingError, assert } from '../kernel/errors.ts';
import { permissionMend } from './nats-permission.ts';
import type { Violation } from './nats-permission.ts';
import { TOO_LONG_CODE, isNoRoom, mendOf, readAnswer } from './nats-parcel.ts';
import type { Answer, Parcel, SizeLimit } from './nats-parcel.ts';
import type { StoreKeeper } from './store-room.ts';

/** Publishes into one stream: many messages in flight, stored in order. */
export interface Publisher {
  publish(messages: readonly Envelope[]): Promise<void>;
  /** The server let nobody publish on this subject: what is on its way there is not answered otherwise. */
  forbidden(violation: Violation): void;
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

interface Sent {
  readonly parcel: Parcel;
  isStored: boolean;
}

/** One call of `publish`, until all of it is stored. */
interface Consignment {
  readonly parcels: readonly Sent[];
  /** What the server answered last that was no yes and no no. */
  lastWord: string | undefined;
  missing: number;
  resend: NodeJS.Timeout | undefined;
  readonly settle: (error?: OperatingError) => void;
}

const RESEND_PAUSE_MS = 50;

/** What helps, and whether it is room. */
interface Remedy {
  readonly mend?: string | undefined;
  readonly lacksRoom?: boolean;
}

const MEND = 'Check that the server runs, that its disk has room, and that the stream was not deleted; publishing again is safe.';

const notStored = ({ where, world }: PublisherOptions, text: string, { mend = MEND, lacksRoom = false }: Remedy = {}): OperatingError =>
  new OperatingError('infrastructure', `the NATS server ${where} did not store events of world ${world}: ${text}`, {
    mend,
    lacksRoom,
    isPassing: lacksRoom,
  });

/** What a publisher works with. */
export interface PublisherOptions {
  readonly connection: NatsConnection;
  readonly world: string;
  /** Names the server for people. */
  readonly where: string;
  /** Bounds each publish. */
  readonly deadlineMs: number;
  /** What is stored is noted here. */
  readonly stored: StoredSeqs;
  readonly pack: (message: Envelope) => Parcel;
  readonly sizeLimit: SizeLimit;
  /** Who keeps the server's store, where that is us. */
  readonly keeper?: StoreKeeper | undefined;
}

type Failure = (text: string, remedy?: Remedy) => OperatingError;

/** Begins a consignment that waits for at most `deadlineMs`; `ended` resolves or rejects with it. */
const createConsignment = (
  parcels: readonly Sent[],
  { deadlineMs, keeper }: PublisherOptions,
  failure: Failure,
  forget: () => void,
): { readonly consignment: Consignment; readonly ended: Promise<void> } => {
  let settle: Consignment['settle'] = () => undefined;
  const ended = new Promise<void>((resolve, reject) => {
    settle = (error) => (error === undefined ? resolve() : reject(error));
  });
  const deadline = setTimeout(() => {
    const { lastWord } = consignment;
    const trouble = keeper?.trouble();
    if (trouble !== undefined) consignment.settle(failure(trouble, { mend: keeper?.mend, lacksRoom: true }));
    else consignment.settle(failure(`no answer within ${deadlineMs} ms${lastWord === undefined ? '' : `, or only that ${lastWord}`}`));
  }, deadlineMs);
  const consignment: Consignment = {
    parcels,
    missing: parcels.length,
    resend: undefined,
    lastWord: undefined,
    settle: (error) => {
      forget();
      clearTimeout(deadline);
      clearTimeout(consignment.resend);
      settle(error);
    },
  };
  return { consignment, ended };
};

/** Sends consignments; answers come to subjects under `inbox`. */
const createSending = ({ connection, sizeLimit }: PublisherOptions, inbox: string, failure: Failure) => {
  /** All of them or, where one can't be sent, none. */
  const checkSizes = (parcels: readonly Sent[]): void => {
    for (const { parcel, isStored } of parcels) {
      const why = isStored ? undefined : sizeLimit.whyTooLarge(parcel);
      if (why !== undefined) throw failure(`${parcel.type} ${why}`, { mend: mendOf(TOO_LONG_CODE) });
    }
  };
  const send = (number: number, consignment: Consignment): void => {
    try {
      // The server may be another one than before, with other limits.
      checkSizes(consignment.parcels);
    } catch (error) {
      consignment.settle(error as OperatingError);
      return;
    }
    consignment.parcels.forEach(({ parcel, isStored }, index) => {
      if (!isStored) connection.publish(parcel.subject, parcel.payload, { headers: parcel.headers, reply: `${inbox}.${number}.${index}` });
    });
  };
  return { checkSizes, send };
};

/** Who hears what the server answers. */
interface Listener {
  /** To which parcel of which consignment; the answer is read where it is wanted. */
  answered(number: number, index: number, answer: () => Answer): void;
  failed(text: string, remedy: Remedy): void;
}

/** Listens to all answers by one subscription, instead of a request with a timer for each message, until it is told to end. */
const listen = ({ connection }: PublisherOptions, inbox: string, { answered, failed }: Listener): (() => void) => {
  const subscription = connection.subscribe(`${inbox}.*.*`, {
    callback: (error, reply) => {
      if (error !== null) {
        failed(error.message, { mend: permissionMend({ operation: 'subscription', subject: inbox }) });
        return;
      }
      const [number, index] = reply.subject.slice(inbox.length + 1).split('.');
      answered(Number(number), Number(index), () => readAnswer(reply));
    },
  });
  return () => subscription.unsubscribe();
};

/** A publisher for one world. */
export const createPublisher = (options: PublisherOptions): Publisher => {
  const { stored, pack, sizeLimit, keeper } = options;
  const inbox = createInbox();
  const waiting = new Map<number, Consignment>();
  let count = 0;
  let isPaused = false;
  let closed: OperatingError | undefined;

  const failure: Failure = (text, remedy) => notStored(options, text, remedy);

  const { checkSizes, send } = createSending(options, inbox, failure);

  const sendLater = (number: number, consignment: Consignment): void => {
    consignment.resend ??= setTimeout(() => {
      consignment.resend = undefined;
      if (!isPaused && waiting.has(number)) send(number, consignment);
    }, RESEND_PAUSE_MS);
  };

  const answered = (number: number, consignment: Consignment, sent: Sent, answer: Answer): void => {
    switch (answer.kind) {
      case 'stored':
        sent.isStored = true;
        stored.note(sent.parcel.type, answer.seq);
        consignment.missing -= 1;
        if (consignment.missing === 0) consignment.settle();
        break;
      case 'passing':
        consignment.lastWord = answer.text;
        sendLater(number, consignment);
        break;
      case 'refused':
        if (answer.code === TOO_LONG_CODE) sizeLimit.refused(sent.parcel);
        if (isNoRoom(answer.code)) {
          keeper?.wantsRoom();
          consignment.settle(failure(answer.text, { mend: keeper?.mend ?? mendOf(answer.code), lacksRoom: true }));
        } else consignment.settle(failure(answer.text, { mend: mendOf(answer.code) }));
    }
  };

  const deafen = listen(options, inbox, {
    answered: (number, index, answer) => {
      const consignment = waiting.get(number);
      const sent = consignment?.parcels[index];
      if (consignment === undefined || sent === undefined || sent.isStored) return;
      answered(number, consignment, sent, answer());
    },
    failed: (text, remedy) => {
      for (const consignment of [...waiting.values()]) consignment.settle(failure(text, remedy));
    },
  });

  return {
    publish: async (messages) => {
      if (closed !== undefined) throw closed;
      if (messages.length === 0) return;
      const parcels = messages.map((message): Sent => ({ parcel: pack(message), isStored: false }));
      checkSizes(parcels);
      const number = (count += 1);
      const { consignment, ended } = createConsignment(parcels, options, failure, () =>
        assert(waiting.delete(number), 'a publish is settled once'),
      );
      waiting.set(number, consignment);
      if (!isPaused) send(number, consignment);
      await ended;
    },
    forbidden: ({ subject, text, operation }) => {
      for (const consignment of [...waiting.values()]) {
        if (!consignment.parcels.some(({ parcel, isStored }) => !isStored && parcel.subject === subject)) continue;
        consignment.settle(failure(text, { mend: `${permissionMend({ operation, subject })} What waits is published then.` }));
      }
    },
    pause: () => {
      isPaused = true;
    },
    resume: () => {
      isPaused = false;
      for (const [number, consignment] of [...waiting]) send(number, consignment);
    },
    close: (reason) => {
      closed = reason;
      deafen();
      for (const consignment of [...waiting.values()]) consignment.settle(reason);
    },
  };
};
