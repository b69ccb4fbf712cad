import { fileURLToPath } from 'node:url';
import { replay } from '../../explore/failure/replay.ts';
import { OperatingError } from '../../kernel/errors.ts';
import type { Entry } from '../../kernel/recording.ts';
import { freePlay } from '../../live/free-play.ts';
import type { LiveSystem } from '../../live/live-system.ts';
import { readRecording } from '../../reports/read-recording.ts';
import { visible } from '../../reports/width.ts';
import { runScenarios } from '../../scenarios/runner/run.ts';
import { openRecording } from '../../tui/history/recording-session.ts';
import { createPlainLines } from '../../tui/plain-lines.ts';
import { createModel } from '../../tui/model/create-model.ts';
import { summaryLines } from '../../tui/summary.ts';
import type { Invocation, Run } from '../command.ts';
import { replayRecording } from '../../findings/exploration-recording.ts';
import { EXIT } from '../../kernel/exit-codes.ts';
import { isKeptFailure, openKeptFailure } from '../../explore/failure/kept-file.ts';
import { findRecording, linesOf } from '../output/recording-file.ts';
import { runOptionsOf } from '../options/run-options.ts';
import { shownSystemOf, type ShownSystem } from '../shown-system.ts';
import { hasScreen, showScreen, watch } from '../watch.ts';

/**
 * The bundled scenario that shows the most with the least. The same folder is three levels up from the sources and from
 * what is compiled.
 */
const FIRST_BUNDLED = fileURLToPath(new URL('../../../scenarios/01-order-to-delivery.yaml', import.meta.url));

/** The most entries of a recording that are looked at: what is looked at is kept in memory. */
const MOST_ENTRIES = 500_000;

const entriesOf = async (path: string, { module }: ShownSystem, { io }: Invocation): Promise<readonly Entry[]> => {
  if (isKeptFailure(path, io.cwd)) {
    const { kept, rig } = openKeptFailure(module, path, io.cwd);
    return replayRecording(kept, await replay(rig, kept), path, rig.system);
  }
  const file = await findRecording(path, io.cwd);
  const entries: Entry[] = [];
  /** Said before the screen opens, and on it: what is looked at is not all. */
  const endEarly = (why: string): void => {
    io.stderr.write(visible(`food-sim: ${why}\n`));
    const last = entries.at(-1);
    entries.push({
      n: (last?.n ?? 0) + 1,
      atMs: last?.atMs ?? 0,
      ...(last?.scenario === undefined ? {} : { scenario: last.scenario }),
      kind: 'note',
      text: why,
    });
  };
  try {
    for await (const entry of readRecording(linesOf(file, io.cwd), file)) {
      if (entries.length >= MOST_ENTRIES) {
        endEarly(`${file} is longer than ${MOST_ENTRIES} entries; only the first ones are shown`);
        break;
      }
      entries.push(entry);
    }
  } catch (error) {
    // A run that was killed leaves a recording that breaks off; what there is of it is what one wants to see.
    if (!(error instanceof OperatingError) || entries.length === 0) throw error;
    endEarly(error.message);
  }
  return entries;
};

/** A recording without a screen: a line for each thing that happened. */
const printRecording = (entries: readonly Entry[], { screened }: LiveSystem, { io, settings }: Invocation): number => {
  const model = createModel(screened);
  const plain = createPlainLines(() => model, screened, settings.lang);
  for (const entry of entries) {
    model.feed(entry);
    const line = plain.line(entry);
    if (line !== undefined) io.stdout.write(`${line}\n`);
  }
  io.stdout.write(`${summaryLines(model, screened, settings.lang).join('\n')}\n`);
  return EXIT.passed;
};

const open = async (path: string, invocation: Invocation): Promise<number> => {
  const { io, settings, signal, words } = invocation;
  if (words.length > 0)
    throw new OperatingError('usage', '--open looks at a recording, and scenario files are played', { mend: 'Leave one of the two out.' });
  const system = await shownSystemOf(invocation);
  const { screened } = system.shown;
  const entries = await entriesOf(path, system, invocation);
  if (!hasScreen(io)) return printRecording(entries, system.shown, invocation);
  const session = openRecording({ system: screened, entries, title: path, lang: settings.lang, signal });
  await showScreen(session, invocation);
  const { exitCode } = await session.ended;
  io.stdout.write(`${[path, ...summaryLines(session.model, screened, settings.lang)].join('\n')}\n`);
  return exitCode;
};

/** A system of one's own is played with: without a screen there is nobody who would, and the bundled scenarios are not about it. */
const refuseWithoutPlayers = (file: string): never => {
  throw new OperatingError('usage', `${file} can only be played with, which takes a terminal`, {
    mend: 'Run it in a terminal, or look at a recording of it with --open.',
  });
};

/** `food-sim tui`: the system at work on a screen, played with or played to; or a recording of it. */
export const run: Run = async (invocation) => {
  const { io, words, settings, log } = invocation;
  if (settings.open !== undefined) return open(settings.open, invocation);
  const { module, shown } = await shownSystemOf(invocation);
  const options = runOptionsOf(invocation);
  // Without files, on a screen, whoever sits before it plays; without a screen, the first scenario shows what there is.
  const isFree = words.length === 0 && hasScreen(io);
  if (!isFree && settings.system !== undefined && words.length === 0) refuseWithoutPlayers(settings.system);
  const name = settings.lang === 'ko' ? '자유롭게 해 보기' : 'free play';
  const what = isFree ? { scenarios: [freePlay(name)] } : words.length === 0 ? { paths: [FIRST_BUNDLED] } : {};
  // A load is one of the bundled system: its file says whom it asks.
  const { underLoad } = module.system;
  const load =
    shown.screened.hasLoad && underLoad !== undefined
      ? {
          definition: { ...module.system, underLoad },
          seed: options.seed,
          vars: options.vars,
          maxDurationMs: settings['max-duration'],
          ...(options.token === undefined ? {} : { token: options.token }),
        }
      : undefined;
  return watch(invocation, {
    system: shown,
    live: { hasScenarios: !isFree, load },
    drive: (live, entry) =>
      runScenarios(
        {
          ...options,
          system: module.system,
          ...what,
          ...(hasScreen(io) ? { onNote: () => undefined } : {}),
          jobs: 1,
          time: 'real',
          signal: live.signal,
          companion: live.companion,
        },
        entry,
        log,
      ),
  });
};
