import { createServer } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { FOOD } from '../contexts/index.ts';
import { cellOfOwner } from '../kernel/cells.ts';
import { SILENT_LOG } from '../kernel/log.ts';
import { describeContexts } from '../system/definition.ts';
import { createWallTime } from '../system/wall-time.ts';
import { createCellLookup } from './cell-places.ts';
import { createGateway } from './gateway.ts';
import { CELL_HEADER, type CellAddress } from './passage.ts';

const open: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

const CONTEXTS = describeContexts(FOOD);
const ID = '01M8GFNBA50000MXP5V5MSBDH0';

/** A process that serves cells: of a collection it gives one item for each, and otherwise says what it was asked. */
const serveCells = async (): Promise<string> => {
  const server = createServer((request, response) => {
    const cell = request.headers[CELL_HEADER];
    const isList = request.method === 'GET' && /^\/orders(\?|$)/.test(request.url ?? '');
    const orderId = `${ID}-${cell as string}`;
    const page = { items: [{ orderId }], page: { number: 0, size: 20, totalItems: 1, totalPages: 1 } };
    response
      .setHeader('content-type', 'application/json')
      .end(JSON.stringify(isList ? page : { cell, url: request.url, method: request.method }));
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  open.push(() => new Promise((resolve) => server.close(resolve).closeAllConnections()));
  return `http://127.0.0.1:${(server.address() as { port: number }).port}`;
};

const openGateway = async (count: number, find: (cell: number) => CellAddress): Promise<string> => {
  const gateway = await createGateway({
    contexts: CONTEXTS,
    upstreams: {},
    cells: { count, placeOf: createCellLookup(CONTEXTS, FOOD.cells!, count), find: (_context, cell) => find(cell) },
    port: 0,
    log: SILENT_LOG,
    timers: createWallTime(),
    openApi: () => ({}),
  });
  open.push(() => gateway.close());
  return gateway.url;
};

const ask = async (url: string, init?: RequestInit) => {
  const answer = await fetch(url, init);
  return { status: answer.status, retryAfter: answer.headers.get('retry-after'), body: (await answer.json()) as Record<string, unknown> };
};

const place = (customerId: string, more = {}): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json', [CELL_HEADER]: '0', ...more },
  body: JSON.stringify({ customerId }),
});

describe('a gateway before cells', () => {
  it('sends each request to its cell, whatever the caller says of cells', async () => {
    const [one, other] = [await serveCells(), await serveCells()];
    const url = await openGateway(4, (cell) => ({ url: cell < 2 ? one : other }));
    for (const customerId of ['kim', 'lee']) {
      const { body } = await ask(`${url}/orders`, place(customerId));
      expect(body).toEqual({ cell: String(cellOfOwner(customerId, 4)), url: '/orders', method: 'POST' });
    }
    expect((await ask(`${url}/foodCookings/${ID}-1/accept`, { method: 'PUT' })).body).toMatchObject({ cell: '1' });
    expect((await ask(`${url}/orders?size=3`)).body).toMatchObject({
      items: [0, 1, 2].map((cell) => ({ orderId: `${ID}-${cell}` })),
      page: { number: 0, size: 3, totalItems: 4, totalPages: 2 },
    });
  });

  it('names a cell that is down, and serves the others', async () => {
    const served = await serveCells();
    const lives = cellOfOwner('lee', 4);
    const down = cellOfOwner('kim', 4);
    const url = await openGateway(4, (cell) => (cell === down ? { reason: 'it is being moved' } : { url: served }));
    expect((await ask(`${url}/orders`, place('lee'))).body).toMatchObject({ cell: String(lives) });
    const refusal = {
      status: 503,
      retryAfter: '1',
      body: {
        code: 'cell-unavailable',
        cell: down,
        context: 'front',
        detail: `Cell ${down} of the context front can not be reached: it is being moved.`,
      },
    };
    expect(await ask(`${url}/orders`, place('kim'))).toMatchObject(refusal);
    expect(await ask(`${url}/orders/${ID}-${down}`)).toMatchObject(refusal);
    // A list without it would be a lie.
    expect(await ask(`${url}/orders`)).toMatchObject(refusal);
    const health = await ask(`${url}/health`);
    expect([health.status, health.body]).toEqual([503, expect.objectContaining({ status: 'degraded' })]);
    expect(JSON.stringify(health.body)).toContain(`cell ${down}: it is being moved`);
  });

  it('names a cell whose process is gone', async () => {
    const gone = 'http://127.0.0.1:1';
    const url = await openGateway(2, () => ({ url: gone }));
    expect((await ask(`${url}/orders`, place('kim'))).body).toMatchObject({ code: 'cell-unavailable', cell: cellOfOwner('kim', 2) });
    expect((await ask(`${url}/orders`)).body).toMatchObject({ code: 'cell-unavailable' });
  });
});
