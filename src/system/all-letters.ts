import { processesOn, type ControlledProcess } from './control-client.ts';
import type { ControlRequest } from './control-desk.ts';
import type { SystemDefinition } from './definition.ts';
import type { ContextLetter, LetterHead, Letters } from './letters-port.ts';
import { contextsIn, noLetter, openLetters } from './letters.ts';

/** The dead letters of a whole data folder, whoever keeps them now. */
export interface AllLetters extends Letters {
  /** Whether a running process keeps those of this context: what is put back is taken up at once. */
  isRunning(context: string): boolean;
}

const ask = (process: ControlledProcess, request: ControlRequest): AsyncIterable<unknown> => process.ask(request);

const firstOf = async (items: AsyncIterable<unknown>): Promise<unknown> => {
  let first: unknown;
  for await (const item of items) first ??= item;
  return first;
};

/** The dead letters of a running process. */
const lettersOfProcess = (process: ControlledProcess): Letters => ({
  list: () => ask(process, { ask: 'letters', do: 'list' }) as AsyncIterable<LetterHead>,
  find: async (context, seq) =>
    ((await firstOf(ask(process, { ask: 'letters', do: 'find', context, seq }))) ?? undefined) as ContextLetter | undefined,
  retry: async (context, seq) =>
    ((await firstOf(ask(process, { ask: 'letters', do: 'retry', context, seq }))) ?? undefined) as string | undefined,
  discard: async (context, seq) => {
    await firstOf(ask(process, { ask: 'letters', do: 'discard', context, seq }));
  },
});

/** What keeps the letters of some contexts. */
interface Source {
  readonly contexts: readonly string[];
  readonly isRunning: boolean;
  readonly letters: Letters;
}

const together = (sources: readonly Source[]): AllLetters => {
  const sourceOf = (context: string): Source | undefined => sources.find(({ contexts }) => contexts.includes(context));
  const lettersOf = (context: string, seq: number): Letters => {
    const source = sourceOf(context);
    if (source === undefined) throw noLetter(`${context}/${seq}`);
    return source.letters;
  };
  return {
    isRunning: (context) => sourceOf(context)?.isRunning === true,
    list: async function* () {
      for (const { letters } of sources) yield* letters.list();
    },
    find: async (context, seq) => sourceOf(context)?.letters.find(context, seq),
    retry: async (context, seq) => lettersOf(context, seq).retry(context, seq),
    discard: async (context, seq) => lettersOf(context, seq).discard(context, seq),
  };
};

/**
 * Opens the dead letters of a data folder for some work: by the processes that run on it, and from the databases of contexts that run
 * nowhere. Throws an OperatingError (infrastructure) where the folder holds no database of these contexts, or one is in use by a
 * process that can't be asked.
 */
export const withLetters = async <Result>(
  { definition, dataDir }: { readonly definition: SystemDefinition; readonly dataDir: string },
  work: (letters: AllLetters) => Promise<Result>,
): Promise<Result> => {
  const kept = contextsIn(definition, dataDir);
  const running = await processesOn(dataDir);
  const isServed = (context: string): boolean => running.some(({ contexts }) => contexts.includes(context));
  const idle = kept.filter(({ name }) => !isServed(name));
  const sources: Source[] = running.map((process) => ({ contexts: process.contexts, isRunning: true, letters: lettersOfProcess(process) }));
  if (idle.length === 0) return work(together(sources));
  const opened = await openLetters(dataDir, idle);
  try {
    return await work(together([...sources, { contexts: idle.map(({ name }) => name), isRunning: false, letters: opened.letters }]));
  } finally {
    await opened.close();
  }
};
