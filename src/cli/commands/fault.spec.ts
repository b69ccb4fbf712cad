import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SILENT_LOG } from '../../kernel/log.ts';
import { createControlDesk } from '../../system/control-desk.ts';
import { controlPathOf, openControl, type Control } from '../../system/control.ts';
import type { FaultBoard } from '../../system/fault-board.ts';
import { lettersOfActors } from '../../system/letters.ts';
import { runMain } from '../main.fixture.ts';

let cwd: string;
const controls: Control[] = [];
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'food-sim-fault-'));
});
afterEach(async () => {
  for (const control of controls.splice(0)) await control.close();
  rmSync(cwd, { recursive: true });
});

/** A process that runs these contexts; the faults that it was told. */
const runs = async (...contexts: readonly string[]): Promise<readonly string[]> => {
  const told: string[] = [];
  const faults: FaultBoard = {
    set: (text) => {
      told.push(text);
      return !text.includes('@') || contexts.some((name) => text.endsWith(`@${name}`));
    },
    end: () => (contexts.includes('front') ? 2 : 0),
    clear: () => 1,
    list: () => [{ fault: `delay@${contexts[0]}`, struck: 3 }],
    switchSlowCalls: () => true,
  };
  const desk = createControlDesk({ contexts, faults, letters: lettersOfActors([]) });
  controls.push(
    await openControl(controlPathOf(cwd, contexts[0]!), desk, SILENT_LOG, (error) => {
      throw error;
    }),
  );
  return told;
};

const fault = (...words: readonly string[]) => runMain(['fault', ...words, '--data-dir', '.'], cwd);

describe.skipIf(process.platform === 'win32')('fault, where contexts are split between processes', () => {
  it('is set wherever it may strike', async () => {
    const [first, second] = [await runs('front', 'customer'), await runs('store')];
    expect(await fault('drop', 'Paid')).toMatchObject({ code: 0, out: 'drop=Paid is set.\n' });
    expect(await fault('drop=Paid@store')).toMatchObject({ code: 0 });
    expect([first, second]).toEqual([
      ['drop=Paid', 'drop=Paid@store'],
      ['drop=Paid', 'drop=Paid@store'],
    ]);
    expect(await fault('drop=Paid@rider')).toMatchObject({
      code: 2,
      err: expect.stringMatching(/drop=Paid@rider is of a context that does not run here[^]*Here run front, customer, store\./) as string,
    });
  });

  it('is ended, cleared and listed in all of them', async () => {
    await runs('front');
    await runs('store');
    expect(await fault('drop', 'off')).toMatchObject({ code: 0, out: '2 faults ended.\n' });
    expect(await fault('clear')).toMatchObject({ code: 0, out: '2 faults ended.\n' });
    expect(await fault()).toMatchObject({ code: 2 });
    expect((await fault('list')).out).toMatch(/^delay@front +struck 3\ndelay@store +struck 3\n$/);
  });
});
