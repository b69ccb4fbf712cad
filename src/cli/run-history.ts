import { OperatingError } from '../kernel/errors.ts';
import { EXIT } from '../kernel/exit-codes.ts';
import { worseExit } from '../kernel/verdicts.ts';
import { createPastFold, historyJson, historyLines, type PastRun } from '../reports/history.ts';
import { historyPage } from '../reports/html/history-page.ts';
import { readRecording } from '../reports/read-recording.ts';
import type { Invocation } from './command.ts';
import { writeOutput } from './output/output-file.ts';
import { linesOf } from './output/recording-file.ts';
import { wantedReports, type Wanted } from './options/wanted-reports.ts';

const read = async (path: string, cwd: string): Promise<PastRun> => {
  const fold = createPastFold(path);
  for await (const entry of readRecording(linesOf(path, cwd), path)) fold.entry(entry);
  return fold.end();
};

const KINDS: readonly Wanted['kind'][] = ['pretty', 'plain', 'json', 'html'];

/**
 * Tells several recorded runs as one history: as lines, JSON or a page; the exit code is that of the worst. Throws an
 * OperatingError: usage for a kind of report that tells of one run alone, invalid-input for a recording that is damaged.
 */
export const tellHistory = async (invocation: Invocation, paths: readonly string[]): Promise<number> => {
  const { io, settings } = invocation;
  const wanted = wantedReports(invocation);
  const other = wanted.find(({ kind }) => !KINDS.includes(kind));
  if (other !== undefined)
    throw new OperatingError(
      'usage',
      `${invocation.origins.report}: ${other.kind} tells of one run, and there are ${paths.length} recordings`,
      {
        mend: `Name one of them, or choose ${KINDS.join(', ')}.`,
      },
    );
  const runs: PastRun[] = [];
  for (const path of paths) runs.push(await read(path, io.cwd));
  const all: readonly Wanted[] = wanted.some(({ path }) => path === undefined) ? wanted : [{ kind: 'plain' }, ...wanted];
  for (const { kind, path } of all) {
    const text =
      kind === 'html'
        ? historyPage(runs, settings.lang)
        : kind === 'json'
          ? historyJson(runs)
          : `${historyLines(runs, settings.lang).join('\n')}\n`;
    if (path === undefined) io.stdout.write(text);
    else writeOutput(path, io.cwd, text, { what: `the report ${path}`, mend: 'Name a file that you may write to.' });
  }
  return runs.map(({ finished }) => finished?.exitCode ?? EXIT.interrupted).reduce(worseExit, EXIT.passed);
};
