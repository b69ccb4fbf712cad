import type { Io } from '../io.ts';

/** What a key asks for. */
export type Wish = 'next' | 'back' | 'quit' | 'interrupt';

const WISHES: Readonly<Record<string, Wish>> = {
  '\r': 'next',
  '\n': 'next',
  ' ': 'next',
  '\u001b[C': 'next',
  '\u001b[B': 'next',
  '\u001b[D': 'back',
  '\u001b[A': 'back',
  q: 'quit',
  '\u0004': 'quit',
  '\u0003': 'interrupt',
};

/** Keys as they are pressed, one by one. */
export interface Keys {
  /** The wish of the next key that means something; quit where no more keys can come. */
  next(): Promise<Wish>;
  /** Gives the terminal back. */
  close(): void;
}

type RawInput = NodeJS.ReadableStream & { readonly isTTY?: boolean; setRawMode?(isRaw: boolean): unknown; unref?(): unknown };

/** What was pressed: several keys may come in one piece. */
const split = (text: string): readonly string[] => text.match(/\u001b\[[A-Z]|[\s\S]/g) ?? [];

/** Reads keys from a terminal, or undefined where there is none at both ends. */
export const openKeys = ({ stdin, stdout }: Io, signal: AbortSignal): Keys | undefined => {
  const input = stdin as RawInput;
  if (input.isTTY !== true || stdout.isTTY !== true) return undefined;
  const pressed: Wish[] = [];
  let wake: (() => void) | undefined;
  let isOver = false;
  const onData = (piece: Buffer | string): void => {
    for (const key of split(piece.toString())) {
      const wish = WISHES[key];
      if (wish !== undefined) pressed.push(wish);
    }
    wake?.();
  };
  const onEnd = (): void => {
    isOver = true;
    wake?.();
  };
  input.setRawMode?.(true);
  input.on('data', onData);
  input.on('end', onEnd);
  signal.addEventListener('abort', onEnd);
  return {
    next: async () => {
      while (pressed.length === 0 && !isOver) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      return pressed.shift() ?? (signal.aborted ? 'interrupt' : 'quit');
    },
    close: () => {
      input.off('data', onData);
      input.off('end', onEnd);
      signal.removeEventListener('abort', onEnd);
      input.setRawMode?.(false);
      input.pause();
    },
  };
};
