import { sleep } from '../kernel/clock.ts';
import { OperatingError } from '../kernel/errors.ts';
import type { Timers } from '../kernel/clock.ts';
import type { Address, Secret } from '../kernel/secret.ts';
import { createHttpClient } from '../runtime/http/client.ts';
import type { Dispatch } from '../runtime/http/route.ts';
import type { System } from '../system/system.ts';

const TIMEOUT_MS = 10_000;
const PATIENCE_MS = 5_000;
const PAUSE_MS = 25;

const onlyInside = (what: string) => (): never => {
  throw new OperatingError('usage', `--target: ${what} needs a system of our own`, {
    mend: 'Leave out --target, or the step that asks for it.',
  });
};

/**
 * A system that runs elsewhere, as far as it can be had over HTTP: requests go there, and what can only be done from
 * inside is refused. Whether it is at rest can't be seen from outside; so a command that comes too early (404, 409)
 * is tried again for a while.
 */
export const createRemoteSystem = (target: Address, timers: Timers, token?: Secret): System => {
  const client = createHttpClient({ baseUrl: target, timeoutMs: TIMEOUT_MS, token });
  const dispatch: Dispatch = async (request) => {
    const deadline = timers.now() + PATIENCE_MS;
    for (;;) {
      const answer = await client(request);
      if ((answer.status !== 404 && answer.status !== 409) || timers.now() > deadline) return answer;
      await sleep(timers, PAUSE_MS);
    }
  };
  const system = {
    world: 'remote',
    dispatch,
    look: dispatch,
    timers,
    gatewayUrl: String(target),
    urls: {},
    calls: [],
    isRunning: () => true,
    backlog: () => Promise.resolve({}),
    deadLetters: () => [],
    inspectRest: () => Promise.resolve({ isAtRest: true as const }),
    waitForRest: () => Promise.resolve({ isAtRest: true as const }),
    stop: () => client.close(),
  };
  const inside = [
    'faults',
    'stopContext',
    'startContext',
    'crashContext',
    'armCrash',
    'slowCall',
    'openCalls',
    'inject',
    'read',
    'stream',
    'rebuild',
    'drift',
    'letters',
  ] as const;
  const refused = Object.fromEntries(inside.map((name) => [name, name === 'faults' ? { add: onlyInside('a fault') } : onlyInside(name)]));
  return { ...system, ...refused } as unknown as System;
};
