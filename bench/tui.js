// What the terminal UI costs while 10,000 entries a second go by and 100,000 orders are listed: in a real terminal (tmux),
// with keys pressed from outside and the screen read back, so that everything between the two is measured too.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { medianSeconds } from './program.js';

const RATE = Number(process.env.RATE ?? 10_000);
const SECONDS = Number(process.env.SECONDS ?? 30);
const ORDERS = Number(process.env.TUI_ORDERS ?? 100_000);
const SCREEN = fileURLToPath(new URL('tui-screen.js', import.meta.url));
/** Bench reads the screen so often, in milliseconds. */
const LOOK_MS = 5;
const PATIENCE_MS = 5_000;

const percentile = (values, share) => [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))];

/** Presses a key and waits until the screen shows what it leads to; how long that took, in milliseconds. */
const answerTime = async (tmux, key, isShown) => {
  const startedAt = performance.now();
  tmux('send-keys', '-t', 'screen', key);
  while (!isShown(tmux('capture-pane', '-t', 'screen', '-p'))) {
    if (performance.now() - startedAt > PATIENCE_MS)
      throw new Error(`the screen did not answer the key ${key} within ${PATIENCE_MS} ms:\n${tmux('capture-pane', '-t', 'screen', '-p')}`);
    await sleep(LOOK_MS);
  }
  return performance.now() - startedAt;
};

/** How long it takes until the screen shows what a bare `cat` in another terminal of the same tmux answers: what the bench itself costs. */
const bareAnswerTime = async (tmux, number) => {
  const startedAt = performance.now();
  tmux('send-keys', '-t', 'bare', `answer${number}`, 'Enter');
  while (!tmux('capture-pane', '-t', 'bare', '-p').includes(`answer${number}\n`)) await sleep(LOOK_MS);
  return performance.now() - startedAt;
};

const isHelp = (screen) => screen.includes(' Help ');
/** The oldest order is in sight: the end of the list. */
const isEnd = (screen) => /#1 /.test(screen);

const KEYS = [
  ['?', isHelp],
  ['?', (screen) => !isHelp(screen)],
  ['G', isEnd],
  ['g', (screen) => !isEnd(screen)],
];

export async function* figures() {
  await medianSeconds(['--version'], 1); // compiles, where the sources changed
  const folder = mkdtempSync(join(tmpdir(), 'food-sim-bench-tui-'));
  const file = join(folder, 'measured.json');
  const tmux = (...args) =>
    execFileSync('tmux', ['-u', '-S', join(folder, 'tmux'), ...args], {
      encoding: 'utf8',
      env: { ...process.env, TERM: 'xterm-256color' },
    });
  try {
    tmux(
      '-f',
      '/dev/null',
      'new-session',
      '-d',
      '-s',
      'screen',
      '-x',
      '160',
      '-y',
      '50',
      `'${process.execPath}' --expose-gc '${SCREEN}' ${RATE} ${SECONDS} ${ORDERS} '${file}' 2>'${file}.err'`,
    );
    tmux('new-session', '-d', '-s', 'bare', '-x', '160', '-y', '50', 'cat');
    const bare = [];
    const times = { '?': [], G: [], g: [] };
    for (let waited = 0; !tmux('capture-pane', '-t', 'screen', '-p').includes('1 Mypage'); waited += 100) {
      if (waited > 60_000) throw new Error(`the screen did not open: ${readFileSync(`${file}.err`, 'utf8')}`);
      await sleep(100);
    }
    await sleep(4_000);
    const until = performance.now() + (SECONDS - 3) * 1_000;
    while (performance.now() < until) {
      for (const [key, isShown] of KEYS) {
        times[key].push(await answerTime(tmux, key, isShown));
        await sleep(100);
        bare.push(await bareAnswerTime(tmux, bare.length + 1));
        await sleep(50);
      }
    }
    for (let waited = 0; !existsSync(file); waited += 100) {
      if (waited > 120_000) throw new Error(`nothing was measured: ${readFileSync(`${file}.err`, 'utf8')}`);
      await sleep(100);
    }
    await sleep(200);
    const bareMs = percentile(bare, 0.5);
    // What a busy machine does to any terminal it does to both: each percentile is held against the same one of the bare one.
    const beyond = (values, share = 0.95) => Math.max(0, percentile(values, share) - percentile(bare, share));
    const measured = JSON.parse(readFileSync(file, 'utf8'));
    process.stdout.write(
      `  ${measured.fed} entries, ${RATE} a second for ${SECONDS} s of them on the screen; ${measured.orders} orders; ` +
        `processor without the screen ${(measured.cpuAlone * 100).toFixed(1)} %, with it ${(measured.cpuDrawn * 100).toFixed(1)} % of a core; ` +
        `heap ${measured.earlyMib.toFixed(0)} MiB, then ${measured.lateMib.toFixed(0)} MiB; ${times['?'].length + times.G.length + times.g.length} keys, and a bare terminal answers in ${bareMs.toFixed(0)} ms, at its 95th percentile in ${percentile(bare, 0.95).toFixed(0)} ms\n`,
    );
    yield { what: 'entries lost in the counts', value: measured.lost, unit: 'entries', limit: 0 };
    yield { what: 'frames', value: measured.frameRate, unit: 'a second', limit: 16 };
    yield {
      what: 'processor time from a key to its frame, 95th percentile',
      value: percentile(measured.keyMs, 0.95),
      unit: 'ms',
      limit: 100,
    };
    yield {
      what: 'answer to a key beyond a bare terminal, median',
      value: beyond(Object.values(times).flat(), 0.5),
      unit: 'ms',
      limit: 100,
    };
    yield {
      what: 'answer to a key beyond a bare terminal, 95th percentile',
      value: beyond(Object.values(times).flat()),
      unit: 'ms',
      limit: 100,
    };
    yield {
      what: `to the end of ${ORDERS} orders and back, 95th percentile`,
      value: beyond([...times.G, ...times.g]),
      unit: 'ms',
      limit: 100,
    };
    yield { what: 'processor for drawing', value: (measured.cpuDrawn - measured.cpuAlone) * 100, unit: '% of a core', limit: 30 };
    yield { what: 'growth of the heap', value: Math.max(0, measured.lateMib - measured.earlyMib), unit: 'MiB', limit: 20 };
  } finally {
    try {
      tmux('kill-server');
    } catch {
      // It went with its only window.
    }
    rmSync(folder, { recursive: true, force: true });
  }
}
