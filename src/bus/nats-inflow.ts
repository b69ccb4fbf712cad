import { createInbox } from '@nats-io/transport-node';
import type { Msg, NatsConnection, Subscription } from '@nats-io/transport-node';

/** A message as the server sent it, and its place in the stream. */
export interface Arrived {
  readonly seq: number;
  readonly msg: Msg;
}

/** What an inflow works with. */
export interface InflowOptions {
  readonly connection: NatsConnection;
  /** What the subjects of JetStream's API begin with: `$JS.API`, or that of a domain. */
  readonly apiPrefix: string;
  readonly stream: string;
  readonly consumer: string;
  /** The most messages asked for or arrived and not yet done with. */
  readonly window: number;
  readonly arrived: (arrived: Arrived) => void;
  /** The server was heard of as it should be: a message, a heartbeat, the end of a pull. */
  readonly alive: () => void;
  /** The sequence broke, or the server speaks of trouble: the server-side consumer must be made anew. `reason` says why. */
  readonly broken: (reason: string) => void;
}

/** Pulls the messages of one durable consumer, in order and without a gap, into a bounded window. */
export interface Inflow {
  /** Begins with a server-side consumer that was just made and starts behind `afterSeq`. */
  open(afterSeq: number): void;
  /** Stops listening; what is still on its way is ignored. */
  close(): void;
  isOpen(): boolean;
  /** Where it asks for messages. */
  readonly pullSubject: string;
  /** So many of the messages that arrived are done with. */
  done(count: number): void;
}

const MS_IN_NS = 1_000_000;
const PULL_EXPIRES_MS = 60_000;
/** The server says that it is there at least this often. */
const HEARTBEAT_MS = 1_000;
/**
 * After so many looks at a silent server, a heartbeat apart, it is gone: in a cluster the one that led this consumer may
 * have died while our connection to another lives on. Looks are counted, not time: a program that was busy itself looks
 * once, and then reads what came meanwhile.
 */
const MOST_SILENT_LOOKS = 4;

const STATUS_HEARTBEAT = 100;
const STATUS_NO_MESSAGES = 404;
const STATUS_PULL_ENDED = 408;

/** Reads `$JS.ACK.<stream>.<consumer>.<count>.<seq>.<delivery seq>.…`, or the longer form with domain and account. */
const placeOf = (reply: string): { readonly seq: number; readonly deliverySeq: number } => {
  const words = reply.split('.');
  const first = words.length === 9 ? 5 : 7;
  return { seq: Number(words[first]), deliverySeq: Number(words[first + 1]) };
};

/** What the server says about a pull. */
type Status =
  | { readonly kind: 'heartbeat' }
  /** The pull is over, and so many of its messages will not come. */
  | { readonly kind: 'ended'; readonly left: number }
  /** No more may be asked for at once than this. */
  | { readonly kind: 'fewer'; readonly limit: number; readonly text: string }
  | { readonly kind: 'trouble'; readonly text: string };

const statusOf = ({ headers }: Msg): Status => {
  const { code = 0, description = '' } = headers ?? {};
  const text = `${code} ${description}`.trim();
  if (code === STATUS_HEARTBEAT) return { kind: 'heartbeat' };
  if (code === STATUS_NO_MESSAGES || code === STATUS_PULL_ENDED) {
    const left = headers?.get('Nats-Pending-Messages') ?? '';
    return { kind: 'ended', left: left === '' ? Infinity : Number(left) };
  }
  const limit = Number(/^exceeded maxrequestbatch of (\d+)/i.exec(description)?.[1]);
  return limit >= 1 ? { kind: 'fewer', limit, text } : { kind: 'trouble', text };
};

/** Looks at a server that should be heard of, until it was silent for too many looks. */
const createSilenceWatch = (broken: (reason: string) => void) => {
  let looks = 0;
  let timer: NodeJS.Timeout | undefined;
  return {
    heard: (): void => {
      looks = 0;
    },
    begin: (): void => {
      looks = 0;
      timer = setInterval(() => {
        looks += 1;
        if (looks > MOST_SILENT_LOOKS) broken('the server is silent');
      }, HEARTBEAT_MS);
      timer.unref();
    },
    end: () => clearInterval(timer),
  };
};

/** An inflow, closed. */
export const createInflow = ({ connection, apiPrefix, stream, consumer, window, arrived, alive, broken }: InflowOptions): Inflow => {
  const pullSubject = `${apiPrefix}.CONSUMER.MSG.NEXT.${stream}.${consumer}`;
  let subscription: Subscription | undefined;
  const silence = createSilenceWatch(broken);
  let requested = 0;
  let held = 0;
  let receivedSeq = 0;
  let deliverySeq = 0;
  /** The most that the server lets us ask for at once. */
  let mostRequested = window;

  const pullMore = (): void => {
    const room = Math.min(window, mostRequested);
    const free = Math.min(window - held, room) - requested;
    if (free < room / 2 || subscription === undefined) return;
    requested += free;
    const request = { batch: free, expires: PULL_EXPIRES_MS * MS_IN_NS, idle_heartbeat: HEARTBEAT_MS * MS_IN_NS };
    connection.publish(pullSubject, JSON.stringify(request), { reply: subscription.getSubject() });
  };

  /** The server speaks about a pull, not of a message. */
  const heardStatus = (msg: Msg): void => {
    const status = statusOf(msg);
    if (status.kind === 'fewer' && status.limit < mostRequested) {
      // A server that names a limit below what was asked for is asked for that much.
      mostRequested = status.limit;
      requested = 0;
    } else if (status.kind === 'ended') {
      requested = Math.max(0, requested - status.left);
      alive();
    } else if (status.kind === 'heartbeat') alive();
    else broken(status.text);
    if (status.kind === 'fewer' || status.kind === 'ended') pullMore();
  };

  const heard = (msg: Msg): void => {
    silence.heard();
    if (msg.reply === undefined || msg.reply === '') {
      heardStatus(msg);
      return;
    }
    const place = placeOf(msg.reply);
    if (place.deliverySeq !== deliverySeq + 1 || place.seq <= receivedSeq) {
      broken('a delivery was skipped');
      return;
    }
    alive();
    ({ seq: receivedSeq, deliverySeq } = place);
    requested = Math.max(0, requested - 1);
    held += 1;
    pullMore();
    arrived({ seq: place.seq, msg });
  };

  const close = (): void => {
    silence.end();
    subscription?.unsubscribe();
    subscription = undefined;
  };

  return {
    open: (afterSeq) => {
      close();
      requested = 0;
      held = 0;
      deliverySeq = 0;
      receivedSeq = afterSeq;
      const mine = connection.subscribe(createInbox(), {
        callback: (error, msg) => {
          if (mine !== subscription) return;
          if (error === null) heard(msg);
          else broken(error.message);
        },
      });
      subscription = mine;
      silence.begin();
      pullMore();
    },
    close,
    pullSubject,
    isOpen: () => subscription !== undefined,
    done: (count) => {
      held -= count;
      pullMore();
    },
  };
};
