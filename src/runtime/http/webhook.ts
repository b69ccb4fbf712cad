import { OperatingError } from '../../kernel/errors.ts';
import { createHttpClient } from './client.ts';

/** Sends one notice to a webhook; `close` lets go of its connections. */
export type Webhook = ((notice: { readonly id: string }) => Promise<void>) & {
  close(): Promise<void>;
};

/**
 * Makes the sender of notices to an HTTP webhook: a POST of the notice as JSON, with its id as the
 * Idempotency-Key, so that a repeat after a lost answer is not a second notice. Rejects with an
 * OperatingError (infrastructure) for anything but a 2xx within `timeoutMs`; trying again is the caller's.
 * Throws an OperatingError (usage) where `url` is not an HTTP address.
 */
export const createWebhook = (options: { readonly url: string; readonly timeoutMs: number }): Webhook => {
  const address = URL.parse(options.url);
  if (address === null || !/^https?:$/.test(address.protocol)) {
    throw new OperatingError('usage', `${JSON.stringify(options.url)} is not an address of a webhook`, { mend: 'Give a URL that begins with http:// or https://.' });
  }
  const client = createHttpClient({ baseUrl: address.origin, timeoutMs: options.timeoutMs, connections: 8 });
  const send = async (notice: { readonly id: string }): Promise<void> => {
    const answer = await client({ method: 'POST', url: address.pathname + address.search, headers: { 'idempotency-key': notice.id }, body: notice });
    if (answer.status >= 200 && answer.status < 300) return;
    throw new OperatingError('infrastructure', `the webhook ${address.origin}${address.pathname} answered ${answer.status} to notice ${notice.id}`, {
      mend: 'Mend the webhook; the notice is sent again.',
    });
  };
  return Object.assign(send, { close: () => client.close() });
};
