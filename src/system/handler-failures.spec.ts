import { expect, it } from 'vitest';
import { OperatingError, SimulatedCrash } from '../kernel/errors.ts';
import type { Logger } from '../kernel/log.ts';
import { SILENT_LOG } from '../kernel/log.ts';
import { createVirtualTime } from '../kernel/virtual-time.ts';
import { openBusHost } from './bus-host.ts';
import { tellHandlerFailures } from './handler-failures.ts';

it('logs each failed batch with its attempt and pause, and takes what nobody foresaw for a bug', () => {
  const warned: unknown[] = [];
  const troubles: unknown[] = [];
  const log: Logger = { ...SILENT_LOG, warn: (fields, text) => void warned.push([fields, text]) };
  const tell = tellHandlerFailures(log, (error) => void troubles.push(error));
  const [full, crash, bug] = [
    new OperatingError('infrastructure', 'the disk is full'),
    new SimulatedCrash('crashed'),
    new RangeError('too deep'),
  ];
  for (const error of [full, crash, bug]) tell({ world: 'w', consumer: 'store', attempt: 2, error, pauseMs: 100 });
  expect(warned).toEqual(
    [full, crash, bug].map((err) => [
      { world: 'w', context: 'store', attempt: 2, err },
      `store gets its messages again in 100 ms: ${err.message}`,
    ]),
  );
  expect(troubles).toEqual([bug]);
});

it('is heard of on the bus that a system opens', async () => {
  const time = createVirtualTime(() => Promise.resolve());
  const failed: unknown[] = [];
  const host = await openBusHost(
    { kind: 'memory' },
    { timers: time, storeDir: '/nowhere', isDurable: false, onHandlerFailure: (failure) => void failed.push(failure) },
  );
  const bus = await host.open('w');
  const error = new Error('a bug');
  await bus.consume({ consumer: 'store', types: 'all', afterSeq: 0, maxBatch: 1 }, () => {
    throw error;
  });
  await bus.injectRaw('foodsim.w.x', 'no json');
  time.advance();
  expect(failed).toEqual([{ world: 'w', consumer: 'store', attempt: 1, error, pauseMs: 50 }]);
});
