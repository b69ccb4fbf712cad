/** What a system shows over HTTP, one resource for each thing. */
import type { Bench, ClaimKind, ResourceKind } from '../definition.ts';
import type { ResourceExpectation, Template } from '../language/ast.ts';
import type { Spelling } from '../language/speech.ts';
import { defineForm, list, mapOf, optional, required, type FieldTable, type Form } from '../language/structures.ts';
import { expandJson, expandText } from '../language/template.ts';
import { wanted } from '../language/wanted.ts';
import { name, status, text, type Statuses, type Type } from '../language/types.ts';
import { fieldOf, isEqual, show, spelled } from '../runner/json.ts';
import { get, problemOf } from '../runner/look.ts';
import { NotPassed } from '../runner/verdict.ts';
import { describedBy, eitherOf, EXISTS, fieldName, onlyOrAll, positiveExistence, unmet } from './described.ts';

/** What stands after a resource's key: the name of what it belongs to, or an id. */
export const nameOfResource = ({ of, says }: ResourceKind): Type<Template> =>
  of === undefined ? text({ says: says ?? 'an id' }) : name(of);

/** The same as the documentation says it. */
export const nameDocOf = ({ of, says = 'an id' }: ResourceKind): string =>
  of === undefined ? `The ${says.replace(/^an? /, '')}.` : `The ${of}'s name.`;

const formOf = (resource: ResourceKind, statuses: Readonly<Record<string, Statuses>>, spelling: Spelling): Form<ResourceExpectation> => {
  const { key } = resource;
  const own = resource.statuses === undefined ? undefined : status(key, statuses, spelling);
  const fields: FieldTable = {
    [key]: required(nameOfResource(resource), nameDocOf(resource)),
    ...(own === undefined
      ? {}
      : {
          is: optional(
            list(own, { orOne: true }),
            'The status: a literal, or the word that is shown for it; one of them where several are named.',
          ),
          "isn't": optional(list(own, { orOne: true }), 'A status that it must not have; none of them where several are named.'),
        }),
    where: optional(
      mapOf('where', fieldName(), wanted()),
      'Fields of the resource (names or JSON pointers), and what they must equal, or be compared with.',
    ),
    exists: EXISTS,
  };
  return defineForm<FieldTable, ResourceExpectation>({
    key,
    what: 'expect',
    doc: resource.doc,
    examples: resource.examples,
    fields,
    build: (values, complain) => {
      const described = describedBy(key, values, complain);
      return described && { form: 'resource', resource: key, name: values[key] as Template, ...described };
    },
  });
};

const resourceOf = ({ grammar }: Bench, key: string): ResourceKind => {
  const found = grammar.resources.get(key);
  if (found === undefined) throw new Error(`assertion failed: the language has a resource ${key}`);
  return found;
};

const idOf = (bench: Bench, { of }: ResourceKind, named: string): string =>
  of === undefined ? named : bench.names.idOf({ what: of, by: 'name', name: named as Template });

/** The URL of a resource, by the name that the scenario gave to what it belongs to. */
export const urlOf = (bench: Bench, key: string, named: string): string => {
  const resource = resourceOf(bench, key);
  return `${resource.path}/${encodeURIComponent(idOf(bench, resource, named))}`;
};

const statusOf = (body: unknown): string => {
  const [own, shown] = [fieldOf(body, 'status'), fieldOf(body, 'statusText')];
  return shown === undefined ? String(own) : `${String(shown)} (${String(own)})`;
};

const judge = async (bench: Bench, expectation: ResourceExpectation): Promise<void> => {
  const { names, grammar } = bench;
  const { spelling } = grammar.speech;
  const { resource: key } = expectation;
  const resource = resourceOf(bench, key);
  const named = expandText(expectation.name, names.lookUp);
  const answer = await get(bench, urlOf(bench, key, named));
  const about = resource.of === undefined ? {} : { subject: idOf(bench, resource, named) };
  const hasStatus = (wanted: string): boolean =>
    isEqual(fieldOf(answer.body, 'status'), wanted) || isEqual(fieldOf(answer.body, 'statusText'), spelling.own(wanted));
  if (expectation.exists === false) {
    if (answer.status === 404) return;
    throw new NotPassed({
      message: `${key} ${named} must not exist`,
      expected: 'HTTP 404',
      actual: answer.body ?? problemOf(answer),
      ...about,
    });
  }
  if (answer.status !== 200)
    throw new NotPassed({ message: `${key} ${named} can't be read`, expected: 'HTTP 200', actual: problemOf(answer), ...about });
  if (expectation.is !== undefined) {
    const expected = expectation.is.map((one) => expandText(one, names.lookUp));
    if (!expected.some(hasStatus))
      throw new NotPassed({
        message: `${key} ${named} is ${statusOf(answer.body)} and not ${eitherOf(expected)}`,
        expected: onlyOrAll(expected),
        actual: statusOf(answer.body),
        ...about,
      });
  }
  if (expectation.isNot !== undefined) {
    const unexpected = expectation.isNot.map((one) => expandText(one, names.lookUp)).find(hasStatus);
    if (unexpected !== undefined)
      throw new NotPassed({
        message: `${key} ${named} must not be ${unexpected}, and is`,
        expected: `not ${unexpected}`,
        actual: statusOf(answer.body),
        ...about,
      });
  }
  for (const [field, wantedThere] of Object.entries(expectation.where ?? {})) {
    const actual = fieldOf(answer.body, field);
    const wrong = unmet(wantedThere, actual, (value) => spelled(spelling, expandJson(value, names.lookUp), field));
    if (wrong === undefined) continue;
    const { expected, says } = wrong;
    throw new NotPassed({ message: `${field} of ${key} ${named} is ${show(actual)} ${says}`, expected, actual, ...about });
  }
};

/** Expectations of these resources. */
export const resourceClaims = (resources: readonly ResourceKind[], spelling: Spelling): ClaimKind<ResourceExpectation> => {
  const statuses = Object.fromEntries(resources.flatMap(({ key, statuses: own }) => (own === undefined ? [] : [[key, own]])));
  const kinds = new Map(resources.map((resource) => [resource.key, resource]));
  return {
    form: 'resource',
    forms: resources.map((resource) => formOf(resource, statuses, spelling)),
    judge,
    positiveWord: positiveExistence,
    about: ({ resource, name: named }) => {
      const of = kinds.get(resource)?.of;
      return of === undefined ? [] : [{ what: of, name: named }];
    },
    isMissing: async (bench, claim) => {
      if (claim.exists === false) return false;
      return (
        (
          await bench.system.dispatch({
            method: 'GET',
            url: urlOf(bench, claim.resource, expandText(claim.name, bench.names.lookUp)),
            headers: {},
          })
        ).status === 404
      );
    },
  };
};
