import { assert, OperatingError } from '../../kernel/errors.ts';
import type { HttpRequest, HttpResponse } from '../../runtime/http/route.ts';
import type { GivenWorld } from '../definition.ts';
import type { Given } from '../language/ast.ts';
import { isSuccess } from './ask.ts';
import { idMade, keepNames, requestOf, sentBody } from './commands.ts';
import { fieldOf } from './json.ts';
import type { Stage } from './stage.ts';
import { settle } from './steps.ts';

const call = async ({ system }: Stage, { position }: Given, request: HttpRequest): Promise<HttpResponse> => {
  const answer = await system.dispatch(request);
  if (isSuccess(answer)) return answer;
  const detail = fieldOf(answer.body, 'detail');
  const at = `${position.file}:${position.line}:${position.column}`;
  throw new OperatingError(
    'infrastructure',
    `${at}: the given world could not be made: ${request.method} ${request.url} answered HTTP ${answer.status}${typeof detail === 'string' ? `: ${detail}` : ''}`,
  );
};

const worldFor = (stage: Stage, given: Given): GivenWorld => {
  const { names, grammar } = stage;
  return {
    names,
    ask: async (verb, id = '', body) => {
      const asked = grammar.system.verbs[verb];
      assert(asked !== undefined, `the system has a verb ${verb}`);
      const url = asked.path.replace(/:\w+/, encodeURIComponent(id));
      const answer = await call(stage, given, {
        method: asked.method,
        url,
        headers: {},
        ...(body === undefined ? {} : { body: sentBody(body, id, names.lookUp) }),
      });
      return String(fieldOf(answer.body, 'id'));
    },
    give: async (step) => {
      const { request } = requestOf(stage, step);
      const correlationId = `${stage.system.world}.given.${stage.nextRequest()}`;
      const answer = await call(stage, given, { ...request, headers: { 'x-correlation-id': correlationId } });
      await settle(stage);
      const { makes } = step;
      if (makes !== undefined) keepNames(names, makes, idMade(makes, answer) ?? stage.journal.subjectOf(makes.tells, correlationId));
    },
    settle: () => settle(stage),
  };
};

/** Makes the world in which a scenario begins. Throws an OperatingError (infrastructure) naming the line where it can't be made. */
export const makeGivenWorld = async (stage: Stage, givens: readonly Given[]): Promise<void> => {
  for (const given of givens) {
    const kind = stage.grammar.given.find((one) => one.kind === given.kind);
    assert(kind !== undefined, `the language has given ${given.kind}`);
    await kind.make(worldFor(stage, given), given);
  }
};
