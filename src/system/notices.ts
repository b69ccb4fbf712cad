import { createNoticeSender, type NoticeHappening } from '../contexts/notification/index.ts';
import type { Timers } from '../kernel/clock.ts';
import type { Logger } from '../kernel/log.ts';
import type { Random } from '../kernel/random.ts';
import { createWebhook } from '../runtime/http/webhook.ts';
import type { ContextHost } from './context-host.ts';

/** How long a webhook may take to answer, in milliseconds. */
const WEBHOOK_TIMEOUT_MS = 5_000;

/** Notices on their way out of the system. */
export interface Notices {
  /** Says that a notice was written. */
  wake(): void;
  start(): void;
  /** Notices written and neither sent nor given up. */
  unsent(): number;
  stop(): Promise<void>;
}

/** What {@link createNotices} is made of. */
export interface NoticesOptions {
  /** The notification context, where it runs here. */
  readonly host: () => ContextHost | undefined;
  /** Where notices are sent; without it they are done with when they are written (and logged). */
  readonly notifyUrl: string | undefined;
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

/** Sends the notices of a system through its webhook, where it has one. */
export const createNotices = (options: NoticesOptions): Notices => {
  const { notifyUrl, timers, random, log } = options;
  if (notifyUrl === undefined) return NO_NOTICES;
  const webhook = createWebhook({ url: notifyUrl, timeoutMs: WEBHOOK_TIMEOUT_MS });
  const host = options.host();
  if (host === undefined) return NO_NOTICES;
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
