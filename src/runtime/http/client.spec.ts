import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Address } from '../../kernel/secret.ts';
import { createHttpClient } from './client.ts';

let server: Server;
let port: number;
/** The URLs that were asked for, as they came over the wire. */
const asked: string[] = [];

beforeAll(async () => {
  server = createServer((request, response) => {
    asked.push(request.url ?? '');
    if (request.url?.endsWith('/silent') === true) return;
    response.writeHead(200, { 'content-type': 'application/json' });
    if (request.url?.endsWith('/half') === true) response.write('{"a":');
    else if (request.url?.endsWith('/broken') === true) response.end('{"a":');
    else response.end('{"a":1}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const asking = async (url: string, base: string | Address = `http://127.0.0.1:${port}`, isStatusEnough = false) => {
  const client = createHttpClient({ baseUrl: base, timeoutMs: 50, isStatusEnough });
  try {
    return await client({ method: 'GET', url, headers: {} });
  } finally {
    await client.close();
  }
};

describe('an HTTP client', () => {
  it.each(['/silent', '/half'])('waits no longer than it may for the head of an answer, and for the rest of one: %s', async (url) => {
    await expect(asking(url)).rejects.toMatchObject({
      trouble: 'infrastructure',
      message: `GET http://127.0.0.1:${port}${url} did not answer within 50 ms`,
    });
  });

  it('tells an answer that breaks off from one that is none', async () => {
    await expect(asking('/broken')).rejects.toMatchObject({
      trouble: 'infrastructure',
      message: expect.stringContaining('answered with a broken JSON body'),
    });
    await expect(asking('/x', 'http://127.0.0.1:1')).rejects.toMatchObject({
      message: 'GET http://127.0.0.1:1/x can not be reached (ECONNREFUSED)',
    });
  });

  // What is asked for may be a secret where only the status counts: the place of a webhook is one.
  it('leaves out of its failures what was asked for, where only the status counts', async () => {
    await expect(asking('/x?token=1', 'http://127.0.0.1:1', true)).rejects.toMatchObject({
      message: 'GET http://127.0.0.1:1 can not be reached (ECONNREFUSED)',
    });
  });

  it('asks behind the path of its address, with letters as the wire takes them', async () => {
    const read = Address.read(`http://127.0.0.1:${port}/base/`, ['http:']);
    if ('fault' in read) throw new Error(read.fault);
    expect(await asking('/orders?customerId=김', read.address)).toMatchObject({ status: 200, body: { a: 1 } });
    expect(asked.at(-1)).toBe('/base/orders?customerId=%EA%B9%80');
  });
});
