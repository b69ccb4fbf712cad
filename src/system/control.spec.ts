import { statSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { withFolder } from '../bus/test-server.contract.ts';
import { OperatingError } from '../kernel/errors.ts';
import { SILENT_LOG } from '../kernel/log.ts';
import { processesOn } from './control-client.ts';
import { controlPathOf, openControl, whyNoControl, type Control } from './control.ts';

const controls: Control[] = [];
afterEach(async () => {
  for (const control of controls.splice(0)) await control.close();
});

const bugs: unknown[] = [];

/** Listens as a system of these contexts would that answers `ask: 'echo'` with what it was given. */
const listen = async (folder: string, ...contexts: readonly string[]): Promise<string> => {
  const path = controlPathOf(folder, contexts[0]!);
  controls.push(
    await openControl(
      path,
      async function* (request) {
        const { ask, items = [] } = request as { ask: string; items?: readonly unknown[] };
        if (ask === 'contexts') yield* contexts;
        else if (ask === 'echo') yield* items;
        else if (ask === 'many') for (let count = 0; count < 100; count += 1) yield items[0];
        else if (ask === 'refuse') throw new OperatingError('usage', 'not so', { mend: 'Otherwise.' });
        else throw new TypeError('a bug');
      },
      SILENT_LOG,
      (error) => void bugs.push(error),
    ),
  );
  return path;
};

const collect = async (items: AsyncIterable<unknown>): Promise<readonly unknown[]> => {
  const all: unknown[] = [];
  for await (const item of items) all.push(item);
  return all;
};

/** What a process answers to these bytes. */
const send = (path: string, bytes: string): Promise<string> =>
  new Promise((resolve) => {
    let said = '';
    connect(path, function (this: ReturnType<typeof connect>) {
      this.setEncoding('utf8')
        .on('data', (text: string) => (said += text))
        .on('error', () => undefined)
        .on('close', () => resolve(said))
        .write(bytes);
    });
  });

describe.skipIf(process.platform === 'win32')('the socket of a running system', () => {
  it('is for its user alone, and is gone with the process', () =>
    withFolder(async (folder) => {
      const path = await listen(folder, 'front', 'store');
      expect(statSync(path).mode & 0o777).toBe(0o600);
      expect((await processesOn(folder)).map(({ contexts }) => contexts)).toEqual([['front', 'store']]);
      await controls.pop()?.close();
      expect(await processesOn(folder)).toEqual([]);
    }));

  it('answers item by item, whatever letters are in them', () =>
    withFolder(async (folder) => {
      await listen(folder, 'front');
      const [process] = await processesOn(folder);
      const items = ['a\u2028b\n\r\u0085', { 배송: '완료' }, null];
      expect(await collect(process!.ask({ ask: 'echo', items }))).toEqual(items);
      const long = await collect(process!.ask({ ask: 'many', items: ['한'.repeat(20_000)] }));
      expect([long.length, new Set(long).size, String(long[99]).length]).toEqual([100, 1, 20_000]);
      await listen(folder, 'rider');
      expect((await processesOn(folder)).map(({ contexts }) => contexts)).toEqual([['front'], ['rider']]);
    }));

  it('tells what is wrong with a request, and a bug to those who keep it', () =>
    withFolder(async (folder) => {
      await listen(folder, 'front');
      const [process] = await processesOn(folder);
      await expect(collect(process!.ask({ ask: 'refuse' }))).rejects.toMatchObject({
        trouble: 'usage',
        message: 'not so',
        mend: 'Otherwise.',
      });
      bugs.length = 0;
      await expect(collect(process!.ask({ ask: 'lost' }))).rejects.toMatchObject({ trouble: 'infrastructure', message: 'a bug' });
      expect(bugs).toEqual([new TypeError('a bug')]);
    }));

  it('survives what is no request', () =>
    withFolder(async (folder) => {
      const path = await listen(folder, 'front');
      expect(JSON.parse(await send(path, 'nonsense\n'))).toMatchObject({
        error: { trouble: 'invalid-input', message: expect.stringContaining('is not JSON') as string },
      });
      expect(await send(path, 'x'.repeat(70_000))).toBe('');
      expect((await processesOn(folder)).length).toBe(1);
    }));

  it('takes the place of what a killed process left there', () =>
    withFolder(async (folder) => {
      writeFileSync(controlPathOf(folder, 'front'), '');
      expect(await processesOn(folder)).toEqual([]);
      await listen(folder, 'front');
      expect((await processesOn(folder)).length).toBe(1);
    }));

  it('has a path that is short enough, or none', () =>
    withFolder(async (folder) => {
      const long = join(folder, 'x'.repeat(103));
      expect(whyNoControl(controlPathOf(long, 'front'))).toMatch(/is longer than a socket's may be \(103 bytes\)$/);
      expect(whyNoControl(controlPathOf(folder, 'front'))).toBeUndefined();
      await expect(processesOn(join(folder, 'nowhere'))).rejects.toMatchObject({
        trouble: 'infrastructure',
        message: expect.stringContaining('nowhere') as string,
      });
    }));
});
