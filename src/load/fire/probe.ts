import type { Address, Secret } from '../../kernel/secret.ts';
import { WARM_UP } from '../load-journal.ts';
import { createHttpClient } from '../../runtime/http/client.ts';

/** Asks a context for what is not there, to see what a call takes. */
export interface Probe {
  /** The least and the median of some calls, one after another, in milliseconds. */
  readonly call: (path: string) => Promise<{ readonly leastMs: number; readonly medianMs: number }>;
  readonly close: () => Promise<void>;
}

const CALLS = 25;
const TIMEOUT_MS = 10_000;

/** Makes a probe of a context (or of a gateway before it) at this address. A call throws an OperatingError where nobody answers. */
export const createProbe = (url: string | Address, token?: Secret): Probe => {
  const client = createHttpClient({ baseUrl: url, timeoutMs: TIMEOUT_MS, connections: 1, token });
  return {
    call: async (path) => {
      const times: number[] = [];
      for (let count = 0; count < CALLS; count += 1) {
        const startMs = performance.now();
        await client({ method: 'GET', url: path, headers: { 'x-correlation-id': `${WARM_UP}probe.${count}` } });
        times.push(performance.now() - startMs);
      }
      times.sort((a, b) => a - b);
      return { leastMs: times[0] as number, medianMs: times[Math.floor(CALLS / 2)] as number };
    },
    close: () => client.close(),
  };
};
