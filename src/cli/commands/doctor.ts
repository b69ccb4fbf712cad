import { mkdtemp, rm, statfs } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { findNatsServer, howToGetServer, lackOfServer } from '../../bus/find-nats-server.ts';
import { FOOD } from '../../contexts/index.ts';
import { messageOf, OperatingError } from '../../kernel/errors.ts';
import { visible } from '../../reports/width.ts';
import { RUNTIME_SCHEMA } from '../../runtime/actor/ledger.ts';
import { createFileDisk } from '../../runtime/tables/sqlite.ts';
import type { Invocation, Run } from '../command.ts';
import { EXIT } from '../../kernel/exit-codes.ts';
import type { Finding } from '../finding.ts';
import { portsOf } from '../options/ports.ts';
import { readVersion } from '../../system/version.ts';
import { looksAtWorlds } from '../worlds.ts';

const looksAtNode = (): Finding => ({ state: 'ok', text: `Node.js ${process.versions.node} (${process.execPath})` });

const OLDEST_SERVER = [2, 10] as const;

const looksAtServer = async ({ settings, io }: Invocation): Promise<Finding> => {
  const natsServerPath = settings['nats-server'];
  const server = await findNatsServer({ env: io.env, ...(natsServerPath === undefined ? {} : { natsServerPath }) });
  if (server === undefined) {
    return {
      state: 'bad',
      text: `nats-server: ${lackOfServer()}`,
      mend: howToGetServer(),
    };
  }
  const text = `nats-server ${server.version} (${server.origin}: ${server.path})`;
  const [major = 0, minor = 0] = server.version.split('.').map(Number);
  const isOld = major < OLDEST_SERVER[0] || (major === OLDEST_SERVER[0] && minor < OLDEST_SERVER[1]);
  return isOld
    ? { state: 'bad', text, mend: 'Servers before 2.10 ignore what food-sim relies on: install a newer one, or leave --nats-server out.' }
    : { state: 'ok', text };
};

const looksAtDatabase = async (): Promise<Finding> => {
  const folder = await mkdtemp(join(tmpdir(), 'food-sim-doctor-'));
  try {
    createFileDisk(folder, { synchronous: 'OFF' }).open('doctor', [RUNTIME_SCHEMA]).close();
    return { state: 'ok', text: 'SQLite (better-sqlite3): a database can be made' };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

const ENOUGH_MIB = 200;

const looksAtRoom = async (): Promise<Finding> => {
  const { bavail, bsize } = await statfs(tmpdir());
  const mebibytes = Math.floor((bavail * bsize) / 2 ** 20);
  const text = `${tmpdir()}: ${mebibytes} MiB free`;
  return mebibytes >= ENOUGH_MIB
    ? { state: 'ok', text }
    : { state: 'note', text, mend: 'That is little: make room, or choose another folder with TMPDIR or --data-dir.' };
};

const isFree = (port: number, host: string): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => {
      resolve(false);
    });
    server.listen({ port, host, exclusive: true }, () => {
      server.close(() => {
        resolve(true);
      });
    });
  });

const looksAtPorts = async ({ settings }: Invocation): Promise<Finding> => {
  const ports = Object.entries(portsOf(FOOD, settings.port));
  const taken: string[] = [];
  for (const [name, port] of ports) if (port !== 0 && !(await isFree(port, settings.host))) taken.push(`${port} (${name})`);
  if (taken.length === 0) return { state: 'ok', text: `ports of food-sim serve are free: ${ports.map(([, port]) => port).join(', ')}` };
  return {
    state: 'note',
    text: `ports taken: ${taken.join(', ')}`,
    mend: 'food-sim serve needs others there: --port NAME=PORT, or --port all=0. food-sim run takes free ones.',
  };
};

const looksAtTerminal = ({ io, settings }: Invocation): Finding => {
  const { isTTY, columns } = io.stdout;
  return { state: 'ok', text: `${isTTY === true ? `terminal of ${columns ?? '?'} columns` : 'no terminal'}, language ${settings.lang}` };
};

const looksAtConfig = ({ origins }: Invocation): Finding => {
  const origin = Object.values(origins).find((one) => /:\d+:\d+$/.test(one));
  return { state: 'ok', text: origin === undefined ? 'no configuration file' : `configuration from ${origin.replace(/:\d+:\d+$/, '')}` };
};

const MARK = { ok: 'ok  ', note: 'note', bad: 'bad ' } as const;

/** What the system refuses is a finding here, not the end; anything else that is thrown is a bug. */
const look = async (work: () => Finding | undefined | Promise<Finding | undefined>): Promise<Finding | undefined> => {
  try {
    return await work();
  } catch (error) {
    if (error instanceof OperatingError && error.trouble === 'usage') throw error;
    const isRefused = error instanceof OperatingError || (error instanceof Error && 'code' in error);
    if (!isRefused) throw error;
    const mend = error instanceof OperatingError ? error.mend : undefined;
    return { state: 'bad', text: messageOf(error), ...(mend === undefined ? {} : { mend }) };
  }
};

/** `food-sim doctor`: looks at all that a run needs, and says what mends what is missing. */
export const run: Run = async (invocation) => {
  const { io } = invocation;
  io.stdout.write(`food-sim ${readVersion()}\n`);
  const looks = [looksAtNode, looksAtServer, looksAtDatabase, looksAtRoom, looksAtPorts, looksAtTerminal, looksAtConfig, looksAtWorlds];
  let isBad = false;
  for (const looking of looks) {
    const finding = await look(() => looking(invocation));
    if (finding === undefined) continue;
    const { state, text, details = [], mend } = finding;
    isBad ||= state === 'bad';
    io.stdout.write(`${MARK[state]}  ${visible(text)}\n`);
    for (const line of [...details, ...(mend === undefined ? [] : [mend])]) io.stdout.write(`      ${visible(line)}\n`);
  }
  return isBad ? EXIT.infrastructure : EXIT.passed;
};
