/** How steps ask the system for something: once; or, where faults strike it that no step asked for, as a person would: again. */
import { sleep } from '../../kernel/clock.ts';
import { OperatingError } from '../../kernel/errors.ts';
import { SimulatedCrash } from '../../runtime/actor/actor-port.ts';
import type { HttpRequest, HttpResponse } from '../../runtime/http/route.ts';
import { judgeAnswer, type AnswerBench } from '../claims/answer.ts';
import type { AnswerExpectation } from '../language/ast.ts';
import type { Stage } from './stage.ts';
import { NotPassed } from './verdict.ts';

/** Whether an answer is the one that the step is about. */
export type IsWanted = (answer: HttpResponse) => boolean;

/** HTTP 2xx. */
export const isSuccess: IsWanted = ({ status }) => status >= 200 && status < 300;

/** Whether the answer is as expected. */
export const isAnswer = (bench: AnswerBench, answer: HttpResponse, expected: AnswerExpectation): boolean => {
  try {
    judgeAnswer(bench, answer, expected);
    return true;
  } catch (error) {
    if (error instanceof NotPassed) return false;
    throw error;
  }
};

/** The first and the longest pause before asking again, and how often: together longer than any fault, and than a breaker stays open. */
const FIRST_PAUSE_MS = 10;
const LONGEST_PAUSE_MS = 500;
const MOST_TRIES = 60;

/**
 * Asks. Under fire, an answer that is not the wanted one is no answer yet: what it takes may be on its way still, so the
 * same is asked again (under one idempotency key) at rest; and what failed by nobody's decision (5xx), for a while.
 */
export const ask = async (
  stage: Pick<Stage, 'system' | 'restMs' | 'signal' | 'isUnderFire' | 'nextRequest'>,
  request: HttpRequest,
  isWanted: IsWanted,
): Promise<HttpResponse> => {
  const { system } = stage;
  if (!stage.isUnderFire) return system.dispatch(request);
  const key = request.headers['idempotency-key'] ?? `${system.world}-request-${stage.nextRequest()}`;
  const sent = request.method === 'GET' ? request : { ...request, headers: { ...request.headers, 'idempotency-key': key } };
  let pauseMs = FIRST_PAUSE_MS;
  let wasAtRest = false;
  for (let tries = 1; ; tries += 1) {
    const answer = await system.dispatch(sent);
    const isFinal = isWanted(answer) || (wasAtRest && answer.status < 500) || tries >= MOST_TRIES;
    if (isFinal) return answer;
    stage.signal.throwIfAborted();
    await sleep(system.timers, pauseMs);
    pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS);
    wasAtRest = (await system.waitForRest(stage.restMs, stage.signal)).isAtRest;
  }
};

/** Does something that a context must be up for. Under fire it may be down, or die of it: then the same is done again once it is back. */
export const doIt = async <Result>(
  { system, restMs, signal, isUnderFire }: Pick<Stage, 'system' | 'restMs' | 'signal' | 'isUnderFire'>,
  work: () => Promise<Result>,
): Promise<Result> => {
  for (let tries = 1; ; tries += 1) {
    try {
      return await work();
    } catch (error) {
      const isPassing = error instanceof SimulatedCrash || error instanceof OperatingError;
      if (!isUnderFire || !isPassing || tries >= MOST_TRIES) throw error;
      await system.waitForRest(restMs, signal);
    }
  }
};
