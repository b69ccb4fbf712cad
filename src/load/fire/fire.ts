import { spawn } from 'node:child_process';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { childEnvironment } from '../../kernel/child-environment.ts';
import { OperatingError } from '../../kernel/errors.ts';
import type { LoadAnswer, LoadJourneyEnd } from '../../kernel/load.ts';
import { linesIn } from '../../kernel/lines.ts';
import type { Told } from '../history.ts';
import type { CannonLine, CannonOrder } from '../order.ts';

/** Hears of a load while it runs. */
export interface FireListener {
  /** It begins, at this time of the wall clock. */
  readonly onBegin: (epochMs: number) => void;
  readonly onAnswers: (answers: readonly LoadAnswer[]) => void;
  readonly onTold: (told: readonly Told[]) => void;
  readonly onJourneys: (ends: readonly LoadJourneyEnd[]) => void;
}

/** How a load ended. */
export interface FireEnd {
  /** Whether it was cut short. */
  readonly isCut: boolean;
  /** How often a unique feeder had nothing left, by its name. */
  readonly unfed: Readonly<Record<string, number>>;
}

/** The load process runs from TypeScript in tests, and from JavaScript when built: whichever this file is. */
const CANNON = fileURLToPath(new URL(`./cannon${extname(import.meta.url)}`, import.meta.url));

/**
 * Makes a load in a process of its own, and resolves when all is answered or given up.
 * Throws an OperatingError (infrastructure) where the target does not answer, or the process ends on its own.
 */
export const fire = async (order: CannonOrder, listener: FireListener, signal: AbortSignal): Promise<FireEnd> => {
  const child = spawn(process.execPath, [CANNON], {
    stdio: ['pipe', 'pipe', 'pipe'],
    windowsHide: true,
    env: childEnvironment(process.env),
  });
  let complaint = '';
  child.stderr.on('data', (chunk: Buffer) => (complaint = (complaint + chunk.toString()).slice(-2000)));
  // It may be gone before it has read its order; its end says so better than the broken pipe.
  child.stdin.on('error', () => undefined);
  const stop = (): void => void child.stdin.end();
  signal.addEventListener('abort', stop, { once: true });
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, by) => resolve(by === null ? `ended with ${code}` : `was ended by ${by}`));
  });
  child.stdin.write(`${JSON.stringify(order)}\n`);
  if (signal.aborted) stop();
  let end: Extract<CannonLine, { kind: 'ended' | 'failed' }> | undefined;
  try {
    for await (const text of linesIn(child.stdout.setEncoding('utf8') as AsyncIterable<string>)) {
      const line = JSON.parse(text) as CannonLine;
      if (line.kind === 'began') listener.onBegin(line.epochMs);
      else if (line.kind === 'answers') listener.onAnswers(line.answers);
      else if (line.kind === 'told') listener.onTold(line.told);
      else if (line.kind === 'journeys') listener.onJourneys(line.ends);
      else end = line;
    }
  } finally {
    signal.removeEventListener('abort', stop);
    stop();
  }
  const how = await ended;
  if (end?.kind === 'ended') return { isCut: end.isCut, unfed: end.unfed };
  if (end === undefined)
    throw new OperatingError('infrastructure', `the load process ${how}${complaint === '' ? '' : `: ${complaint.trim()}`}`, {
      mend: 'Check memory and limits of the machine.',
    });
  throw new OperatingError('infrastructure', `the target ${order.url} does not answer: ${end.message}`, {
    mend: 'Check that it runs and listens there.',
  });
};
