/** The reference part of docs/scenario-language.md, made from the tables that the parser reads by. */
import type { Grammar } from '../definition.ts';
import { CONFIG_FIELDS } from './scenario-type.ts';
import { journeyFields } from './journeys.ts';
import { loadFields } from './load-section.ts';
import type { StepType } from './step-types.ts';
import type { FieldTable, Form } from './structures.ts';

const BEGIN = '<!-- reference: made from the parser; `npx vitest run src/scenarios/language -u` renews it -->';
const END = '<!-- end of reference -->';

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

const fieldTable = (fields: FieldTable): readonly string[] => [
  '| field | is | means |',
  '| --- | --- | --- |',
  ...Object.entries(fields).map(
    ([name, { type, isRequired, doc }]) => `| \`${name}\`${isRequired ? ' (needed)' : ''} | ${cell(type.says)} | ${cell(doc)} |`,
  ),
  '',
];

const example = (lines: readonly string[], prefix: string): readonly string[] =>
  lines.length === 0 ? [] : ['```yaml', ...lines.map((line) => `${prefix}${line}`), '```', ''];

/** The fields of a step's value, where it is a mapping. */
const fieldsOf = (type: StepType): readonly string[] => ('fields' in type.value ? fieldTable(type.value.fields as FieldTable) : []);

/** The fields that the forms of a step share, beside the key that tells the form. */
const formsOf = (type: StepType): readonly string[] => {
  if (type.key === 'expect' || type.key === 'eventually' || type.key === 'refused' || !('forms' in type.value)) return [];
  const forms = (type.value.forms as () => readonly Form<unknown>[])();
  const own = new Set(forms.map((form) => form.key));
  const shared = Object.fromEntries(Object.entries(forms[0]?.fields ?? {}).filter(([key]) => !own.has(key)));
  return [...forms.map((form) => `- \`${form.key}\`: ${form.doc}`), '', ...fieldTable(shared)];
};

const stepSection = (type: StepType): readonly string[] => [
  `#### \`${type.key}\`${type.aliases.map((alias) => `, \`${alias}\``).join('')}`,
  '',
  type.doc,
  '',
  ...example(type.examples, '- '),
  ...fieldsOf(type),
  ...formsOf(type),
];

const GROUPS: Readonly<Record<StepType['group'], string>> = {
  commands: 'Commands',
  judging: 'Judging',
  flow: 'Waiting, repeating, keeping values',
  faults: 'Faults',
};

const statusTable = ({ resources }: Grammar): readonly string[] => [
  '| of | words |',
  '| --- | --- |',
  ...[...resources.values()].flatMap(({ key, statuses }) =>
    statuses === undefined
      ? []
      : [
          `| \`${key}\` | ${Object.entries(statuses)
            .map(([own, shown]) => `${shown} \`${own}\``)
            .join(' · ')} |`,
        ],
  ),
  '',
];

/** The reference of the language of a system, in Markdown. `ruleExamples` show invariants. */
const referenceMarkdown = (grammar: Grammar, ruleExamples: readonly string[]): string =>
  [
    '### A scenario',
    '',
    ...fieldTable(grammar.sections),
    '### Steps',
    '',
    ...(Object.keys(GROUPS) as StepType['group'][]).flatMap((group) => [
      `### ${GROUPS[group]}`,
      '',
      ...grammar.steps.filter((type) => type.group === group).flatMap(stepSection),
    ]),
    '### What `expect` and `eventually` look at',
    '',
    ...grammar.claims
      .flatMap(({ forms }) => forms)
      .flatMap((form) => [`#### \`${form.key}:\``, '', form.doc, '', ...example(form.examples, '- '), ...fieldTable(form.fields)]),
    '### `given`: the world it starts in',
    '',
    ...grammar.given.map(({ form }) => `- \`{ ${form.examples[0] ?? form.key} }\`: ${form.doc}`),
    '',
    '### `config`: settings of the system',
    '',
    ...fieldTable(CONFIG_FIELDS),
    '### `invariants`: rules of its own',
    '',
    ...grammar.invariants.map((form) => `- \`${form.key}:\` ${form.doc}`),
    '',
    'Each has a `name`, and says what it is about in the words of `expect`.',
    '',
    ...example(ruleExamples, ''),
    '### `load`: a load to drive',
    '',
    ...fieldTable(loadFields(grammar.speech, () => grammar.journeySteps)),
    '#### A journey of a load',
    '',
    ...fieldTable(journeyFields(() => grammar.journeySteps)),
    `Its steps: ${grammar.journeySteps.map(({ key }) => `\`${key}\``).join(' ')}.`,
    '',
    ...grammar.journeySteps.filter(({ key }) => key === 'think').flatMap(stepSection),
    '### Words',
    '',
    ...statusTable(grammar),
    `Event types: ${grammar.inventory.eventTypes.map((type) => `\`${type}\``).join(' ')}`,
  ].join('\n');

/** The document with its reference part renewed. Throws where the markers are missing. */
export const withReference = (document: string, grammar: Grammar, ruleExamples: readonly string[]): string => {
  const from = document.indexOf(BEGIN);
  const to = document.indexOf(END);
  if (from < 0 || to < from) throw new Error(`the document has no place for the reference: ${BEGIN} … ${END}`);
  return `${document.slice(0, from)}${BEGIN}\n\n${referenceMarkdown(grammar, ruleExamples)}\n\n${document.slice(to)}`;
};
