import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { RUNTIME_SCHEMA } from '../runtime/actor/ledger.ts';
import { createFileDisk } from '../runtime/tables/sqlite.ts';
import { openFolder } from './folder.ts';

const made: string[] = [];
afterEach(() => {
  for (const path of made.splice(0)) rmSync(path, { recursive: true });
});

const modeOf = (path: string): string => (statSync(path).mode & 0o777).toString(8);

it.each(['FULL', 'OFF'] as const)(
  'a data folder and its databases (%s) are for nobody else to read, whatever the umask lets through',
  async (synchronous) => {
    const above = mkdtempSync(join(tmpdir(), 'food-sim-modes-'));
    made.push(above);
    const folder = await openFolder({ dataDir: join(above, 'a', 'data'), parts: [] });
    expect(modeOf(folder.path)).toBe('700');
    for (const name of ['front', 'store']) {
      const database = createFileDisk(folder.path, { synchronous }).open(name, [RUNTIME_SCHEMA]);
      for (const file of readdirSync(folder.path)) expect(`${file} ${modeOf(join(folder.path, file))}`).toBe(`${file} 600`);
      expect(existsSync(join(folder.path, `${name}.sqlite`))).toBe(true);
      database.close();
    }
    await folder.close();
  },
);
