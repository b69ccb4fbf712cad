import type { Logger } from '../../kernel/log.ts';
import { createWebhook } from '../../runtime/http/webhook.ts';
import type { Reads } from '../../runtime/tables/tables.ts';
import type { Outlet, OutletHost, OutletOptions } from '../../system/definition.ts';
import type { Message } from './notice.ts';
import { createNoticeSender, type NoticeHappening, type NoticeSender } from './sender.ts';
import { notices } from './store.ts';

/** How long a webhook may take to answer, in milliseconds. */
const WEBHOOK_TIMEOUT_MS = 5_000;

/** Whether the notice of this event is kept: after its transaction, whether it was written. */
const hasNotice = (read: Reads, eventId: string): boolean => read.get(notices, eventId) !== undefined;

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
const createLogChannel = (host: OutletHost, log: Logger): ((notice: unknown) => void) => {
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
  return (message) => {
    const notice = message as Message;
    if (written.size === 0) void Promise.resolve().then(tell);
    written.set(notice.id, notice);
  };
};

/** Notices to the log. What an earlier life left for its webhook is taken over. */
const createLoggedNotices = (host: OutletHost, { timers, random, log }: OutletOptions): Outlet => {
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
    waiting: () => (host.isRunning() ? (heir?.unsent() ?? 0) : 0),
    stop: async () => heir?.stop(),
  };
};

/** Sends the notices of a system through its webhook, or to the log. What it is woken with is a {@link Message}. */
export const createNoticeOutlet = (options: OutletOptions): Outlet => {
  const { host, webhookUrl, timers, random, log } = options;
  if (webhookUrl === undefined) return createLoggedNotices(host, options);
  const webhook = createWebhook({ address: webhookUrl, timeoutMs: WEBHOOK_TIMEOUT_MS });
  const sender = createNoticeSender({
    actor: host.actor,
    send: webhook,
    timers,
    random,
    timeoutMs: WEBHOOK_TIMEOUT_MS,
    report: (happening) => {
      logHappening(log, happening);
    },
  });
  return {
    wake: () => {
      sender.wake();
    },
    start: sender.start,
    waiting: () => (host.isRunning() ? sender.unsent() : 0),
    stop: async () => {
      await sender.stop();
      await webhook.close();
    },
  };
};
