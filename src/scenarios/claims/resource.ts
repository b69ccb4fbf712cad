/** What a system shows over HTTP, one resource for each thing. */
import type { Bench, ClaimKind, ResourceKind } from '../definition.ts';
import type { ResourceExpectation, Template } from '../language/ast.ts';
import type { Spelling } from '../language/speech.ts';
import { defineForm, list, mapOf, optional, required, type FieldTable, type Form } from '../language/structures.ts';
import { expandText } from '../language/template.ts';
import { wanted } from '../language/wanted.ts';
import { name, status, text, type Statuses, type Type } from '../language/types.ts';
import { get } from '../runner/look.ts';
import { describedBy, EXISTS, fieldName, positiveExistence } from './described.ts';
import { judgeShown } from './shown.ts';

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

const judge = async (bench: Bench, expectation: ResourceExpectation): Promise<void> => {
  const { names, grammar } = bench;
  const { resource: key } = expectation;
  const resource = resourceOf(bench, key);
  const named = expandText(expectation.name, names.lookUp);
  const answer = await get(bench, urlOf(bench, key, named));
  const subject = resource.of === undefined ? undefined : idOf(bench, resource, named);
  judgeShown({ what: `${key} ${named}`, subject, lookUp: names.lookUp, spelling: grammar.speech.spelling }, answer, expectation);
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
