import { createNoticeSender, hasNotice, type Message, type NoticeHappening, type NoticeSender } from '../contexts/notification/index.ts';
import type { Timers } from '../kernel/clock.ts';
import type { Logger } from '../kernel/log.ts';
import type { Random } from '../kernel/random.ts';
import type { Address } from '../kernel/secret.ts';
import { createWebhook } from '../runtime/http/webhook.ts';
import type { ContextHost } from './context-host.ts';

/** How long a webhook may take to answer, in milliseconds. */
const WEBHOOK_TIMEOUT_MS = 5_000;

/** Notices on their way out of the system. */
export interface Notices {
  /** Says that a notice is being written; whether it was shows when the transaction is over. */
  wake(notice: Message): void;
  start(): void;
  /** Notices written and neither sent nor given up. */
  unsent(): number;
  stop(): Promise<void>;
}

/** What {@link createNotices} is made of. */
export interface NoticesOptions {
  /** The notification context, where it runs here. */
  readonly host: () => ContextHost | undefined;
  /** Where notices are sent; without it they go to the log. */
  readonly notifyUrl: Address | undefined;
  readonly timers: Timers;
  readonly random: Random;
  readonly log: Logger;
}

const NO_NOTICES: Notices = { wake: () => undefined, start: () => undefined, unsent: () => 0, stop: () => Promise.resolve() };

const logHappening = (log: Logger, happening: NoticeHappening): void => {
  switch (happening.kind) {
    case 'sent':
      log.info({ notice: happening.notice.id, order: happening.notice.orderId }, `notice sent: ${happening.notice.text}`);
      return;
    case 'put-off':
      log.warn({ notice: happening.notice.id }, `notice not taken, next attempt in ${happening.delayMs} ms: ${happening.error}`);
      return;
    case 'given-up':
      log.error({ notice: happening.notice.id }, `notice given up: ${happening.error}`);
      return;
    case 'trouble':
      log.warn({ err: happening.error }, 'notices could not be looked at');
  }
};

type Addressed = Pick<Message, 'id' | 'orderId' | 'customerId' | 'text'>;

const logNotice = (log: Logger, { id, orderId, customerId, text }: Addressed): void => {
  log.info({ notice: id, order: orderId }, `notice to ${customerId}: ${text}`);
};

/** Tells the log of each notice once its transaction is over, which ends within the synchronous turn; of one rolled back, nothing. */
const createLogChannel = (host: ContextHost, log: Logger): ((notice: Message) => void) => {
  const written = new Map<string, Message>();
  const tell = (): void => {
    const messages = [...written.values()];
    written.clear();
    try {
      for (const message of messages) if (hasNotice(host.actor.read, message.id)) logNotice(log, message);
    } catch (error) {
      logHappening(log, { kind: 'trouble', error });
    }
  };
  return (notice) => {
    if (written.size === 0) void Promise.resolve().then(tell);
    written.set(notice.id, notice);
  };
};

/** Notices to the log. What an earlier life left for its webhook is taken over. */
const createLoggedNotices = (host: ContextHost, { timers, random, log }: NoticesOptions): Notices => {
  let heir: NoticeSender | undefined;
  const send = (notice: Addressed): Promise<void> => {
    logNotice(log, notice);
    return Promise.resolve();
  };
  return {
    wake: createLogChannel(host, log),
    start: () => {
      const sender = createNoticeSender({ actor: host.actor, send, timers, random });
      if (sender.unsent() === 0) return;
      heir = sender;
      heir.start();
    },
    unsent: () => (host.isRunning() ? (heir?.unsent() ?? 0) : 0),
    stop: async () => heir?.stop(),
  };
};

/** Sends the notices of a system through its webhook, or to the log. */
export const createNotices = (options: NoticesOptions): Notices => {
  const { notifyUrl, timers, random, log } = options;
  const host = options.host();
  if (host === undefined) return NO_NOTICES;
  if (notifyUrl === undefined) return createLoggedNotices(host, options);
  const webhook = createWebhook({ address: notifyUrl, timeoutMs: WEBHOOK_TIMEOUT_MS });
  const sender = createNoticeSender({ actor: host.actor, send: webhook, timers, random, timeoutMs: WEBHOOK_TIMEOUT_MS, report: (happening) => { logHappening(log, happening); } });
  return {
    wake: sender.wake,
    start: sender.start,
    unsent: () => (host.isRunning() ? sender.unsent() : 0),
    stop: async () => {
      await sender.stop();
      await webhook.close();
    },
  };
};
