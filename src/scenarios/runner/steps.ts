import type { FaultRule } from '../../runtime/faults/faults.ts';
import type { HttpResponse } from '../../runtime/http/route.ts';
import { sleep } from '../../kernel/clock.ts';
import { OperatingError, messageOf } from '../../kernel/errors.ts';
import type { Failure, Outcome } from '../../kernel/recording.ts';
import type { CaptureStep, CommandStep, FaultStep, RefusedStep, RequestStep, Step } from '../language/ast.ts';
import { expandJson, expandText, expandWhole } from '../language/template.ts';
import { ask, doIt, isAnswer, isSuccess, type IsWanted } from './ask.ts';
import { urlOf } from '../claims/resource.ts';
import { readRow } from '../claims/row.ts';
import { demandRefusal, demandSuccess, idMade, keepNames, requestOf } from './commands.ts';
import { fieldOf } from './json.ts';
import { judge, needsRest } from './judge.ts';
import { get } from './look.ts';
import { withName } from './names.ts';
import { judgeRawAnswer, rawRequestOf } from './raw-request.ts';
import type { Stage } from './stage.ts';
import { NotPassed } from './verdict.ts';

const EVENTUALLY_PAUSE_MS = 10;

/**
 * Waits for rest. Throws NotPassed (inconclusive) naming what was still in flight, and the bus's own error where it took
 * no events: more time would not help.
 */
export const settle = async (stage: Stage, withinMs = stage.restMs): Promise<void> => {
  const report = await stage.system.waitForRest(withinMs, stage.signal);
  if (report.isAtRest) return;
  stage.signal.throwIfAborted();
  if (report.obstacle !== undefined) throw report.obstacle;
  throw new NotPassed(
    {
      message: `the system did not come to rest within ${withinMs} ms`,
      expected: 'nothing in flight',
      actual: report.inFlight,
      mend: "If it only needs longer, raise --timeout or the step's within:.",
    },
    'inconclusive',
  );
};

const runEventually = async (stage: Stage, step: Extract<Step, { kind: 'eventually' }>): Promise<void> => {
  const { timers } = stage.system;
  const withinMs = step.withinMs ?? stage.restMs;
  const deadline = timers.now() + withinMs;
  for (;;) {
    try {
      await judge(stage, step.expectation);
      return;
    } catch (error) {
      if (!(error instanceof NotPassed)) throw error;
      stage.signal.throwIfAborted();
      if (timers.now() >= deadline && (!stage.isUnderFire || (await stage.system.inspectRest()).isAtRest)) {
        throw new NotPassed({ ...error.failure, message: `${error.failure.message} (after ${withinMs} ms)` });
      }
    }
    await sleep(timers, EVENTUALLY_PAUSE_MS);
  }
};

/** How a command was answered. */
interface Sent {
  readonly answer: HttpResponse;
  /** The id of what it is about. */
  readonly subject: string | undefined;
  readonly correlationId: string;
}

/** Sends a command; its correlation id names the step, so the story tells which step began it. */
const send = async (stage: Stage, step: CommandStep, isWanted: IsWanted): Promise<Sent> => {
  const { request, subject } = requestOf(stage, step);
  const { makes } = step;
  const correlationId = `${stage.system.world}.${step.path}.${stage.nextRequest()}`;
  if (makes !== undefined)
    for (const name of makes.names) stage.holds.expect(makes.what, expandText(name, stage.names.lookUp), correlationId);
  const answer = await ask(
    stage,
    { ...request, headers: { ...request.headers, 'x-correlation-id': correlationId }, signal: stage.signal },
    isWanted,
  );
  stage.names.setAnswer(undefined, answer);
  return { answer, subject, correlationId };
};

/**
 * Keeps the id of what a command made under the names that the scenario gives it: as the answer tells it, or the event
 * that tells of it.
 */
const learn = async (stage: Stage, { makes }: CommandStep, { answer, correlationId }: Sent): Promise<void> => {
  if (makes === undefined || makes.names.length === 0) return;
  let id = idMade(makes, answer);
  if (id === undefined) {
    await settle(stage);
    id = stage.journal.subjectOf(makes.tells, correlationId);
  }
  keepNames(stage.names, makes, id);
};

/** Refusals that may only say that the news which a command needs (a ticket, a payment, cooked food) is still on its way. */
const MAY_BE_TOO_EARLY: readonly number[] = [404, 409];

/**
 * Gives a command. One that is refused while news is on its way is given again at rest: how fast the news was must
 * not decide a verdict (ADR 21). `refused` asks once, since it is there to see such refusals.
 */
const runCommand = async (stage: Stage, step: CommandStep): Promise<void> => {
  const newsBefore = stage.journal.newsCount();
  let sent = await send(stage, step, isSuccess);
  // Under fire, asking has done so already.
  if (!stage.isUnderFire && MAY_BE_TOO_EARLY.includes(sent.answer.status)) {
    await settle(stage);
    if (stage.system.isElsewhere === true || stage.journal.newsCount() > newsBefore) sent = await send(stage, step, isSuccess);
  }
  demandSuccess(step, sent.answer, sent.subject);
  await learn(stage, step, sent);
};

const runRefused = async (stage: Stage, step: RefusedStep): Promise<void> => {
  // What is refused at rest may well be granted before: a cancellation that overtakes the news of the cooking, say.
  if (stage.isUnderFire) await settle(stage);
  const { answer, subject } = await send(stage, step.command, ({ status }) =>
    step.status === undefined ? status >= 400 && status < 500 : status === step.status,
  );
  const { lookUp } = stage.names;
  const expected = {
    ...(step.status === undefined ? {} : { status: step.status }),
    ...(step.code === undefined ? {} : { code: expandText(step.code, lookUp) }),
    ...(step.message === undefined ? {} : { message: expandText(step.message, lookUp) }),
  };
  demandRefusal(step.command, answer, expected, subject, stage.grammar.speech.spelling);
};

const runRequest = async (stage: Stage, step: RequestStep): Promise<void> => {
  const { lookUp } = stage.names;
  const { expect } = step;
  const isWanted: IsWanted = (answer) => (expect === undefined ? isSuccess(answer) : isAnswer(stage, answer, expect));
  const answer = await ask(stage, { ...rawRequestOf(step, lookUp), signal: stage.signal }, isWanted);
  stage.names.setAnswer(step.as === undefined ? undefined : expandText(step.as, lookUp), answer);
  judgeRawAnswer(stage, step, answer);
};

const capturedFrom = async (stage: Stage, from: CaptureStep['from']): Promise<unknown> => {
  const { lookUp } = stage.names;
  switch (from.read) {
    case 'answer':
      return stage.names.answer(from.name === undefined ? undefined : expandText(from.name, lookUp))?.body;
    case 'row':
      return readRow(stage, from.row).row;
    case 'path':
      return (await get(stage, expandText(from.path, lookUp))).body;
    case 'resource':
      return (await get(stage, urlOf(stage, from.resource, expandText(from.name, lookUp)))).body;
  }
};

const runCapture = async (stage: Stage, step: CaptureStep): Promise<void> => {
  const field = expandText(step.field, stage.names.lookUp);
  const found = await capturedFrom(stage, step.from);
  const value = fieldOf(found, field);
  if (value === undefined)
    throw new NotPassed({ message: `there is no field ${field} to capture`, expected: field, actual: found ?? 'no answer' });
  stage.names.setValue(step.as, value);
};

const runFault = (stage: Stage, step: FaultStep): void => {
  const rule: FaultRule = {
    kind: step.fault,
    type: step.event,
    ...(step.context === undefined ? {} : { context: step.context }),
    times: step.times ?? (step.fault === 'hold' ? Infinity : 1),
    ...(step.byMs === undefined ? {} : { delayMs: step.byMs }),
    ...(step.about === undefined
      ? {}
      : { matches: stage.holds.matcherOf(step.about.what, expandText(step.about.name, stage.names.lookUp)) }),
  };
  const fault = stage.system.faults.add(rule);
  stage.strikes.add(step, fault);
  stage.holds.add(step.as === undefined ? undefined : expandText(step.as, stage.names.lookUp), fault);
};

const runCrash = async (stage: Stage, step: Extract<Step, { kind: 'crash' }>): Promise<void> => {
  const { system } = stage;
  const { context, at, on, restart } = step;
  if (at === undefined) {
    await system.crashContext(context);
    if (restart) await system.startContext(context);
    return;
  }
  stage.strikes.add(step, system.armCrash({ context, at, restart, ...(on === undefined ? {} : { on }) }));
};

const runContextStep = async (stage: Stage, step: Extract<Step, { kind: 'stop context' | 'start context' | 'restart' }>): Promise<void> => {
  const { system } = stage;
  for (const context of step.context === undefined ? stage.grammar.inventory.contexts : [step.context]) {
    if (step.kind !== 'start context' && system.isRunning(context)) await system.stopContext(context);
    if (step.kind !== 'stop context') await system.startContext(context);
  }
};

/** Waits, but not for what is over: a pause must not keep an interrupted program alive. */
const pause = ({ system, signal }: Stage, durationMs: number): Promise<void> =>
  new Promise((resolve) => {
    const finish = (): void => {
      cancel();
      signal.removeEventListener('abort', finish);
      resolve();
    };
    const cancel = system.timers.after(durationMs, finish);
    signal.addEventListener('abort', finish);
  });

const runTogether = async (stage: Stage, steps: readonly Step[]): Promise<void> => {
  const results = await Promise.allSettled(steps.map((step) => runStep(stage, step)));
  const failed = results.find((result) => result.status === 'rejected');
  if (failed !== undefined) throw failed.reason as Error;
};

const runRounds = async (
  stage: Stage,
  steps: readonly Step[],
  rounds: number,
  variablesOf: (round: number) => Readonly<Record<string, unknown>>,
): Promise<void> => {
  for (let round = 0; round < rounds; round += 1) {
    const inRound: Stage = { ...stage, names: stage.names.within(variablesOf(round)) };
    for (const step of steps) await runStep(inRound, step);
  }
};

const runForEach = async (stage: Stage, step: Extract<Step, { kind: 'for each' }>): Promise<void> => {
  const values = step.in.map((value) => expandJson(value, stage.names.lookUp));
  await runRounds(stage, step.steps, values.length, (round) => ({ [step.as]: values[round] }));
};

const perform = async (stage: Stage, step: Step): Promise<void> => {
  switch (step.kind) {
    case 'command':
      return runCommand(stage, step);
    case 'refused':
      return runRefused(stage, step);
    case 'request':
      return runRequest(stage, step);
    case 'expect':
      if (needsRest(stage.grammar, step.expectation)) await settle(stage);
      return judge(stage, step.expectation);
    case 'eventually':
      return runEventually(stage, step);
    case 'settle':
      return settle(stage, step.withinMs);
    case 'pause':
      return pause(stage, step.durationMs);
    case 'together':
      return runTogether(stage, step.steps);
    case 'repeat': {
      const { as } = step;
      return runRounds(stage, step.steps, expandWhole(step.times, stage.names.lookUp), (round) =>
        as === undefined ? {} : { [as]: round + 1 },
      );
    }
    case 'for each':
      return runForEach(stage, step);
    case 'capture':
      return runCapture(stage, step);
    case 'fault':
      runFault(stage, step);
      return;
    case 'release':
      stage.holds.release(expandText(step.what, stage.names.lookUp));
      return;
    case 'crash':
      return runCrash(stage, step);
    case 'stop context':
    case 'start context':
    case 'restart':
      return runContextStep(stage, step);
    case 'slow lookup': {
      const [call] = stage.system.calls;
      if (call === undefined) throw new NotPassed({ message: 'no context of this system calls another, so no look-up can be slow' });
      stage.strikes.add(step, stage.system.slowCall(call.name, step.delay ?? undefined));
      return;
    }
    case 'inject': {
      const raw = expandJson(step.raw, stage.names.lookUp);
      return stage.system.inject(
        stage.grammar.inventory.contexts[0] ?? '',
        expandText(step.type, stage.names.lookUp),
        typeof raw === 'string' ? raw : JSON.stringify(raw),
      );
    }
    case 'rebuild':
      await doIt(stage, () => stage.system.rebuild(step.projection));
  }
};

/** How a thrown error ends a step. */
const outcomeOf = (error: unknown): Outcome => (error instanceof NotPassed ? error.outcome : 'errored');

const failureOf = (error: unknown): Failure =>
  error instanceof NotPassed
    ? error.failure
    : { message: messageOf(error), ...(error instanceof OperatingError && error.mend !== undefined ? { mend: error.mend } : {}) };

/**
 * Runs one step and records it. Throws NotPassed where it did not pass, whatever broke otherwise.
 * Once the stage's signal is aborted, a step that has not begun throws the signal's reason and is not recorded.
 */
export const runStep = async (stage: Stage, step: Step): Promise<void> => {
  stage.signal.throwIfAborted();
  const { recorder } = stage;
  const { timers } = stage.system;
  recorder.record({ kind: 'step.started', step: step.path, text: step.text, position: step.position });
  const startedAt = timers.now();
  try {
    // Whoever reads the recording may have left at the words just recorded.
    stage.signal.throwIfAborted();
    await perform(stage, step);
    stage.signal.throwIfAborted();
    recorder.record({ kind: 'step.finished', step: step.path, outcome: 'passed', durationMs: timers.now() - startedAt });
  } catch (thrown) {
    // What ended the scenario (its deadline, the user) explains what the step said of it.
    const error: unknown = stage.signal.aborted ? stage.signal.reason : thrown;
    const how = stage.isInterrupted()
      ? { outcome: 'interrupted' as const }
      : { outcome: outcomeOf(error), failure: withName(failureOf(error), stage.names) };
    recorder.record({ kind: 'step.finished', step: step.path, ...how, durationMs: timers.now() - startedAt });
    throw error;
  }
};
