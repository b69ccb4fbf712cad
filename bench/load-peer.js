// Started by load.js as a process of its own, by what its first argument says: `bare` is a Fastify that answers at once;
// `proxy URL` a bare Fastify with @fastify/http-proxy before that URL; `gateway URL` our gateway before it; `cannon URL
// CONNECTIONS SECONDS` plain autocannon. Servers print their port, autocannon its requests a second.
import autocannon from 'autocannon';
import Fastify from 'fastify';

const [, , kind, url, connections, seconds] = process.argv;

const serve = async (app) => {
  await app.listen({ host: '127.0.0.1', port: 0 });
  process.stdout.write(`${app.server.address().port}\n`);
};

if (kind === 'bare') {
  const app = Fastify();
  app.get('/orders/x', () => ({ orderId: 'x', status: 'delivered', customerId: 'kim' }));
  await serve(app);
} else if (kind === 'proxy') {
  const { default: proxy } = await import('@fastify/http-proxy');
  const app = Fastify();
  await app.register(proxy, { upstream: url });
  await serve(app);
} else if (kind === 'gateway') {
  const { createGateway } = await import('../dist/gateway/gateway.js');
  const { createWallTime } = await import('../dist/system/wall-time.js');
  const { describeContexts } = await import('../dist/system/definition.js');
  const { FOOD } = await import('../dist/contexts/index.js');
  const contexts = describeContexts(FOOD);
  const log = { error: () => undefined, warn: () => undefined, info: () => undefined, debug: () => undefined };
  const gateway = await createGateway({
    contexts,
    upstreams: Object.fromEntries(contexts.map(({ name }) => [name, () => url])),
    host: '127.0.0.1',
    port: 0,
    log,
    timers: createWallTime(),
    openApi: () => ({}),
  });
  process.stdout.write(`${new URL(gateway.url).port}\n`);
} else {
  const result = await autocannon({ url, connections: Number(connections), duration: Number(seconds) });
  process.stdout.write(`${result.requests.total / result.duration}\n`);
}
