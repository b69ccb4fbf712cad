/** Programs that tests drive and npm can't bring. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import process from 'node:process';

type Tool = 'tmux' | 'siege' | 'chromium' | 'zsh' | 'fish';

/** How each is asked whether it is there. */
const ASKED = { tmux: ['-V'], siege: ['--version'], zsh: ['--version'], fish: ['--version'] } as const;

/** Where browsers usually are; CHROMIUM names another. */
const CHROMIUMS = [
  process.env['CHROMIUM'],
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** Where Chromium or Chrome is; undefined where there is none. */
export const chromiumPath = (): string | undefined => CHROMIUMS.find((path) => path !== undefined && existsSync(path));

const isThere = (tool: Tool): boolean =>
  tool === 'chromium' ? chromiumPath() !== undefined : spawnSync(tool, ASKED[tool]).error === undefined;

/**
 * Whether the tests that drive this program wait until it is installed, and are counted as skipped: a plain `npm test` needs
 * nothing but npm. CI installs them all, and there nothing waits: where one is missing, its tests fail.
 */
export const isAwaited = (tool: Tool): boolean => process.env['CI'] === undefined && !isThere(tool);

/** Throws where the program is missing, and says how to get it. */
export const need = (tool: Tool): void => {
  if (!isThere(tool))
    throw new Error(
      `this test drives ${tool}, and it is not installed (Debian: apt-get install ${tool})${tool === 'chromium' ? '; CHROMIUM may name it' : ''}`,
    );
};
