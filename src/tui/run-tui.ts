// First of all, before anything loads React.
import './react-production.ts';
import process from 'node:process';
import { render, type Instance } from 'ink';
import type { Lang } from '../reports/words.ts';
import type { SessionEnd, TuiSession } from './session-port.ts';
import type { KeyPress } from './view/keys.ts';
import { paintOf } from './view/paint.ts';
import { rootOf, type Suspend } from './view/root.tsx';
import type { Scene } from './view/scene.ts';
import { createScreenStore, type ScreenStore } from './view/screen-store.ts';

/** The shell behind a program that has the terminal: it stops programs, and lets them go on. */
export interface JobControl {
  /** Stops this program; resolves once the shell lets it go on. */
  readonly stop: () => Promise<void>;
  /**
   * Hears when it is to be stopped from outside, and when it goes on after a stop that nobody asked it for; returns how to
   * hear no more.
   */
  readonly listen: (hears: { readonly stopAsked: () => void; readonly goesOn: () => void }) => () => void;
}

/** A terminal to draw on and to hear keys from. */
export interface TuiOptions {
  readonly stdin: NodeJS.ReadableStream;
  readonly stdout: NodeJS.WritableStream & { readonly columns?: number; readonly rows?: number };
  readonly stderr: NodeJS.WritableStream;
  readonly lang: Lang;
  /** False under NO_COLOR or --no-color: then only bold, dim and inverse are used, and nothing is told by them alone. */
  readonly hasColor: boolean;
  /** Absent where no shell could bring the program back. */
  readonly jobs?: JobControl;
  /** Called when Ctrl-C is pressed a second time, while the session is still ending; the terminal is restored by then. */
  readonly onImpatience?: () => void;
}

const HOME_AND_ERASE = '\u001b[H\u001b[J';
const FALLBACK = { columns: 80, rows: 24 } as const;

/** Milliseconds of processor time that this process has used. */
const usedMs = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

const after = (ms: number, callback: () => void): (() => void) => {
  const timer = setTimeout(callback, ms);
  return () => {
    clearTimeout(timer);
  };
};

/** Takes the terminal. The pacer decides how often it is drawn: Ink's own throttle must not hold a frame back a second time. */
const open = (root: ReturnType<typeof rootOf>, { stdin, stdout, stderr }: TuiOptions): Instance =>
  render(root, {
    stdin,
    stdout,
    stderr,
    exitOnCtrlC: false,
    patchConsole: false,
    alternateScreen: true,
    incrementalRendering: true,
    interactive: true,
    isScreenReaderEnabled: false,
    maxFps: 1000,
  });

/**
 * Shows the session on a terminal until it is over, and leaves the terminal as it was. The session is ended by `q` or
 * Ctrl-C in the screen, or from outside; how it ended is returned. Throws only what the session throws.
 */
export const runTui = async (session: TuiSession, options: TuiOptions): Promise<SessionEnd> => {
  const { stdout, lang, hasColor, jobs } = options;
  const size = (): { columns: number; rows: number } => ({
    columns: stdout.columns ?? FALLBACK.columns,
    rows: stdout.rows ?? FALLBACK.rows,
  });
  let app: Instance | undefined;
  let isClosed = false;
  let isAway = false;
  let giveAway: Suspend | undefined;
  const press = (key: KeyPress): void => {
    store.press(key);
  };
  const hearers = {
    onKey: press,
    onOpen: (suspend: Suspend): void => {
      giveAway = suspend;
    },
  };
  /** Gives the terminal away and takes it again: another program may have changed whatever there is of it. */
  const suspend = async (meanwhile: () => Promise<void>): Promise<void> => {
    if (isAway || isClosed || giveAway === undefined) return;
    isAway = true;
    await giveAway(meanwhile).finally(() => {
      isAway = false;
    });
    if (!isClosed) onResize();
  };
  const draw = (scene: Scene): void => {
    if (isClosed) return;
    const root = rootOf(scene, hearers);
    if (app !== undefined) app.rerender(root);
    else app = open(root, options);
  };
  const store: ScreenStore = createScreenStore({
    session,
    lang,
    paint: paintOf(hasColor),
    ...size(),
    draw,
    redraw: () => {
      repaint();
    },
    suspend: () => {
      if (jobs !== undefined) void suspend(jobs.stop);
      return jobs !== undefined;
    },
    nowMs: () => performance.now(),
    usedMs,
    after,
    onImpatience: () => {
      // What is drawn after this would take the terminal once more.
      store.stop();
      isClosed = true;
      app?.unmount();
      options.onImpatience?.();
    },
  });
  // Whatever a terminal makes of its old rows at another size: the frame is drawn onto an empty screen.
  const repaint = (): void => {
    app?.clear();
    stdout.write(HOME_AND_ERASE);
    store.drawNow();
  };
  const onResize = (): void => {
    const { columns, rows } = size();
    store.resize(columns, rows);
    repaint();
  };
  stdout.on('resize', onResize);
  const hearNoMore = jobs?.listen({ stopAsked: () => void suspend(jobs.stop), goesOn: () => void suspend(() => Promise.resolve()) });
  store.drawNow();
  try {
    // Ink ends by itself only where drawing broke; then it rejects, and the terminal is restored before anybody says why.
    return await Promise.race([session.ended, app?.waitUntilExit().then(() => session.ended) ?? session.ended]);
  } finally {
    stdout.off('resize', onResize);
    hearNoMore?.();
    store.stop();
    isClosed = true;
    app?.unmount();
    await app?.waitUntilExit();
  }
};
