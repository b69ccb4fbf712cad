/** The grammar of a system: what its verbs, tables and events give by themselves, and what its language says otherwise. */
import { assert } from '../kernel/errors.ts';
import type { Verb, Verbs } from '../system/verb.ts';
import { anyOfClaims } from './claims/any-of.ts';
import { answerClaims, valueClaims } from './claims/answer.ts';
import { deadLetterClaims } from './claims/dead-letters.ts';
import { driftClaims } from './claims/drift.ts';
import { eventClaims, NOTHING_ELSE } from './claims/events.ts';
import { resourceClaims } from './claims/resource.ts';
import { rowClaims, rowsClaims } from './claims/row.ts';
import type { ClaimKind, GivenKind, Grammar, Language, SpokenSystem } from './definition.ts';
import type { CommandStep, Given } from './language/ast.ts';
import { createExamples } from './language/examples.ts';
import { faultSteps } from './language/fault-steps.ts';
import { flowSteps, nestingSteps } from './language/flow.ts';
import { journeySteps } from './language/journeys.ts';
import { invariantForms } from './language/invariants-section.ts';
import { refusedStep } from './language/refused.ts';
import { requestStep } from './language/request-step.ts';
import { scenarioType } from './language/scenario-type.ts';
import { AS_WRITTEN, withArticle, type Speech, type Thing } from './language/speech.ts';
import type { StepType } from './language/step-types.ts';
import { defineForm, required, type FieldTable } from './language/structures.ts';
import { bodyFieldsOf, verbSteps } from './language/verb-steps.ts';
import { inventoryOf, type Inventory } from './language/inventory.ts';

const thingOf = ({ makes }: Verb, { definitions }: Inventory): readonly Thing[] => {
  if (makes === undefined) return [];
  const { what } = makes;
  for (const { name: context, schema } of definitions) {
    const table = schema.tables.find(({ name }) => name === makes.table);
    const key = table?.key[0];
    if (table === undefined || key === undefined) continue;
    return [
      {
        what,
        comes: `the name of ${withArticle(what)}`,
        key,
        hasStory: true,
        sample: `my-${what.replaceAll(' ', '-')}`,
        ...(table.key.length === 1 ? { row: { context, table } } : {}),
      },
    ];
  }
  return [];
};

/** What the language of a system names, and what its verbs make beside that, each once. */
const thingsOf = (verbs: Verbs, inventory: Inventory, own: readonly Thing[]): readonly Thing[] => {
  const all = [...own, ...Object.values(verbs).flatMap((verb) => thingOf(verb, inventory))];
  return all.filter(({ what }, index) => all.findIndex((other) => other.what === what) === index);
};

/** Something of the given world that a command makes, as a step would. */
interface GivenCommand extends Given {
  readonly command: CommandStep;
}

/** Any verb may prepare the world. */
const givenCommand = (step: StepType<CommandStep>): GivenKind<GivenCommand> => ({
  kind: step.key,
  form: defineForm<FieldTable, Omit<GivenCommand, 'position' | 'text'>>({
    key: step.key,
    what: 'given',
    doc: step.doc,
    get examples() {
      return step.examples;
    },
    get fields() {
      return { [step.key]: required(step.value, step.doc) };
    },
    build: (values, _complain, reading) => ({
      kind: step.key,
      command: step.make(values[step.key], { position: reading.position({ from: 0, to: 0 }), text: step.key, path: '0' }, reading),
    }),
  }),
  make: (world, { command }) => world.give(command),
  deeds: ({ command: { verb, about, makes } }) => [
    {
      deed: verb,
      about: about?.by === 'name' ? about : undefined,
      makes: makes?.names[0] === undefined ? undefined : { what: makes.what, name: makes.names[0] },
    },
  ],
});

/** The words that steps of the language itself begin with, whatever the system. */
const GENERIC: ReadonlySet<string> = new Set([
  'request',
  'refused',
  'expect',
  'eventually',
  'settle',
  'pause',
  'capture',
  'together',
  'repeat',
  'for each',
  'fault',
  'release',
  'crash',
  'stop context',
  'stop',
  'start context',
  'restart',
  'slow lookup',
  'inject',
  'rebuild',
]);

/** The words that expectations of the language itself begin with. */
const LOOKED_AT: ReadonlySet<string> = new Set([
  'row',
  'rows',
  'events',
  'nothing else',
  'dead letters',
  'answer',
  'value',
  'path',
  'any of',
]);

const claimsOf = (
  speech: Speech,
  shown: readonly Thing[],
  inventory: Inventory,
  { resources = [], claims = [] }: Language,
  examples: ReturnType<typeof createExamples>,
): readonly ClaimKind[] => {
  const kinds: readonly ClaimKind[] = [
    resourceClaims(resources, speech.spelling),
    ...claims,
    rowClaims(inventory, shown, examples.of('row')),
    rowsClaims(inventory, examples.of('rows')),
    eventClaims(speech, inventory, examples.of('events')),
    NOTHING_ELSE,
    deadLetterClaims(inventory, examples.of('dead letters')),
    driftClaims(inventory.views),
    answerClaims(examples.of('answer')),
    valueClaims(examples.of('value')),
  ];
  return [...kinds, anyOfClaims(kinds, examples.of('any of'))];
};

const createGrammar = (system: SpokenSystem): Grammar => {
  const { verbs, language = {} } = system;
  const inventory = inventoryOf(system);
  const speech: Speech = { things: thingsOf(verbs, inventory, language.things ?? []), spelling: language.spelling ?? AS_WRITTEN };
  const { resources = [] } = language;
  const shown = speech.things.filter(
    ({ row, what }) => row !== undefined && !LOOKED_AT.has(what) && !resources.some(({ key }) => key === what),
  );
  const commands = verbSteps(verbs, inventory, speech.things, language.wordings ?? {}, (key) => GENERIC.has(key));
  const examples = createExamples(inventory, speech, commands, language.examples ?? {});
  const claims = claimsOf(speech, shown, inventory, language, examples);
  const given = language.given?.((verb) => bodyFieldsOf(verb, verbs, inventory, language.wordings?.[verb])) ?? commands.map(givenCommand);
  const request = requestStep(speech, examples.of('request'));
  const refused = refusedStep(commands, inventory, examples.of('refused'));
  const judging = { claims, resources, shown, inventory };
  let ofJourneys: readonly StepType[] | undefined;
  const journeys = (): readonly StepType[] =>
    (ofJourneys ??= journeySteps({ ...judging, speech, commands, request, refused, examples: examples.of }));
  const steps: StepType[] = [
    ...commands,
    request,
    refused,
    ...flowSteps(judging, examples.of),
    ...nestingSteps(() => steps, examples.of),
    ...faultSteps(inventory, speech.things, examples.of),
  ];
  const invariants = invariantForms(claims);
  const kinds = new Map(claims.map((kind) => [kind.form, kind]));
  return {
    system,
    speech,
    inventory,
    commands,
    steps,
    get journeySteps() {
      return journeys();
    },
    claims,
    kindOf: (form) => {
      const kind = kinds.get(form);
      assert(kind !== undefined, `the language has expectations of the kind ${form}`);
      return kind;
    },
    resources: new Map(resources.map((resource) => [resource.key, resource])),
    given,
    invariants,
    causes: language.causes,
    telling: {
      members: speech.things.flatMap(({ hasStory, key }) => (hasStory ? [key] : [])),
      beginnings: new Set(Object.values(verbs).flatMap(({ makes, tells }) => (makes === undefined ? [] : [tells]))),
    },
    ...scenarioType({ speech, steps: () => steps, journeySteps: journeys, given, invariants }),
  };
};

const made = new WeakMap<SpokenSystem, Grammar>();

/** All that can be said about a system; made once for each. */
export const grammarOf = (system: SpokenSystem): Grammar => {
  const known = made.get(system) ?? createGrammar(system);
  made.set(system, known);
  return known;
};
