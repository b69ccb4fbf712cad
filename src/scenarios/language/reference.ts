/** The reference part of docs/scenario-language.md, made from the tables that the parser reads by. */
import { EXPECTATION_FORMS } from './expectations.ts';
import { CONFIG_FIELDS, GIVEN_FORMS, SCENARIO_FIELDS, STEP_TYPES } from './scenario-type.ts';
import { INVARIANT_FORMS } from './invariants-section.ts';
import { LOAD_FIELDS } from './load-section.ts';
import type { StepType } from './step-types.ts';
import type { FieldTable, Form } from './structures.ts';
import { EVENT_TYPES, STATUS_WORDS } from './words.ts';

const BEGIN = '<!-- reference: made from the parser; `npx vitest run src/scenarios/language -u` renews it -->';
const END = '<!-- end of reference -->';

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

const fieldTable = (fields: FieldTable): readonly string[] => [
  '| field | is | means |',
  '| --- | --- | --- |',
  ...Object.entries(fields).map(([name, { type, isRequired, doc }]) => `| \`${name}\`${isRequired ? ' (needed)' : ''} | ${cell(type.says)} | ${cell(doc)} |`),
  '',
];

const example = (lines: readonly string[], prefix: string): readonly string[] => (lines.length === 0 ? [] : ['```yaml', ...lines.map((line) => `${prefix}${line}`), '```', '']);

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

const statusTable = (): readonly string[] => [
  '| of | words |',
  '| --- | --- |',
  ...Object.entries(STATUS_WORDS).map(([resource, words]) => `| \`${resource}\` | ${Object.entries(words).map(([own, seedWord]) => `${seedWord} \`${own}\``).join(' · ')} |`),
  '',
];

/** The reference, in Markdown. */
export const referenceMarkdown = (): string =>
  [
    '### A scenario',
    '',
    ...fieldTable(SCENARIO_FIELDS),
    '### Steps',
    '',
    ...(Object.keys(GROUPS) as StepType['group'][]).flatMap((group) => [
      `### ${GROUPS[group]}`,
      '',
      ...STEP_TYPES.filter((type) => type.group === group).flatMap(stepSection),
    ]),
    '### What `expect` and `eventually` look at',
    '',
    ...EXPECTATION_FORMS.flatMap((form) => [`#### \`${form.key}:\``, '', form.doc, '', ...example(form.examples, '- '), ...fieldTable(form.fields)]),
    '### `given`: the world it starts in',
    '',
    ...GIVEN_FORMS.map((form) => `- \`{ ${form.examples[0] ?? form.key} }\`: ${form.doc}`),
    '',
    '### `config`: settings of the system',
    '',
    ...fieldTable(CONFIG_FIELDS),
    '### `invariants`: rules of its own',
    '',
    ...INVARIANT_FORMS.map((form) => `- \`${form.key}:\` ${form.doc}`),
    '',
    'Each has a `name`, and says what it is about in the words of `expect`.',
    '',
    ...example(['- name: Kim is charged for what is brought only', "  always: { payment: lunch, isn't: 환불됨 }", '- name: The kitchen wins now and then', '  sometimes: { cooking: lunch, is: 요리시작 }'], ''),
    '### `load`: a load to drive',
    '',
    ...fieldTable(LOAD_FIELDS),
    '### Words',
    '',
    ...statusTable(),
    `Event types: ${EVENT_TYPES.map((type) => `\`${type}\``).join(' ')}`,
  ].join('\n');

/** The document with its reference part renewed. Throws where the markers are missing. */
export const withReference = (document: string): string => {
  const from = document.indexOf(BEGIN);
  const to = document.indexOf(END);
  if (from < 0 || to < from) throw new Error(`the document has no place for the reference: ${BEGIN} … ${END}`);
  return `${document.slice(0, from)}${BEGIN}\n\n${referenceMarkdown()}\n\n${document.slice(to)}`;
};
