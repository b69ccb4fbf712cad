/** What runs leave on somebody's server when they are killed, and how it goes away. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { withConfiguredServer } from '../src/bus/test-server.contract.ts';
import { runMain } from '../src/cli/main.fixture.ts';
import { SLOW_MS, cleanUpAfterEach, newFolder, start, startServe } from './process.fixture.ts';

cleanUpAfterEach();

const scenarioIn = (folder: string, ...last: readonly string[]): string => {
  const file = join(folder, 'scenario.yaml');
  writeFileSync(
    file,
    [
      'name: An order',
      'steps:',
      '  - place: { order: lunch, customer: kim, price: 12000 }',
      '  - eventually: { order: lunch, is: paid }',
      ...last,
      '',
    ].join('\n'),
  );
  return file;
};

test(
  'a run that is killed leaves a world that doctor lists and removes, or the next run; a served one stays',
  () =>
    withConfiguredServer('jetstream { store_dir: "FOLDER" }', async (port) => {
      const bus = `nats://127.0.0.1:${port}`;
      const folder = newFolder();
      const doctor = (...args: readonly string[]) => runMain(['doctor', '--port', 'all=0', '--bus', bus, ...args], folder);
      const killedRun = async (): Promise<void> => {
        const run = start([
          'run',
          scenarioIn(newFolder(), '  - pause: 100s'),
          '--bus',
          bus,
          '--timeout',
          '200s',
          '--verbose',
          '--report',
          'plain',
        ]);
        await vi.waitFor(
          async () => expect((await doctor()).out).toMatch(/run-\S+ +run +\d+ s old +[1-9]\d* messages +\d+ bytes +in use$/m),
          { timeout: 60_000, interval: 500 },
        );
        run.kill('SIGKILL');
        await run.ended;
        await vi.waitFor(async () => expect((await doctor()).out).toMatch(/^ {6}run-\S+ +run .* left over$/m), { timeout: 30_000 });
      };
      const served = await startServe(['--bus', bus, '--data-dir', join(folder, 'data')]);
      await killedRun();
      const look = await doctor();
      expect(look).toMatchObject({
        code: 0,
        out: expect.stringMatching(/^note {2}nats:\S+: 2 worlds of food-sim\n {6}food +serve .* in use$/m) as string,
      });
      expect(look.out).toMatch(/--remove-left-overs removes it/);

      expect(await doctor('--remove-world', 'food')).toMatchObject({
        code: 5,
        out: expect.stringMatching(/^bad {3}the world food .* is in use.*\n.*Stop the food-sim that runs on it first/m) as string,
      });
      expect(await doctor('--remove-world', 'foot')).toMatchObject({
        code: 2,
        err: expect.stringMatching(/there is no world "foot"/) as string,
      });
      expect(await runMain(['doctor', '--remove-left-overs'], folder)).toMatchObject({
        code: 2,
        err: expect.stringMatching(/--remove-left-overs needs --bus/) as string,
      });
      const cleared = await doctor('--remove-left-overs');
      expect(cleared).toMatchObject({
        code: 0,
        out: expect.stringMatching(/^ok {4}nats:\S+: 1 world of food-sim\n {6}removed what was left over: run-\S+\n {6}food /m) as string,
      });

      await killedRun();
      expect(await runMain(['run', scenarioIn(newFolder()), '--bus', bus, '--report', 'plain'], folder)).toMatchObject({ code: 0 });
      expect((await doctor()).out).toMatch(/^ok {4}nats:\S+: 1 world of food-sim\n {6}food /m);
      expect((await fetch(`${served.gateway}/orders`)).status).toBe(200);
      served.kill('SIGTERM');
      await served.ended;
      await vi.waitFor(
        async () =>
          expect(await doctor('--remove-world', 'food')).toMatchObject({
            code: 0,
            out: expect.stringMatching(/0 worlds of food-sim\n {6}removed the world food/) as string,
          }),
        { timeout: 30_000 },
      );
    }),
  SLOW_MS,
);
