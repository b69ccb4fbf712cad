import { OperatingError } from '../../kernel/errors.ts';
import type { Address } from '../../kernel/secret.ts';
import { createHttpClient } from './client.ts';

/** Sends one notice to a webhook; `close` lets go of its connections. */
export type Webhook = ((notice: { readonly id: string }) => Promise<void>) & {
  close(): Promise<void>;
};

/**
 * Makes the sender of notices to an HTTP webhook: a POST of the notice as JSON, with its id as the
 * Idempotency-Key, so that a repeat after a lost answer is not a second notice. Rejects with an
 * OperatingError (infrastructure) for anything but a 2xx within `timeoutMs`; trying again is the caller's.
 */
export const createWebhook = (options: { readonly address: Address; readonly timeoutMs: number }): Webhook => {
  const { address, timeoutMs } = options;
  const client = createHttpClient({ baseUrl: address, timeoutMs, connections: 8, isStatusEnough: true });
  const send = async (notice: { readonly id: string }): Promise<void> => {
    const answer = await client({
      method: 'POST',
      url: (address.path.endsWith('/') ? '/' : '') + address.query,
      headers: { 'idempotency-key': notice.id },
      body: notice,
    });
    if (answer.status >= 200 && answer.status < 300) return;
    throw new OperatingError('infrastructure', `the webhook ${String(address)} answered ${answer.status} to notice ${notice.id}`, {
      mend: 'Mend the webhook; the notice is sent again.',
    });
  };
  return Object.assign(send, { close: () => client.close() });
};
