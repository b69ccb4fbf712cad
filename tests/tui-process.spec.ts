/** The terminal UI as a process: pipes, exit codes, signals, a terminal that stays usable however it ends. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { describe, expect, it } from 'vitest';
import { areGone, cleanUpAfterAll, cleanUpAfterEach, newFolder, SLOW_MS, start } from './process.fixture.ts';
import { openTerminal, type Terminal } from './tmux.fixture.ts';
import { isAwaited } from './tools.fixture.ts';

cleanUpAfterEach();
cleanUpAfterAll();

const MEMORY = ['--bus', 'memory', '--lang', 'en'];

const PASSING =
  'name: short\nsteps:\n  - place: { order: lunch, customer: kim, store: s1, food: bibimbap, price: 12000, address: Seoul }\n  - settle\n  - expect: { order: lunch, is: 결재됨 }\n';

const scenario = (text: string): string => {
  const path = join(newFolder(), 'scenario.yaml');
  writeFileSync(path, text);
  return path;
};

describe('without a terminal', () => {
  it('plays the first scenario line by line, and ends', { timeout: SLOW_MS }, async () => {
    const program = start(['tui', '--lang', 'en']);
    expect(await program.ended).toEqual({ code: 0, signal: null });
    expect(program.err()).toBe('');
    // What drives a terminal must not be there.
    expect(program.out()).not.toContain('\u001b');
    expect(program.out()).toMatch(/\n\+ +\d.* {2}front OrderPlaced #1 kim bibimbap\n/);
    expect(program.out()).toContain('Mypage #1: delivered\n');
    expect(program.out()).toMatch(/\n1 scenario: 1 passed \(.*\)\n1 order: delivered 1\n/);
  });

  it.each([
    ['passes', PASSING, 0],
    ['fails', PASSING.replace('결재됨', '취소됨'), 1],
  ])('ends with the exit code of a scenario that %s', { timeout: SLOW_MS }, async (_how, text, code) => {
    const program = start(['tui', scenario(text), ...MEMORY]);
    expect(await program.ended).toEqual({ code, signal: null });
  });

  it('shows a load live, and judges it', { timeout: SLOW_MS }, async () => {
    const program = start(['load', '--tui', '--users', '25', '--duration', '1500ms', ...MEMORY]);
    const { code } = await program.ended;
    expect(program.out()).toMatch(/ {2}▶ 25 users for 1\.5 s → http/);
    expect(program.out()).toMatch(/ {2}front order-lookup: open\n/);
    // On a busy machine a threshold may be missed; the exit code says what the report says.
    expect(code).toBe(program.out().includes('✗ missed') ? 6 : 0);
    expect(program.out()).toMatch(/breaker\.opened >= 1/);
  });

  it('writes a recording beside it, and shows that again, also where it was cut off', { timeout: SLOW_MS }, async () => {
    const path = join(newFolder(), 'run.ndjson');
    expect(await start(['tui', scenario(PASSING), ...MEMORY, '--report', `ndjson=${path}`]).ended).toMatchObject({ code: 0 });
    const again = start(['tui', '--open', path, '--lang', 'en']);
    expect(await again.ended).toEqual({ code: 0, signal: null });
    expect(again.out()).toMatch(/Mypage #1: paid\n/);
    const whole = readFileSync(path, 'utf8');
    writeFileSync(path, whole.slice(0, Math.floor(whole.length * 0.8)));
    const cut = start(['tui', '--open', path, '--lang', 'en']);
    expect(await cut.ended).toEqual({ code: 0, signal: null });
    expect(cut.err()).toMatch(/run\.ndjson:\d+: is not JSON/);
    expect(cut.out()).toMatch(/OrderPlaced #1/);
    // On a screen nobody sees stderr; there it is the last thing that happened.
    expect(cut.out()).toMatch(/^\+.* {2}.*run\.ndjson:\d+: is not JSON/m);
  });

  it('shows a failure that explore kept', { timeout: SLOW_MS }, async () => {
    const folder = newFolder();
    expect(await start(['explore', '--mutation', 'no-outbox', '--seed', '1', '--save', join(folder, 'kept.json')]).ended).toMatchObject({
      code: 1,
    });
    const opened = start(['tui', '--open', join(folder, 'kept.json'), '--lang', 'en']);
    expect(await opened.ended).toEqual({ code: 0, signal: null });
    expect(opened.out()).toMatch(/OrderPlaced #1/);
    expect(opened.out()).toMatch(/✗ failed: 1 /);
  });

  it('ends in order when it is interrupted', { timeout: SLOW_MS }, async () => {
    const program = start(['tui', scenario(PASSING.replace('  - settle', '  - pause: 60s')), ...MEMORY]);
    await program.line(/front Paid #1/);
    program.kill('SIGTERM');
    expect(await program.ended).toEqual({ code: 130, signal: null });
    expect(program.out()).toMatch(/1 interrupted/);
  });
});

/** Before a command line: its Node takes itself for an old one, but for the runtime that it then re-executes on. */
const onOldNode = (): string => {
  const preload = join(newFolder(), 'old.cjs');
  writeFileSync(
    preload,
    "if (!process.env.FOOD_SIM_SUPERVISED) Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '18.20.0' } });\n",
  );
  return `NODE_OPTIONS=--require=${preload} `;
};

/** Holds the terminal to what a shell's user takes for granted. */
const expectUsable = async (terminal: Terminal): Promise<void> => {
  await expect.poll(() => terminal.ask('alternate_on')).toBe('0');
  // A shell that draws its own line shows it anew; one that doesn't waits for the next Enter.
  terminal.press('Enter');
  await terminal.shows(/ready>\s*$/);
  expect(terminal.ask('cursor_flag')).toBe('1');
  terminal.enter(`stty -a | tr ' ' '\\n' | grep -xe -*isig -e -*icanon -e -*echo | xargs echo modes`);
  // A mode that is off has a hyphen before it. What is typed before the prompt is back would be echoed beside it.
  await terminal.shows(/^modes isig icanon echo\nready>\s*$/m);
  terminal.enter(`printf 'x%.0s' $(seq 1 150); echo end`);
  await terminal.shows(/^x{50}end$/m);
  expect(terminal.text()).toContain(`printf 'x%.0s'`);
};

describe.skipIf(isAwaited('tmux'))('on a terminal', () => {
  const startLive = async (terminal: Terminal, environment = ''): Promise<void> => {
    terminal.enter('echo what stood here before');
    terminal.startProgram(`tui ${MEMORY.join(' ')}`, `${environment}${process.execPath}`);
    await terminal.shows(/No orders yet/);
    terminal.press('n');
    await terminal.shows(/#1 .*kim/);
  };

  it.each([
    ['bash', 'bash --norc --noprofile'],
    ['a shell that does not edit its line', 'dash'],
  ])('is left usable where the program is killed outright: %s', { timeout: SLOW_MS }, async (_name, shell) => {
    const terminal = await openTerminal({ shell });
    await startLive(terminal);
    const programs = terminal.programs();
    expect(programs).toHaveLength(1);
    process.kill(programs[0] as number, 'SIGKILL');
    await expectUsable(terminal);
    expect(terminal.text()).toContain('what stood here before');
  });

  it.each([
    ['the supervisor', 0],
    ['what it supervises', 1],
  ])('is left usable where, on an old Node, %s is killed outright', { timeout: SLOW_MS }, async (_who, index) => {
    const terminal = await openTerminal();
    await startLive(terminal, onOldNode());
    const programs = terminal.programs();
    expect(programs).toHaveLength(2);
    process.kill(programs[index] as number, 'SIGKILL');
    await expectUsable(terminal);
    await expect.poll(() => areGone(programs)).toBe(true);
  });

  it.each(['SIGTERM', 'SIGHUP', 'SIGINT'] as const)(
    'closes its screen on %s, and leaves a summary and 130',
    { timeout: SLOW_MS },
    async (signal) => {
      const terminal = await openTerminal();
      await startLive(terminal);
      process.kill(terminal.programs()[0] as number, signal);
      await terminal.shows(/code 130/);
      expect(terminal.text()).toMatch(/1 order: paid 1/);
      expect(terminal.text()).toContain('1 interrupted');
      await expectUsable(terminal);
    },
  );

  it('leaves a summary and 0 where it is quit', { timeout: SLOW_MS }, async () => {
    const terminal = await openTerminal();
    await startLive(terminal);
    terminal.press('q');
    await terminal.shows(/code 0/);
    expect(terminal.text()).toMatch(/1 scenario: 1 passed \(.*\)\n1 order: paid 1\n/);
    await expectUsable(terminal);
  });

  it('closes its screen before it says why it could not go on', { timeout: SLOW_MS }, async () => {
    const terminal = await openTerminal();
    terminal.startProgram('tui --bus nats://127.0.0.1:9 --lang en');
    await terminal.shows(/code 5/);
    expect(terminal.text()).toMatch(/food-sim: .*127\.0\.0\.1:9/);
    await expectUsable(terminal);
  });

  it('plays a scenario step by step, and ends with its exit code', { timeout: SLOW_MS }, async () => {
    const terminal = await openTerminal({ columns: 120 });
    terminal.startProgram(`tui ${scenario(PASSING.replace('결재됨', '취소됨'))} ${MEMORY.join(' ')}`);
    await terminal.shows(/paused/);
    terminal.press('.');
    await terminal.shows(/#1 .*kim/);
    terminal.press('.');
    await terminal.shows(/2 of 3 steps/);
    terminal.press('.');
    await terminal.shows(/✗ 3 .*취소됨/);
    terminal.press('q');
    await terminal.shows(/code 1/);
    expect(terminal.text()).toMatch(/1 failed/);
  });

  it('leaves no garbage where its window changes during a load', { timeout: SLOW_MS }, async () => {
    const terminal = await openTerminal({ columns: 80, rows: 24 });
    terminal.startProgram('load --tui --users 25 --duration 6s --bus memory --lang en');
    await terminal.shows(/answers/);
    for (const [columns, rows] of [
      [160, 50],
      [80, 24],
      [120, 35],
      [81, 25],
      [100, 30],
    ] as const) {
      terminal.resize(columns, rows);
      await expect.poll(() => terminal.lines()[0], { timeout: 30_000 }).toMatch(/1 Mypage .*● live$/);
      // What an older size left behind would stand beside the frame, or within it.
      await expect.poll(() => terminal.lines().filter((line) => /^[╭│╰]/.test(line) && !/[╮│┃╯]$/.test(line))).toEqual([]);
      await expect.poll(() => terminal.lines().filter((line) => line.includes('1 Mypage  2 Notices'))).toHaveLength(1);
    }
    await terminal.shows(/limits +[✓✗] \d\/\d/, 60_000);
    terminal.press('q');
    await terminal.shows(/code [06]/);
    await expectUsable(terminal);
  });

  it('steps through a recording, forth and back', { timeout: SLOW_MS }, async () => {
    const path = join(newFolder(), 'run.ndjson');
    expect(await start(['run', scenario(PASSING), ...MEMORY, '--report', `ndjson=${path}`]).ended).toMatchObject({ code: 0 });
    const terminal = await openTerminal();
    terminal.startProgram(`tui --open ${path} --lang en`);
    await terminal.shows(/#1 .*paid/);
    const pressUntil = (key: string, pattern: RegExp): Promise<void> =>
      expect
        .poll(
          () => {
            if (!pattern.test(terminal.text())) terminal.press(key);
            return terminal.text();
          },
          { timeout: 30_000, interval: 300 },
        )
        .toMatch(pattern);
    await pressUntil('[', /#1 .*unpaid +\d/);
    await pressUntil(']', /#1 .* paid +\d/);
    terminal.press('q');
    await terminal.shows(/code 0/);
    await expectUsable(terminal);
  });
});
