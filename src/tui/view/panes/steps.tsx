import type { ReactElement } from 'react';
import type { StepLine } from '../../model/model.ts';
import { cell } from '../cells.ts';
import { listRowsOf, type Place } from '../layout.ts';
import { emptyLines, innerColumns, Pane, type PaneContent } from '../pane.tsx';
import type { Scene } from '../scene.ts';
import { sayMs } from '../spans.ts';

const SIGN = { passed: '✓', failed: '✗', errored: '✗', inconclusive: '?', skipped: '-', interrupted: '■' } as const;
const DURATION = 8;
const NUMBER = 5;

const stepRow = (step: StepLine, scene: Scene, inner: number): string => {
  const { paint } = scene;
  const { outcome, failure } = step;
  const sign = outcome === undefined ? '▸' : SIGN[outcome];
  const tint = outcome === undefined ? paint.onTheWay : outcome === 'passed' ? paint.good : outcome === 'failed' || outcome === 'errored' ? paint.bad : paint.warn;
  const text = failure === undefined ? step.text : `${step.text} — ${failure.message}`;
  const line = cell(text, inner - 2 - NUMBER - 1 - DURATION);
  return `${tint(sign)} ${paint.dim(cell(step.step, NUMBER))}${outcome === undefined ? paint.strong(line) : failure === undefined ? line : paint.bad(line)} ${paint.dim(cell(step.durationMs === undefined ? '' : sayMs(step.durationMs), DURATION, 'right'))}`;
};

const contentOf = (scene: Scene, place: Place): PaneContent => {
  const { model, words, paint, steps } = scene;
  const { scenario } = model;
  const inner = innerColumns(place);
  if (scenario === undefined) return { lines: emptyLines(place, words.say.noSteps, paint.dim) };
  const ended = scenario.outcome === undefined ? words.stepOf(scenario.stepsDone, scenario.stepCount) : words.outcome[scenario.outcome];
  const head = cell(scenario.failure === undefined ? scenario.name : `${scenario.name} — ${scenario.failure.message}`, inner);
  return {
    note: ended,
    lines: [scenario.outcome === 'failed' || scenario.outcome === 'errored' ? paint.bad(head) : paint.strong(head), ...steps.items.map((step) => stepRow(step, scene, inner))],
    scroll: { total: steps.total, first: steps.first, rows: listRowsOf('steps', place.rows), fromRow: 1 },
  };
};

/** The scenario being played, step by step. */
export const StepsPane = ({ scene, place }: { readonly scene: Scene; readonly place: Place }): ReactElement => <Pane scene={scene} place={place} content={contentOf(scene, place)} />;
