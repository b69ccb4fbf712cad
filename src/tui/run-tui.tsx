import './react-production.ts';
import process from 'node:process';
import { render, useInput, type Instance } from 'ink';
import type { ReactElement } from 'react';
import type { Lang } from '../reports/words.ts';
import type { SessionEnd, TuiSession } from './session-port.ts';
import { nameKey, type KeyPress } from './view/keys.ts';
import { paintOf } from './view/paint.ts';
import type { Scene } from './view/scene.ts';
import { createScreenStore, type ScreenStore } from './view/screen-store.ts';
import { Screen } from './view/screen.tsx';

/** A terminal to draw on and to hear keys from. */
export interface TuiOptions {
  readonly stdin: NodeJS.ReadableStream;
  readonly stdout: NodeJS.WritableStream & { readonly columns?: number; readonly rows?: number };
  readonly stderr: NodeJS.WritableStream;
  readonly lang: Lang;
  /** False under NO_COLOR or --no-color: then only bold, dim and inverse are used, and nothing is told by them alone. */
  readonly hasColor: boolean;
  /** Called when Ctrl-C is pressed a second time, while the session is still ending; the terminal is restored by then. */
  readonly onImpatience?: () => void;
}

const Root = ({ scene, onKey }: { readonly scene: Scene; readonly onKey: (key: KeyPress) => void }): ReactElement => {
  useInput((input, key) => {
    onKey(nameKey(input, key));
  });
  return <Screen scene={scene} />;
};

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

/**
 * Shows the session on a terminal until it is over, and leaves the terminal as it was. The session is ended by `q` or
 * Ctrl-C in the screen, or from outside; how it ended is returned. Never throws of its own accord.
 */
export const runTui = async (session: TuiSession, options: TuiOptions): Promise<SessionEnd> => {
  const { stdin, stdout, stderr, lang, hasColor } = options;
  const size = (): { columns: number; rows: number } => ({ columns: stdout.columns ?? FALLBACK.columns, rows: stdout.rows ?? FALLBACK.rows });
  let app: Instance | undefined;
  const press = (key: KeyPress): void => {
    store.press(key);
  };
  const draw = (scene: Scene): void => {
    const root = <Root scene={scene} onKey={press} />;
    if (app !== undefined) app.rerender(root);
    // The pacer decides how often: Ink's own throttle must not hold a frame back a second time.
    else app = render(root, { stdin, stdout, stderr, exitOnCtrlC: false, patchConsole: false, alternateScreen: true, incrementalRendering: true, interactive: true, maxFps: 1000 });
  };
  const store: ScreenStore = createScreenStore({
    session,
    lang,
    paint: paintOf(hasColor),
    ...size(),
    draw,
    redraw: () => {
      app?.clear();
      stdout.write(HOME_AND_ERASE);
      store.drawNow();
    },
    nowMs: () => performance.now(),
    usedMs,
    after,
    onImpatience: () => {
      app?.unmount();
      options.onImpatience?.();
    },
  });
  const onResize = (): void => {
    const { columns, rows } = size();
    store.resize(columns, rows);
  };
  stdout.on('resize', onResize);
  store.drawNow();
  try {
    return await session.ended;
  } finally {
    stdout.off('resize', onResize);
    store.stop();
    app?.unmount();
    await app?.waitUntilExit();
  }
};
