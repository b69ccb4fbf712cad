import type { Vocabulary } from '../../kernel/vocabulary.ts';
import { firstDifference, replay, type Replayed } from '../../explore/failure/replay.ts';
import type { KeptFailure } from '../../explore/failure/replay-file.ts';
import { sequenceDiagram } from '../../explore/failure/sequence-diagram.ts';
import { readableLine } from '../../reports/readable.ts';
import { wordsOf } from '../../reports/words.ts';
import type { Invocation, Run } from '../command.ts';
import { EXIT } from '../../kernel/exit-codes.ts';
import { replayRecording } from '../../findings/exploration-recording.ts';
import type { Output } from '../io.ts';
import { openKeptFailure } from '../../explore/failure/kept-file.ts';
import { openKeys, type Keys } from '../terminal/keys.ts';
import { replaySteps, stepLine, stepLines, type ReplayStep } from '../../findings/replay-steps.ts';
import { hasStdoutReport, openReports } from '../output/reporting.ts';
import { replayLines, scheduleLines, violationText } from '../../findings/schedule-text.ts';
import { widthOf } from '../io.ts';
import { systemOf } from '../system-module.ts';

/** Goes through the steps by keys; false where somebody interrupts. */
const walk = async (steps: readonly ReplayStep[], keys: Keys, out: Output): Promise<boolean> => {
  out.write('Enter, space, → and ↓ go on; ← and ↑ go back; q leaves.\n\n');
  for (let at = 0; at < steps.length;) {
    out.write(`${stepLines(steps[at] as ReplayStep, at + 1, steps.length).join('\n')}\n`);
    const wish = await keys.next();
    if (wish === 'interrupt') return false;
    if (wish === 'quit') return true;
    at = wish === 'next' ? at + 1 : Math.max(0, at - 1);
  }
  return true;
};

/** Shows the replay step by step: by keys on a terminal, else a line each. False where somebody interrupts. */
const showSteps = async (
  { io, settings, signal }: Invocation,
  vocabulary: Vocabulary,
  replayed: Replayed,
  out: Output,
): Promise<boolean> => {
  const steps = replaySteps(replayed, { words: wordsOf(settings.lang), lang: settings.lang, vocabulary });
  const keys = openKeys(io, signal);
  if (keys === undefined) {
    out.write(`${steps.map((step, index) => stepLine(step, index + 1)).join('\n')}\n\n`);
    return true;
  }
  try {
    return await walk(steps, keys, out);
  } finally {
    keys.close();
    out.write('\n');
  }
};

const differenceText = (kept: KeptFailure, replayed: Replayed): string => {
  const difference = firstDifference(kept.trace, replayed.trace);
  if (difference === undefined) return '';
  const { line, before, now } = difference;
  const shown = (event: string | undefined): string => (event === undefined ? 'nothing more' : readableLine(event));
  return `differs from what the file tells, first at event ${line}:\n  then: ${shown(before)}\n  now:  ${shown(now)}\n`;
};

/** `food-sim replay`: plays one failure again as its file tells it, and says whether it is still the same. */
export const run: Run = async (invocation) => {
  const { io, words, settings } = invocation;
  const path = words[0] ?? '';
  const { kept, rig } = openKeptFailure(await systemOf(invocation), path, io.cwd);
  const reports = openReports(invocation, { isDefaultWanted: false, system: rig.system });
  const out = hasStdoutReport(invocation) ? io.stderr : io.stdout;
  const replayed = await replay(rig, kept);
  for (const entry of replayRecording(kept, replayed, path, rig.system)) reports.entry(entry);
  reports.end();
  out.write(`${scheduleLines(kept, rig.system).join('\n')}\n\n`);
  if (settings.step === true) {
    if (!(await showSteps(invocation, rig.system.vocabulary, replayed, out))) return EXIT.interrupted;
  } else
    out.write(
      `${replayLines(kept, replayed, { lang: settings.lang, vocabulary: rig.system.vocabulary, width: widthOf(io.stdout, 100) }).join('\n')}\n\n`,
    );
  if (settings.diagram === true) out.write(`${sequenceDiagram(replayed.entries, rig.contexts).join('\n')}\n\n`);
  out.write(differenceText(kept, replayed));
  const [violation] = replayed.violations;
  if (violation === undefined) {
    out.write('every invariant held: what the file tells is mended\n');
    return EXIT.passed;
  }
  const { invariant, found } = violationText(violation);
  out.write(`violated: ${invariant}\n${found}\n`);
  return EXIT.failed;
};
