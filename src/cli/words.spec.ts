import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runMain } from './main.fixture.ts';

const MEMORY = ['--bus', 'memory', '--time', 'virtual'];
let cwd: string;

beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), 'food-sim-words-'));
  const steps = [
    'place: { order: 점심, customer: 김철수, address: "${주소}" }',
    'accept: 점심',
    'settle',
    'expect: { order: 점심, is: 접수됨, where: { address: "${주소}", customerId: 김철수 } }',
    'expect: { notices: 점심, include: [고객님의 주문이 접수되었습니다.] }',
    'refused: { finish: 점심, code: cooking-status-mismatch, message: 상태 }',
    'expect: { coupons: 김철수, is: 1 }',
    'request: { path: /notices?customerId=김철수, expect: { status: 200, body: { page: { totalItems: 4 } } } }',
  ];
  const text = `name: 점심 주문\ntags: [한국어]\nvars: { 주소: 서울 중구 }\nsteps:\n${steps.map((step) => `  - ${step}\n`).join('')}`;
  for (const form of ['NFC', 'NFD'] as const) writeFileSync(join(cwd, `${form}.yaml`), text.normalize(form));
});
afterAll(() => rmSync(cwd, { recursive: true }));

describe('Korean', () => {
  it.each(['NFC', 'NFD'] as const)('is the same however it is composed: %s', async (form) => {
    for (const asked of ['NFC', 'NFD'] as const) {
      const chosen = ['--grep', '점심'.normalize(asked), '--tag', '한국어'.normalize(asked)];
      const { code, out } = await runMain(['run', `${form}.yaml`, ...MEMORY, ...chosen, '--report', 'plain'], cwd);
      expect([code, out.normalize('NFC')]).toEqual([0, expect.stringContaining('passed: 점심 주문')]);
    }
    expect((await runMain(['run', `${form}.yaml`, ...MEMORY, '--grep', '저녁'], cwd)).code).toBe(2);
  });
});

describe('variables of a Service of our name', () => {
  const SERVICE = {
    FOOD_SIM_SERVICE_HOST: '10.0.0.1',
    FOOD_SIM_SERVICE_PORT: '8080',
    FOOD_SIM_SERVICE_PORT_HTTP: '8080',
    FOOD_SIM_PORT: 'tcp://10.0.0.1:8080',
    FOOD_SIM_PORT_4222_TCP: 'tcp://10.0.0.1:4222',
    FOOD_SIM_PORT_4222_TCP_PROTO: 'tcp',
    FOOD_SIM_PORT_4222_TCP_PORT: '4222',
    FOOD_SIM_PORT_4222_TCP_ADDR: '10.0.0.1',
    FOOD_SIM_GATEWAY_SERVICE_HOST: '10.0.0.2',
    FOOD_SIM_GATEWAY_PORT: 'tcp://10.0.0.2:80',
  };

  it('are ignored with one note, which --quiet leaves out', async () => {
    const { code, err } = await runMain(['config'], cwd, SERVICE);
    expect([code, err]).toEqual([
      0,
      `food-sim: ${Object.keys(SERVICE).sort().join(', ')}: ignored, since Kubernetes sets such variables for a Service; none is an option\n`,
    ]);
    expect(await runMain(['config', '--quiet'], cwd, SERVICE)).toMatchObject({ code: 0, err: '' });
  });

  it('are never taken for an option, and the old name of ours is refused with the new one', async () => {
    expect((await runMain(['config'], cwd, { FOOD_SIM_PORTS: 'gateway=9000' })).out).toMatch(/^port: .*gateway=9000.* # FOOD_SIM_PORTS$/m);
    expect(await runMain(['config'], cwd, { FOOD_SIM_PORT: 'gateway=9000' })).toMatchObject({
      code: 2,
      err: expect.stringMatching(/^food-sim: FOOD_SIM_PORT: is called FOOD_SIM_PORTS now/) as string,
    });
    expect((await runMain(['config'], cwd, { FOOD_SIM_JOSB: '1', ...SERVICE })).code).toBe(2);
  });
});
