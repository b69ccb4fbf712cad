/** A system of one's own on the screen: its rows, events and stories, and its verbs by their names. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import bank from '../../examples/bank/bank.ts';
import { openDesk, unpainted, type Desk } from '../../tests/tui.fixture.ts';
import { SILENT_LOG } from '../kernel/log.ts';
import { runScenarios } from '../scenarios/runner/run.ts';
import type { RowLine } from '../tui/rows/rows-fold.ts';
import type { TuiSession } from '../tui/session-port.ts';
import type { Request } from '../tui/view/screen-state.ts';
import { freePlay } from './free-play.ts';
import { liveSystemOf } from './live-system.ts';
import { createLive } from './session.ts';

const SLOW_MS = 60_000;
const BANK = liveSystemOf(bank);

const open: { readonly session: TuiSession; readonly ended: Promise<unknown> }[] = [];
afterEach(async () => {
  for (const { session, ended } of open.splice(0)) {
    await session.act({ kind: 'quit' });
    await ended;
  }
});

const start = async (lang: 'ko' | 'en' = 'en'): Promise<TuiSession> => {
  const live = createLive({
    lang,
    system: BANK,
    hasScenarios: false,
    isPaused: false,
    lingers: true,
    load: undefined,
    signal: new AbortController().signal,
  });
  const { session } = live;
  const options = {
    system: bank,
    paths: [],
    scenarios: [freePlay('free play')],
    bus: { kind: 'memory' },
    time: 'real',
    seed: '1',
    jobs: 1,
    bail: false,
    tags: [],
    vars: {},
    keep: false,
    faults: [],
    mutations: [],
    signal: live.signal,
    companion: live.companion,
  } as const;
  const ended = runScenarios(options, live.entry, SILENT_LOG).then(({ exitCode }) => live.end({ exitCode, summary: [] }));
  open.push({ session, ended });
  await until(() => expect(session.can('make')).toBe(true));
  return session;
};

const until = (check: () => void): Promise<void> => vi.waitFor(check, { timeout: 30_000, interval: 10 });
const rowOf = (session: TuiSession, id: string): RowLine | undefined => session.model.line(id) as RowLine | undefined;
const keyOf = (made: readonly string[]): string => `transfers/${made[0] ?? ''}`;

/** Types a command. */
const write = (desk: Desk, text: string): readonly Request[] =>
  desk.press(':', ...Array.from(text, (letter) => (letter === ' ' ? 'space' : letter)), 'enter');

/** Two accounts, and money on its way from one to the other until it is there. */
const transfer = async (session: TuiSession): Promise<string> => {
  for (const accountId of ['kim', 'lee'])
    expect(await session.act({ kind: 'make', verb: 'open', body: { accountId, balance: 500 }, count: 1 })).toMatchObject({
      outcome: 'done',
      made: [accountId],
    });
  const asked = await session.act({ kind: 'make', verb: 'transfer', body: { from: 'kim', to: 'lee', amount: 120 }, count: 1 });
  const id = keyOf(asked.outcome === 'done' ? asked.made : []);
  await until(() => expect(rowOf(session, id)?.row).toMatchObject({ status: 'done' }));
  return id;
};

describe('the bank on the screen', () => {
  it('shows its rows as they are, and how far each is behind', { timeout: SLOW_MS }, async () => {
    const session = await start();
    const id = await transfer(session);
    expect(rowOf(session, 'accounts/kim')).toMatchObject({
      table: 'accounts',
      context: 'accounts',
      subject: 'kim',
      row: { balance: 380 },
      behind: 0,
    });
    expect(rowOf(session, 'accounts/lee')?.row).toMatchObject({ balance: 620 });
    expect(session.model.byStatus).toEqual({ open: 2, done: 1 });
    await session.act({ kind: 'hold', type: 'Taken' });
    const asked = await session.act({ kind: 'make', verb: 'transfer', body: { from: 'lee', to: 'kim', amount: 1 }, count: 1 });
    const held = keyOf(asked.outcome === 'done' ? asked.made : []);
    expect(held).not.toBe(id);
    // Taken is on its way to the transfer and to both accounts that it names.
    await until(() =>
      expect([rowOf(session, held)?.behind, rowOf(session, 'accounts/kim')?.behind, rowOf(session, 'accounts/lee')?.behind]).toEqual([
        1, 1, 1,
      ]),
    );
    await session.act({ kind: 'release' });
    await until(() =>
      expect([rowOf(session, held)?.behind, rowOf(session, 'accounts/kim')?.behind, rowOf(session, 'accounts/lee')?.behind]).toEqual([
        0, 0, 0,
      ]),
    );
  });

  it('tells the story of a transfer, and of an account that it names', { timeout: SLOW_MS }, async () => {
    const session = await start();
    const id = await transfer(session);
    const tale = (subject: string): string =>
      JSON.stringify(
        session.model.story(subject)?.story.roots.map(function tell(happening): unknown {
          return [happening.what === 'event' ? happening.event.type : happening.what, ...happening.caused.map(tell)];
        }),
      );
    await until(() => expect(tale(rowOf(session, id)?.subject ?? '')).toBe('[["command",["Requested",["Taken",["Given"]]]]]'));
    expect(tale('lee')).toBe('[["command",["Opened"]],["command",["Requested",["Taken",["Given"]]]]]');
  });

  it("asks for a verb about a row, and tells in the system's own words why not", { timeout: SLOW_MS }, async () => {
    const session = await start();
    await session.act({ kind: 'make', verb: 'open', body: { accountId: 'kim/1', balance: 5 }, count: 1 });
    await until(() => expect(rowOf(session, 'accounts/kim/1')).toBeDefined());
    expect(await session.act({ kind: 'ask', verb: 'close', ids: ['accounts/kim/1'] })).toMatchObject({
      outcome: 'done',
      text: 'close: done',
    });
    await until(() => expect(rowOf(session, 'accounts/kim/1')?.row).toMatchObject({ status: 'closed', paidOut: 5 }));
    expect(await session.act({ kind: 'ask', verb: 'close', ids: ['accounts/kim/1'] })).toEqual({
      outcome: 'refused',
      code: 'account-closed',
      status: 409,
      text: 'The account is closed already.',
    });
    expect(await session.act({ kind: 'ask', verb: 'rob', ids: ['accounts/kim/1'] })).toEqual({
      outcome: 'impossible',
      text: 'nobody can ask for rob; they can for open, transfer, close',
    });
    expect(await session.act({ kind: 'slow-calls', isOn: true })).toMatchObject({ outcome: 'impossible' });
  });

  it.each(['ko', 'en'] as const)(
    'has keys of the names of its verbs, bright where they make sense, and forms of what they take, in %s',
    { timeout: SLOW_MS },
    async (lang) => {
      const session = await start(lang);
      await transfer(session);
      await session.act({ kind: 'ask', verb: 'close', ids: ['accounts/lee'] });
      await until(() => expect(rowOf(session, 'accounts/lee')?.isFinal).toBe(false));
      const desk = openDesk({ session, lang, hasColor: true });
      write(desk, 'choose lee');
      const bright = (key: string): boolean => desk.frame().slice(-3).join('\n').includes(`\u001b[36m${key}\u001b[39m`);
      await until(() => expect(['o', 't', 'c'].map(bright)).toEqual([true, true, false]));
      write(desk, 'choose kim');
      expect(['o', 't', 'c'].map(bright)).toEqual([true, true, true]);
      expect(desk.press('c')).toEqual([{ kind: 'act', action: { kind: 'ask', verb: 'close', ids: ['accounts/kim'] } }]);
      desk.press('t');
      expect(desk.frame().map(unpainted).join('\n')).toMatch(/▸ from +kim[^]*to +lee[^]*amount +100/);
      desk.press('down', 'down', 'x', 'enter');
      expect(desk.state().prompt).toMatchObject({ kind: 'form', verb: 'transfer', wrong: 'amount' });
      expect(desk.press('backspace', 'enter')).toEqual([
        { kind: 'act', action: { kind: 'make', verb: 'transfer', body: { from: 'kim', to: 'lee', amount: 100 }, count: 1 } },
      ]);
      expect(write(desk, 'transfer lee kim amount=7')).toEqual([
        { kind: 'act', action: { kind: 'make', verb: 'transfer', body: { from: 'lee', to: 'kim', amount: 7 }, count: 1 } },
      ]);
      write(desk, 'transfer lee');
      expect(desk.state().message?.text).toContain('from=, to=, amount=');
      desk.press('L');
      expect(desk.state().message?.tone).toBe('bad');
    },
  );

  it.each([
    ['ko', 80, 24],
    ['en', 80, 24],
    ['ko', 160, 50],
    ['en', 160, 50],
  ] as const)('fills the terminal with its panes, in %s at %i×%i', { timeout: SLOW_MS }, async (lang, columns, rows) => {
    const session = await start(lang);
    await transfer(session);
    const desk = openDesk({ session, lang, columns, rows });
    for (const keys of [[], ['2'], ['3'], ['4'], ['5'], ['?'], ['o'], ['F']]) {
      desk.press(...keys);
      const frame = desk.frame().map(unpainted);
      expect(frame).toHaveLength(rows);
      expect(frame[0]).toMatch(/1 \S+ +2 \S+ +3 \S+ +4 \S+ +5 \S+ /);
      desk.press('esc', 'esc');
    }
    expect(desk.frame().map(unpainted).join('\n')).toMatch(/#1 +accounts +kim +open +balance 380/);
  });
});
