/** Servers that set limits: what the program makes of them, and what it says where nothing can be made of them. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { withConfiguredServer } from '../src/bus/test-server.contract.ts';
import { SLOW_MS, cleanUpAfterEach, newFolder, runToEnd } from './process.fixture.ts';

cleanUpAfterEach();

const MANY_ORDERS = `name: Fills the store of the server
steps:
  - repeat: { times: 45, as: i, steps: [{ place: { order: "lunch-\${i}", customer: kim } }] }
  - settle: { within: 2s }
  - expect: { order: lunch-45, is: paid }
`;

const play = (bus: string, text: string, ...args: readonly string[]) => {
  const folder = newFolder();
  writeFileSync(join(folder, 'scenario.yaml'), text);
  return runToEnd(['run', join(folder, 'scenario.yaml'), '--report', 'plain', '--bus', bus, ...args]);
};

test('a server without room ends a run with 5, in its own words and with the mend', () =>
  withConfiguredServer('jetstream { store_dir: "FOLDER", max_file_store: 20000 }', async (port) => {
    const { code, out, err } = await play(`nats://127.0.0.1:${port}`, MANY_ORDERS);
    expect(out + err).toMatch(/did not store events of world \S+: insufficient resources/);
    expect(out + err).toMatch(/raise its limits \(max_file_store/);
    expect(out + err).not.toMatch(/--timeout/);
    expect(code).toBe(5);
  }), SLOW_MS);

test('a user who may not publish ends a run with 5, with the subject and the mend', () =>
  withConfiguredServer(
    `jetstream { store_dir: "FOLDER" }
     authorization { users: [ { user: nopub, password: p, permissions: { publish: { allow: ["$JS.>"] }, subscribe: ">" } } ] }`,
    async (port) => {
      const { code, out, err } = await play(`nats://nopub:p@127.0.0.1:${port}`, MANY_ORDERS.replace('times: 45', 'times: 1').replace('lunch-45', 'lunch-1'));
      expect(out + err).toMatch(/Permissions Violation for Publish to "foodsim\.\S+\.front\.OrderPlaced"/);
      expect(out + err).toMatch(/Let this user publish on foodsim\./);
      expect(code).toBe(5);
    },
  ), SLOW_MS);
