import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withConfiguredServer } from '../../bus/test-server.contract.ts';
import { cellOfId, cellOfOwner } from '../../kernel/cells.ts';
import { EXIT } from '../../kernel/exit-codes.ts';
import { askJson, servingIn } from './serving.fixture.ts';

let cwd: string;
beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), 'food-sim-cells-'));
});
afterAll(() => rmSync(cwd, { recursive: true }));

const ANY_PORTS = ['--port', 'all=0'];
const PEOPLE = ['kim', 'lee', 'park', 'choi', 'jung', 'kang', '고객'];
const order = (customerId: string) => ({ customerId, storeId: 's1', foodId: 'f1', price: 1_000, address: 'Seoul' });

/** Serves, and only wants to know that it is refused. */
const refused = (argv: readonly string[]) => servingIn(cwd, [...ANY_PORTS, ...argv], () => Promise.reject(new Error('it was not refused')));

describe('a world of four cells', () => {
  const argv = [...ANY_PORTS, '--data-dir', 'data', '--world', 'w'];

  it('serves each customer in one of them, and collections of all', { timeout: 60_000 }, async () => {
    const placed = new Map<string, string>();
    const first = await servingIn(cwd, [...argv, '--cells', '4'], async (gateway) => {
      for (const customerId of PEOPLE) {
        const { status, body } = await askJson(`${gateway}/orders`, 'POST', order(customerId));
        expect(status).toBe(201);
        placed.set(customerId, String(body['id']));
        expect(cellOfId(String(body['id']))).toBe(cellOfOwner(customerId, 4));
      }
      const ids = [...placed.values()];
      await expect
        .poll(async () => (await askJson(`${gateway}/mypages?status=paid`)).body['page'])
        .toMatchObject({ totalItems: PEOPLE.length });
      const pages = await Promise.all([0, 1, 2].map(async (page) => (await askJson(`${gateway}/orders?size=3&page=${page}`)).body));
      expect(pages.flatMap(({ items }) => (items as { id: string }[]).map(({ id }) => id))).toEqual([...ids].sort());
      expect(pages[2]?.['page']).toEqual({ number: 2, size: 3, totalItems: PEOPLE.length, totalPages: 3 });
      // A command by the id alone, and a call of its context to itself.
      const kims = placed.get('kim')!;
      expect((await askJson(`${gateway}/foodCookings/${kims}/accept`, 'PUT')).status).toBe(200);
      expect((await askJson(`${gateway}/reviews`, 'POST', { orderId: kims, content: 'good' })).body['code']).toBe('order-not-delivered');
      expect((await askJson(`${gateway}/customers/${encodeURIComponent('고객')}`)).body).toMatchObject({ couponCount: 1 });
      expect((await askJson(`${gateway}/orders?status=nonsense`)).status).toBe(400);
      const health = await askJson(`${gateway}/health`);
      expect([health.status, health.body['status']]).toEqual([200, 'up']);
    });
    expect([first.code, first.err]).toEqual([0, '']);
    expect(first.out).toMatch(/^cells +0-3 of 4$/m);
    expect(readdirSync(join(cwd, 'data')).filter((name) => name.startsWith('cell-'))).toEqual(['cell-0', 'cell-1', 'cell-2', 'cell-3']);
    expect(existsSync(join(cwd, 'data', 'front.sqlite'))).toBe(false);

    // The folder says how many there are.
    const again = await servingIn(cwd, argv, async (gateway) => {
      expect((await askJson(`${gateway}/orders`)).body['page']).toMatchObject({ totalItems: PEOPLE.length });
      expect((await askJson(`${gateway}/foodCookings/${placed.get('kim')}`)).body['status']).toBe('accepted');
    });
    expect([again.code, again.err]).toEqual([0, '']);
  });

  it.each([
    [['--cells', '8'], EXIT.usage, /--cells asks for 8, and the world w was made with 4 cells \(as \S+data says\)[^]*--cells 4/],
    [['--cells', '1'], EXIT.usage, /--cells asks for 1, and the world w was made with 4 cells/],
    [['--cells', '0,4'], EXIT.usage, /--cells asks for cell 4, and the world w was made with 4 cells[^]*from 0 to 3/],
    [['--world', 'v'], EXIT.infrastructure, /holds cells of the world w, not of v[^]*--world w/],
  ])('refuses %j by name and mend, and changes nothing', async (more, code, words) => {
    const before = readFileSync(join(cwd, 'data', 'cells.json'), 'utf8');
    const { err, ...result } = await refused([...argv, ...more]);
    expect([result.code, result.out]).toEqual([code, '']);
    expect(err).toMatch(words);
    expect(readFileSync(join(cwd, 'data', 'cells.json'), 'utf8')).toBe(before);
  });

  it.each(['', 'nonsense', '[]', '{"world":"w","cells":1}', '{"world":"w","cells":"4"}'])(
    'does not guess where the folder says %j',
    async (text) => {
      mkdirSync(join(cwd, 'damaged'), { recursive: true });
      writeFileSync(join(cwd, 'damaged', 'cells.json'), text);
      const { code, err } = await refused(['--data-dir', 'damaged']);
      expect(code).toBe(EXIT.infrastructure);
      expect(err).toMatch(/damaged\/cells\.json does not say how many cells/);
    },
  );
});

describe('what can not be asked for', () => {
  it.each([
    [['--cells', '0'], EXIT.usage, /--cells: "0" is not a whole number from 1 to 1000/],
    [['--cells', '3-1'], EXIT.usage, /--cells: "3-1" is not a number of cells/],
    [['--cells', '1,x'], EXIT.usage, /--cells: "1,x" is not a number of cells/],
    [['--cells', '0-1/2/3'], EXIT.usage, /is not a number of cells/],
    [['--cells', '0-3/2'], EXIT.usage, /--cells asks for cell 2, and the world food was made with 2 cells/],
    [['--cells', '0-3', '--bus', 'memory'], EXIT.usage, /nobody has said yet how many it has[^]*--cells 0,1,2,3\/16/],
  ])('%j is refused', async (argv, code, words) => {
    const result = await refused(argv);
    expect(result.code).toBe(code);
    expect(result.err).toMatch(words);
  });

  it('is a system that does not say whose its things are', async () => {
    const bank = new URL('../../../examples/bank/bank.ts', import.meta.url).pathname;
    const { code, err } = await refused(['--system', bank, '--cells', '2']);
    expect(code).toBe(EXIT.usage);
    expect(err).toMatch(/the system bank does not say how it can be split into cells[^]*cells: \{ owner/);
  });
});

describe('a world on a server', { timeout: 60_000 }, () => {
  it('keeps the number of its cells, and the whole one is not split', () =>
    withConfiguredServer('jetstream { store_dir: "FOLDER" }', async (port) => {
      const on = (world: string, ...more: readonly string[]) => [
        ...ANY_PORTS,
        '--bus',
        `nats://127.0.0.1:${port}`,
        '--world',
        world,
        ...more,
      ];
      const here = (name: string) => ['--data-dir', join('on-server', name)];
      const nothing = (): Promise<void> => Promise.resolve();
      expect((await servingIn(cwd, on('whole', ...here('a')), nothing)).code).toBe(0);
      expect((await servingIn(cwd, on('split', '--cells', '2', ...here('b')), nothing)).code).toBe(0);

      const whole = await refused(on('whole', '--cells', '2', ...here('c')));
      expect([whole.code, whole.err]).toEqual([
        EXIT.usage,
        expect.stringMatching(/asks for 2, and the world whole was made with 1 cell, and is not split \(as the bus says\)/),
      ]);
      const other = await refused(on('split', '--cells', '3', ...here('d')));
      expect([other.code, other.err]).toEqual([
        EXIT.usage,
        expect.stringMatching(/asks for 3, and the world split was made with 2 cells \(as the bus says\)/),
      ]);
      const unsplit = await refused(on('split', ...here('e')));
      expect([unsplit.code, unsplit.err]).toEqual([
        EXIT.usage,
        expect.stringMatching(/the world split was made with 2 cells[^]*--cells 2/),
      ]);
      // A cell under its own name is no world.
      const cell = await refused(on('split_1', ...here('f')));
      expect([cell.code, cell.err]).toEqual([
        EXIT.infrastructure,
        expect.stringMatching(/FOODSIM_split_1 .* is cell 1 of the 2 of world split, not a world that is not split/),
      ]);
      // Nor is the folder of one the folder of another.
      const swapped = await refused(on('split', '--cells', '2', ...here('a')));
      expect([swapped.code, swapped.err]).toEqual([
        EXIT.usage,
        expect.stringMatching(/asks for 2, and the world split was made with 1 cell, and is not split \(as \S+ says\)/),
      ]);
    }));
});
