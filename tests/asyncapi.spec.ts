import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { Ajv } from 'ajv';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { main } from '../src/cli/main.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'food-sim-asyncapi-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const foodSim = async (...argv: readonly string[]): Promise<{ readonly code: number; readonly out: string }> => {
  let out = '';
  const io = {
    stdin: new PassThrough(),
    stdout: { write: (text: string) => (out += text) },
    stderr: { write: () => true },
    env: { PATH: process.env['PATH'] },
    cwd: folder,
  };
  return { code: await main(argv, io), out };
};

interface Document {
  readonly channels: Readonly<Record<string, { readonly address: string }>>;
  readonly operations: Readonly<Record<string, { readonly action: string; readonly channel: { readonly $ref: string } }>>;
  readonly components: { readonly messages: Readonly<Record<string, { readonly payload: { readonly properties: object } }>> };
}

const readDocument = async (): Promise<Document> => JSON.parse((await foodSim('schema', 'asyncapi')).out) as Document;

test(
  'every event that the bundled scenarios cause is as the AsyncAPI document says, and every event of the document happens',
  { timeout: 120_000 },
  async () => {
    const { channels, components } = await readDocument();
    const ajv = new Ajv2020({ strict: false, formats: { 'date-time': true } });
    const checks = new Map<string, ValidateFunction>(
      Object.entries(components.messages).map(([type, { payload }]) => [type, ajv.compile(payload)]),
    );
    const recording = join(folder, 'run.ndjson');
    expect((await foodSim('run', '--bus', 'memory', '--time', 'virtual', '--seed', '7', '--report', `ndjson=${recording}`)).code).toBe(0);
    const events = readFileSync(recording, 'utf8')
      .split('\n')
      .filter((line) => line.includes('"kind":"message.published"'))
      .map((line) => (JSON.parse(line) as { readonly event: { readonly type: string; readonly source: string } }).event);
    const wrong = events.filter((event) => checks.get(event.type)?.(event) !== true);
    expect(wrong).toEqual([]);
    expect([...new Set(events.map(({ type }) => type))].sort()).toEqual(Object.keys(channels).sort());
    for (const { type, source } of events) expect(channels[type]?.address).toBe(`foodsim.{world}.${source.slice(1)}.${type}`);
    // What lacks what it must have is found.
    for (const event of events.slice(0, 20)) expect(checks.get(event.type)?.({ ...event, data: {} })).toBe(false);
  },
);

test('the AsyncAPI document names who says and who hears each event, and nothing that is not there', async () => {
  const { channels, operations } = await readDocument();
  expect(Object.keys(operations)).toEqual(
    expect.arrayContaining([
      'front-says-Paid',
      'store-hears-Paid',
      'customer-hears-Paid',
      'notification-hears-Paid',
      'rider-hears-CookFinished',
    ]),
  );
  expect(Object.keys(operations)).not.toContain('rider-hears-Paid');
  for (const { channel } of Object.values(operations)) expect(Object.keys(channels)).toContain(channel.$ref.replace('#/channels/', ''));
  for (const type of Object.keys(channels))
    expect(Object.values(operations).filter(({ action, channel }) => action === 'send' && channel.$ref.endsWith(`/${type}`))).toHaveLength(
      1,
    );
});

test('the AsyncAPI document is one, by the official schema of AsyncAPI 3.0', async () => {
  const schema = JSON.parse(readFileSync(createRequire(import.meta.url).resolve('@asyncapi/specs/schemas/3.0.0.json'), 'utf8')) as object;
  // The schema brings the dialect that it is written in, and Ajv would bring it a second time.
  const isAsyncApi = new Ajv({ strict: false, meta: false, validateSchema: false, validateFormats: false }).compile(schema);
  const document = await readDocument();
  expect(isAsyncApi(document), JSON.stringify(isAsyncApi.errors)).toBe(true);
  expect(isAsyncApi({ ...document, channels: { Paid: { adress: 'misspelt' } } })).toBe(false);
});
