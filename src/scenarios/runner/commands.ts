import { holdsText } from '../../kernel/words.ts';
import type { HttpRequest, HttpResponse } from '../../runtime/http/route.ts';
import type { CommandStep, PlaceFields } from '../language/ast.ts';
import { expandText, expandWhole } from '../language/template.ts';
import { inSeedSpelling } from '../language/words.ts';
import { isSuccess } from './ask.ts';
import { fieldOf } from './json.ts';
import type { Bench } from './judge.ts';
import { NotPassed } from './verdict.ts';

/** What a command is as a request through the gateway. */
export interface CommandRequest {
  readonly request: HttpRequest;
  /** The order or review concerned, where it is known before the answer. */
  readonly subject: string | undefined;
}

const json = (method: string, url: string, body?: unknown): HttpRequest => ({ method, url, headers: {}, ...(body === undefined ? {} : { body }) });

/** The body of `POST /orders`. */
export const orderBodyOf = (bench: Bench, fields: PlaceFields): unknown => {
  const { lookUp } = bench.names;
  return {
    customerId: expandText(fields.customer, lookUp),
    storeId: expandText(fields.store, lookUp),
    foodId: expandText(fields.food, lookUp),
    price: expandWhole(fields.price, lookUp),
    address: expandText(fields.address, lookUp),
    ...(fields.options === undefined ? {} : { options: fields.options.map((option) => expandText(option, lookUp)) }),
    ...(fields.payment === undefined ? {} : { payment: fields.payment }),
  };
};

/** The request that a command step stands for. */
export const requestOf = (bench: Bench, step: CommandStep): CommandRequest => {
  const { names } = bench;
  switch (step.kind) {
    case 'place':
      return { request: json('POST', '/orders', orderBodyOf(bench, step)), subject: undefined };
    case 'cancel': {
      const id = names.orderId(step.order);
      return { request: json('DELETE', `/orders/${encodeURIComponent(id)}`), subject: id };
    }
    case 'accept':
    case 'reject':
    case 'start':
    case 'finish': {
      const id = names.orderId(step.order);
      return { request: json('PUT', `/foodCookings/${encodeURIComponent(id)}/${step.kind}`), subject: id };
    }
    case 'pick': {
      const id = names.orderId(step.order);
      return { request: json('PUT', `/deliveries/${encodeURIComponent(id)}/pick`, { riderId: expandText(step.rider, names.lookUp) }), subject: id };
    }
    case 'confirm': {
      const id = names.orderId(step.order);
      return { request: json('PUT', `/deliveries/${encodeURIComponent(id)}/confirmdelivered`), subject: id };
    }
    case 'review': {
      const id = names.orderId(step.order);
      return { request: json('POST', '/reviews', { orderId: id, content: expandText(step.content, names.lookUp) }), subject: id };
    }
    case 'delete review': {
      const id = names.reviewId(step.review);
      return { request: json('DELETE', `/reviews/${encodeURIComponent(id)}`), subject: id };
    }
  }
};

/** Remembers what a successful command made, under the names that the scenario gave. */
export const learn = (bench: Bench, step: CommandStep, answer: HttpResponse): void => {
  const id = fieldOf(answer.body, 'id');
  if (typeof id !== 'string') return;
  if (step.kind === 'place') bench.names.setOrder(expandText(step.order, bench.names.lookUp), id);
  if (step.kind === 'review' && step.as !== undefined) bench.names.setReview(expandText(step.as, bench.names.lookUp), id);
};

const wordsOf = (answer: HttpResponse): { readonly status: number; readonly code?: unknown; readonly message?: unknown } => ({
  status: answer.status,
  ...(answer.body === undefined ? {} : { code: fieldOf(answer.body, 'code'), message: fieldOf(answer.body, 'detail') ?? fieldOf(answer.body, 'title') }),
});

/** Throws NotPassed unless the command succeeded. */
export const demandSuccess = (step: CommandStep, answer: HttpResponse, subject: string | undefined): void => {
  if (isSuccess(answer)) return;
  const { code, message } = wordsOf(answer);
  throw new NotPassed({
    message: `${step.kind} was refused: HTTP ${answer.status}${code === undefined ? '' : ` ${String(code)}`}${message === undefined ? '' : `: ${String(message)}`}`,
    expected: 'the command succeeds',
    actual: wordsOf(answer),
    ...(subject === undefined ? {} : { subject }),
  });
};

/** What of a refusal must hold. */
export interface ExpectedRefusal {
  readonly status?: number;
  readonly code?: string;
  readonly message?: string;
}

/** Throws NotPassed unless the command was refused in the way expected. */
export const demandRefusal = (step: CommandStep, answer: HttpResponse, expected: ExpectedRefusal, subject: string | undefined): void => {
  const about = subject === undefined ? {} : { subject };
  const actual = wordsOf(answer);
  if (answer.status < 400) throw new NotPassed({ message: `${step.kind} must be refused, and succeeded with HTTP ${answer.status}`, expected, actual, ...about });
  const said = [fieldOf(answer.body, 'detail'), fieldOf(answer.body, 'title')].filter((text) => typeof text === 'string');
  const wrong: string[] = [];
  if (expected.status !== undefined && answer.status !== expected.status) wrong.push(`with HTTP ${answer.status} and not ${expected.status}`);
  if (expected.code !== undefined && actual.code !== expected.code) wrong.push(`with code ${String(actual.code)} and not ${expected.code}`);
  const { message } = expected;
  if (message !== undefined && !said.some((text) => holdsText(text, message) || holdsText(text, inSeedSpelling(message)))) wrong.push('in other words');
  if (wrong.length > 0) throw new NotPassed({ message: `${step.kind} was refused ${wrong.join(', ')}`, expected, actual, ...about });
};
