import type { ReactElement } from 'react';
import type { Failure } from '../../../kernel/recording.ts';
import { sayValue } from '../../../reports/words.ts';
import type { StepLine } from '../../model/model.ts';
import { cell, plain, wrap } from '../cells.ts';
import { innerColumns, listRowsOf, type Place } from '../layout.ts';
import { emptyLines, Pane, type PaneContent } from '../pane.tsx';
import type { Scene } from '../scene.ts';
import { sayMs } from '../spans.ts';

const SIGN = { passed: '✓', flaky: '~', failed: '✗', errored: '✗', inconclusive: '?', skipped: '-', interrupted: '■' } as const;
const DURATION = 8;
const NUMBER = 5;

const stepLine = (step: StepLine, scene: Scene, inner: number): string => {
  const { paint } = scene;
  const { outcome, failure } = step;
  const sign = outcome === undefined ? '▸' : SIGN[outcome];
  const tint =
    outcome === undefined
      ? paint.onTheWay
      : outcome === 'passed'
        ? paint.good
        : outcome === 'failed' || outcome === 'errored'
          ? paint.bad
          : paint.warn;
  const line = cell(step.text, inner - 2 - NUMBER - 1 - DURATION);
  return `${tint(sign)} ${paint.dim(cell(step.step, NUMBER))}${outcome === undefined ? paint.strong(line) : failure === undefined ? line : paint.bad(line)} ${paint.dim(cell(step.durationMs === undefined ? '' : sayMs(step.durationMs), DURATION, 'right'))}`;
};

/** What the key for a step will do. */
const nextLine = ({ step, text }: { readonly step: string; readonly text: string }, { paint }: Scene, inner: number): string =>
  `${paint.key('.')} ${paint.dim(cell(step, NUMBER))}${paint.dim(cell(text, inner - 2 - NUMBER))}`;

/** Why something did not pass: all of it, for this is what one looks for. */
const failureLines = ({ message, expected, actual, mend }: Failure, scene: Scene, inner: number): readonly string[] => {
  const { paint, words } = scene;
  const indent = 2 + NUMBER;
  const facts = [
    ...(expected === undefined ? [] : [`${words.say.expected} ${sayValue(expected)}`]),
    ...(actual === undefined ? [] : [`${words.say.actual} ${sayValue(actual)}`]),
    ...(mend === undefined ? [] : [mend]),
  ];
  return [message, ...facts]
    .flatMap((text) => wrap(plain(text), inner - indent))
    .map((line) => `${' '.repeat(indent)}${paint.bad(cell(line, inner - indent))}`);
};

const stepLines = (step: StepLine, scene: Scene, inner: number): readonly string[] => [
  stepLine(step, scene, inner),
  ...(step.failure === undefined ? [] : failureLines(step.failure, scene, inner)),
];

const contentOf = (scene: Scene, place: Place): PaneContent => {
  const { model, words, paint, steps } = scene;
  const { scenario } = model;
  const inner = innerColumns(place);
  if (scenario === undefined) return { lines: emptyLines(place, words.say.noSteps, paint.dim) };
  const outcome = scenario.outcome ?? model.live?.verdict?.outcome;
  const ended = [words.stepOf(scenario.stepsDone, scenario.stepCount), ...(outcome === undefined ? [] : [words.outcome[outcome]])].join(
    ' · ',
  );
  const head = cell(scenario.name, inner);
  const next = model.live?.scenario === 'waiting' && steps.first + steps.items.length === steps.total ? model.live.nextStep : undefined;
  const rows = [
    ...steps.items.flatMap((step) => stepLines(step, scene, inner)),
    ...(next === undefined ? [] : [nextLine(next, scene, inner)]),
  ];
  // A failure of the scenario as a whole is of no step; one of a step is told there.
  const isTold = steps.items.some(({ failure }) => failure?.message === scenario.failure?.message);
  const all = scenario.failure === undefined || isTold ? rows : [...rows, ...failureLines(scenario.failure, scene, inner)];
  return {
    note: ended,
    lines: [
      outcome === 'failed' || outcome === 'errored' ? paint.bad(head) : paint.strong(head),
      ...all.slice(-listRowsOf('steps', place.rows)),
    ],
    scroll: { total: steps.total, first: steps.first, rows: listRowsOf('steps', place.rows), fromRow: 1 },
  };
};

/** The scenario being played, step by step. */
export const StepsPane = ({ scene, place }: { readonly scene: Scene; readonly place: Place }): ReactElement => (
  <Pane scene={scene} place={place} content={contentOf(scene, place)} />
);
