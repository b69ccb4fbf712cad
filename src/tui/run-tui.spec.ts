import { PassThrough } from 'node:stream';
import { describe, expect, it, vi } from 'vitest';
import { madeEntries } from '../../tests/entries.fixture.ts';
import { fakeSession, modelOf, type FakeSession } from '../../tests/tui.fixture.ts';
import { runTui, type JobControl } from './run-tui.ts';

/** A terminal of memory: what was written to it, keys to it, and its size. */
const createTerminal = (columns: number, rows: number) => {
  let written = '';
  const stdout = Object.assign(new PassThrough(), { isTTY: true as const, columns, rows });
  stdout.on('data', (chunk: Buffer) => {
    written += chunk.toString('utf8');
  });
  const modes: boolean[] = [];
  const stdin = Object.assign(new PassThrough(), {
    isTTY: true as const,
    setRawMode: (isRaw: boolean) => void modes.push(isRaw),
    ref: () => undefined,
    unref: () => undefined,
  });
  return {
    stdin,
    stdout,
    stderr: new PassThrough(),
    modes,
    written: () => written,
    forget: () => {
      written = '';
    },
    type: (text: string) => stdin.write(text),
    resize: (to: { readonly columns: number; readonly rows: number }) => {
      Object.assign(stdout, to);
      stdout.emit('resize');
    },
  };
};

const start = (session: FakeSession, columns = 80, rows = 24, onImpatience?: () => void, jobs?: JobControl) => {
  const terminal = createTerminal(columns, rows);
  const { stdin, stdout, stderr } = terminal;
  const running = runTui(session, {
    stdin,
    stdout,
    stderr,
    lang: 'en',
    hasColor: false,
    ...(onImpatience === undefined ? {} : { onImpatience }),
    ...(jobs === undefined ? {} : { jobs }),
  });
  return { terminal, running };
};

const ENTER_SCREEN = '\u001b[?1049h';
const LEAVE_SCREEN = '\u001b[?1049l';
const SHOW_CURSOR = '\u001b[?25h';

describe('the screen on a terminal', () => {
  it('hears each key of those that come at once, and takes a paste for a text', async () => {
    const session = fakeSession({ model: modelOf(madeEntries(200)) });
    const { terminal, running } = start(session);
    await vi.waitFor(
      () => {
        expect(terminal.written()).toContain('1 Mypage');
      },
      { timeout: 30_000 },
    );
    terminal.type('nn');
    await vi.waitFor(
      () => {
        expect(session.acted.map(({ kind }) => kind)).toEqual(['make', 'make']);
      },
      { timeout: 30_000 },
    );
    terminal.type('\u001b[200~qn\nq\u001b[201~');
    terminal.type('w');
    await vi.waitFor(
      () => {
        expect(terminal.written()).toContain('review: ');
      },
      { timeout: 30_000 },
    );
    terminal.type('\u0015\u001b[200~so\ngood\u001b[201~\r');
    await vi.waitFor(
      () => {
        expect(session.acted.at(-1)).toMatchObject({ verb: 'review', body: { content: 'so good' } });
      },
      { timeout: 30_000 },
    );
    expect(session.acted).toHaveLength(3);
    terminal.type('q');
    await running;
    expect(terminal.written()).toContain('\u001b[?2004l');
  });

  it('takes the terminal, hears its keys, and gives it back as it was', async () => {
    const session = fakeSession({ model: modelOf(madeEntries(200)) });
    const { terminal, running } = start(session);
    await vi.waitFor(
      () => {
        expect(terminal.written()).toContain('1 Mypage');
      },
      { timeout: 30_000 },
    );
    expect(terminal.written()).toContain(ENTER_SCREEN);
    expect(terminal.modes).toEqual([true]);
    terminal.type('3');
    await vi.waitFor(
      () => {
        expect(terminal.written()).toContain('Story: what happened');
      },
      { timeout: 30_000 },
    );
    terminal.forget();
    terminal.type('q');
    await expect(running).resolves.toEqual({ exitCode: 0, summary: [] });
    expect(session.acted).toEqual([{ kind: 'quit', isInterrupt: false }]);
    expect(terminal.written()).toContain(LEAVE_SCREEN);
    expect(terminal.written().lastIndexOf(SHOW_CURSOR)).toBeGreaterThan(-1);
    expect(terminal.modes.at(-1)).toBe(false);
    expect(terminal.stdout.listenerCount('resize')).toBe(0);
  });

  it('gives the terminal to the shell on Ctrl-Z or when it is to stop, and takes it again, whatever became of it', async () => {
    let goOn: () => void = () => undefined;
    const stop = vi.fn(
      () =>
        new Promise<void>((resolve) => {
          goOn = resolve;
        }),
    );
    const hearNoMore = vi.fn();
    let heard: Parameters<JobControl['listen']>[0] | undefined;
    const { terminal, running } = start(fakeSession({ model: modelOf(madeEntries(200)) }), 80, 24, undefined, {
      stop,
      listen: (hears) => ((heard = hears), hearNoMore),
    });
    await vi.waitFor(
      () => {
        expect(terminal.written()).toContain('1 Mypage');
      },
      { timeout: 30_000 },
    );
    for (const [round, ask] of [() => terminal.type('\u001a'), () => heard?.stopAsked()].entries()) {
      terminal.forget();
      ask();
      await vi.waitFor(
        () => {
          expect(stop).toHaveBeenCalledTimes(round + 1);
        },
        { timeout: 30_000 },
      );
      expect(terminal.written()).toContain(LEAVE_SCREEN);
      expect(terminal.modes.at(-1)).toBe(false);
      // Asked again while it is away, it is away already.
      heard?.stopAsked();
      heard?.goesOn();
      expect(terminal.written()).not.toContain(ENTER_SCREEN);
      goOn();
      await vi.waitFor(
        () => {
          expect(terminal.written()).toContain(ENTER_SCREEN);
        },
        { timeout: 30_000 },
      );
      await vi.waitFor(
        () => {
          expect(terminal.written().split(ENTER_SCREEN)[1]).toContain('1 Mypage');
        },
        { timeout: 30_000 },
      );
      expect(terminal.modes.at(-1)).toBe(true);
    }
    terminal.forget();
    heard?.goesOn();
    await vi.waitFor(
      () => {
        expect(terminal.written().split(ENTER_SCREEN)[1]).toContain('1 Mypage');
      },
      { timeout: 30_000 },
    );
    expect(stop).toHaveBeenCalledTimes(2);
    terminal.type('q');
    await running;
    expect(hearNoMore).toHaveBeenCalledOnce();
  });

  it('says that nothing would bring it back where there is no such shell', async () => {
    const { terminal, running } = start(fakeSession({ model: modelOf(madeEntries(200)) }));
    await vi.waitFor(
      () => {
        expect(terminal.written()).toContain('1 Mypage');
      },
      { timeout: 30_000 },
    );
    terminal.type('\u001a');
    await vi.waitFor(
      () => {
        expect(terminal.written()).toContain('That can not be done here.');
      },
      { timeout: 30_000 },
    );
    terminal.type('q');
    await running;
  });

  it('hears Ctrl-C as an interrupt, and a second one as impatience', async () => {
    const onImpatience = vi.fn();
    const session = { ...fakeSession(), act: vi.fn(async () => ({ outcome: 'done', text: '', made: [] }) as const) };
    const { terminal, running } = start(session, 80, 24, onImpatience);
    await vi.waitFor(
      () => {
        expect(terminal.modes).toEqual([true]);
      },
      { timeout: 30_000 },
    );
    terminal.type('\u0003');
    await vi.waitFor(
      () => {
        expect(session.act).toHaveBeenCalledWith({ kind: 'quit', isInterrupt: true });
      },
      { timeout: 30_000 },
    );
    expect(onImpatience).not.toHaveBeenCalled();
    terminal.type('\u0003');
    await vi.waitFor(
      () => {
        expect(onImpatience).toHaveBeenCalledOnce();
      },
      { timeout: 30_000 },
    );
    await vi.waitFor(
      () => {
        expect(terminal.modes.at(-1)).toBe(false);
      },
      { timeout: 30_000 },
    );
    session.end({ exitCode: 130, summary: [] });
    await expect(running).resolves.toMatchObject({ exitCode: 130 });
  });

  it('ends when the session does', async () => {
    const session = fakeSession();
    const { terminal, running } = start(session);
    await vi.waitFor(
      () => {
        expect(terminal.written()).toContain('Press n');
      },
      { timeout: 30_000 },
    );
    session.end({ exitCode: 5, summary: ['the server is gone'] });
    await expect(running).resolves.toEqual({ exitCode: 5, summary: ['the server is gone'] });
    expect(terminal.written()).toContain(LEAVE_SCREEN);
  });

  it('draws anew onto an empty screen at another size', async () => {
    const session = fakeSession({ model: modelOf(madeEntries(200)) });
    const { terminal, running } = start(session, 160, 50);
    await vi.waitFor(
      () => {
        expect(terminal.written()).toContain('6 Contexts');
      },
      { timeout: 30_000 },
    );
    terminal.forget();
    terminal.resize({ columns: 60, rows: 20 });
    await vi.waitFor(
      () => {
        expect(terminal.written()).toContain('This terminal has 60×20');
      },
      { timeout: 30_000 },
    );
    terminal.forget();
    terminal.resize({ columns: 80, rows: 24 });
    await vi.waitFor(
      () => {
        expect(terminal.written()).toContain('1 Mypage');
      },
      { timeout: 30_000 },
    );
    expect(terminal.written()).toContain('\u001b[H\u001b[J');
    session.end({ exitCode: 0, summary: [] });
    await running;
  });

  it('says why drawing broke, with the terminal restored', async () => {
    const session = fakeSession({ model: modelOf(madeEntries(200)) });
    const { terminal, running } = start(session);
    const failed = expect(running).rejects.toThrow('the model broke');
    await vi.waitFor(
      () => {
        expect(terminal.modes).toEqual([true]);
      },
      { timeout: 30_000 },
    );
    Object.defineProperty(session.model, 'breaker', {
      get: () => {
        throw new Error('the model broke');
      },
    });
    terminal.type('5');
    await failed;
    expect(terminal.written()).toContain(LEAVE_SCREEN);
    expect(terminal.modes.at(-1)).toBe(false);
  });
});
