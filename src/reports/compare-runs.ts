import { OUTCOMES, type Outcome } from '../kernel/recording.ts';
import { worse } from '../kernel/verdicts.ts';
import type { ScenarioResult } from './fold.ts';
import type { Paint } from './failure-text.ts';
import { markdownTable, plainMarkdown } from './markdown.ts';
import { MARK } from './pretty.ts';
import { fill, visible } from './width.ts';
import { sayDuration } from './words.ts';

/** How a scenario went on one side: its worst outcome, where it was played several times, and how long that took at most. */
interface Side {
  readonly outcome: Outcome;
  readonly durationMs: number;
}

/** A scenario on both sides; one is absent where only the other run knows it. */
export interface ComparedScenario {
  readonly file: string;
  readonly name: string;
  readonly before?: Side;
  readonly after?: Side;
  readonly verdict: 'same' | 'better' | 'worse' | 'new' | 'gone';
}

type Told = Pick<ScenarioResult, 'name' | 'position' | 'outcome' | 'durationMs'>;

const sidesOf = (results: readonly Told[]): ReadonlyMap<string, Side & { readonly file: string; readonly name: string }> => {
  const sides = new Map<string, Side & { readonly file: string; readonly name: string }>();
  for (const { name, position, outcome, durationMs } of results) {
    const file = position.file.split(/[/\\]/).at(-1) ?? position.file;
    const key = `${file}\n${name}`;
    const known = sides.get(key);
    sides.set(key, {
      file,
      name,
      outcome: known === undefined ? outcome : worse(known.outcome, outcome),
      durationMs: Math.max(known?.durationMs ?? 0, durationMs),
    });
  }
  return sides;
};

const verdictOf = (before: Side | undefined, after: Side | undefined): ComparedScenario['verdict'] => {
  if (before === undefined) return 'new';
  if (after === undefined) return 'gone';
  const change = OUTCOMES.indexOf(after.outcome) - OUTCOMES.indexOf(before.outcome);
  // What was not played before tells nothing, whatever it came to then; what is not played any more proves less than it did.
  if (before.outcome === 'skipped' || change === 0) return 'same';
  return change > 0 || after.outcome === 'skipped' ? 'worse' : 'better';
};

/** Two runs, scenario by scenario, in the order of the second; what is gone comes last. Folders do not matter, file names do. */
export const compareRuns = (before: readonly Told[], after: readonly Told[]): readonly ComparedScenario[] => {
  const [earlier, later] = [sidesOf(before), sidesOf(after)];
  return [...new Set([...later.keys(), ...earlier.keys()])].map((key) => {
    const [one, other] = [earlier.get(key), later.get(key)];
    const { file, name } = (other ?? one)!;
    const side = ({ outcome, durationMs }: Side): Side => ({ outcome, durationMs });
    return {
      file,
      name,
      ...(one === undefined ? {} : { before: side(one) }),
      ...(other === undefined ? {} : { after: side(other) }),
      verdict: verdictOf(one, other),
    };
  });
};

const said = (side: Side | undefined): string => (side === undefined ? '–' : `${MARK[side.outcome]} ${side.outcome}`);
const took = (side: Side | undefined): string => (side === undefined ? '' : sayDuration(side.durationMs));

/** The same for eyes, a line for each scenario. */
export const comparedRunLines = (scenarios: readonly ComparedScenario[], paint: Paint): readonly string[] => {
  const tints = { same: paint.dim, better: paint.good, worse: paint.bad, new: paint.bold, gone: paint.bold };
  return scenarios.map(({ name, before, after, verdict }) =>
    tints[verdict](
      `${fill(verdict, 7)}${fill(said(before), 16)}${fill(said(after), 16)}${fill(took(before), 9)}${fill(took(after), 9)}${visible(name)}`,
    ),
  );
};

/** The same in Markdown. */
export const comparedRunMarkdown = (scenarios: readonly ComparedScenario[]): readonly string[] =>
  markdownTable([
    ['scenario', 'before', 'after', 'took before', 'took after', 'verdict'],
    ...scenarios.map(({ name, before, after, verdict }) => [
      plainMarkdown(name),
      said(before),
      said(after),
      took(before),
      took(after),
      verdict === 'worse' ? '**worse**' : verdict,
    ]),
  ]);
