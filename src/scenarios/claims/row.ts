/** What tables hold, as it is committed: one row, or how many there are. */
import type { Table } from '../../runtime/tables/tables.ts';
import type { Bench, ClaimKind } from '../definition.ts';
import type { JsonTemplate, Named, RowExpectation, RowReference, RowsExpectation, Template } from '../language/ast.ts';
import type { MapEntry, Place, Reading } from '../language/reading.ts';
import type { Thing } from '../language/speech.ts';
import {
  canonicalKey,
  defineForm,
  fields,
  list,
  mapOf,
  optional,
  refined,
  required,
  type FieldTable,
  type Form,
} from '../language/structures.ts';
import { expandJson, expandText, expandWhole } from '../language/template.ts';
import { wanted } from '../language/wanted.ts';
import { listWords, name, text, wholeOrVariable, word, type Type } from '../language/types.ts';
import type { Inventory } from '../language/inventory.ts';
import { nearest } from '../../kernel/nearest.ts';
import { fieldOf, isEqual, show } from '../runner/json.ts';
import { NotPassed } from '../runner/verdict.ts';
import { describedBy, eitherOf, EXISTS, fieldName, onlyOrAll, positiveExistence, showWanted, unmet } from './described.ts';

interface OwnedTable {
  readonly context: string;
  readonly table: Table;
}

const tablesOf = ({ definitions }: Inventory): readonly OwnedTable[] =>
  definitions.flatMap(({ name: context, schema }) => schema.tables.map((table) => ({ context, table })));

const findTable = (inventory: Inventory, { context, table }: Pick<RowReference, 'context' | 'table'>): OwnedTable => {
  const found = tablesOf(inventory).find((one) => one.context === context && one.table.name === table);
  if (found === undefined) throw new Error(`assertion failed: ${context} has a table ${table}`);
  return found;
};

const PLACE_DOCS = { context: 'The context that keeps it; needed where two have a table of that name.', table: 'The table.' };

/** A table, by its name and, where that is not enough, its context. */
const ownedTable = (
  owned: readonly OwnedTable[],
  { context, table }: { readonly context?: string; readonly table: string },
  complain: (message: string, expected?: string) => undefined,
): OwnedTable | undefined => {
  const named = owned.filter((one) => one.table.name === table);
  const own = context === undefined ? named : named.filter((one) => one.context === context);
  const owners = named.map((one) => one.context).join(' and ');
  if (own.length === 1) return own[0];
  return own.length === 0
    ? complain(`${table} is a table of ${owners}, not of ${context}`, `context: ${owners}`)
    : complain(`${owners} have a table ${table} each`, 'context: the one that is meant');
};

const tableFields = (owned: readonly OwnedTable[]) => ({
  context: optional(word('a context with tables', [...new Set(owned.map(({ context }) => context))]), PLACE_DOCS.context),
  table: required(word('a table', [...new Set(owned.map(({ table }) => table.name))]), PLACE_DOCS.table),
});

const rowOf = (owned: readonly OwnedTable[]): Type<RowReference> =>
  refined(
    fields('row', {
      ...tableFields(owned),
      key: required(list(text({ says: 'a part of the key' }), { orOne: true }), "The row's key; a list where it has several parts."),
    }),
    ({ key, ...place }, complain) => {
      const found = ownedTable(owned, place, complain);
      if (found === undefined) return undefined;
      const { context, table } = found;
      if (key.length !== table.key.length)
        return complain(
          `a key of ${table.name} is ${table.key.join(' and ')}, and here ${key.length === 1 ? 'is one part' : `are ${key.length} parts`}`,
          `key: ${table.key.length === 1 ? table.key[0] : `[${table.key.join(', ')}]`}`,
        );
      return { context, table: table.name, key };
    },
  );

const columnOf = (field: string): string =>
  (field.startsWith('/') ? (field.split('/')[1] ?? '') : field).replaceAll('~1', '/').replaceAll('~0', '~');

/** Says of each field that is none of the table's columns where it stands. */
const complainOfColumns = ({ name: table, columns }: Table, entries: readonly MapEntry[], reading: Reading): boolean => {
  const where = entries.find(({ key }) => canonicalKey(key) === 'where');
  const mapping = where === undefined ? undefined : reading.resolve(where.value);
  const known = Object.keys(columns);
  const strange = mapping === undefined ? [] : reading.entries(mapping).filter(({ key }) => !known.includes(columnOf(key)));
  for (const { key, keyNode } of strange)
    reading.complain(keyNode, `${table} has no column ${columnOf(key)}`, {
      suggestion: nearest(columnOf(key), known),
      expected: listWords(known),
    });
  return strange.length > 0;
};

/** The same form, where what it says of columns is held to those of its table. */
const onColumns = <Claim extends Pick<RowReference, 'context' | 'table'>>(inventory: Inventory, form: Form<Claim>): Form<Claim> => ({
  ...form,
  read: (entries: readonly MapEntry[], at: Place, reading: Reading) => {
    const claim = form.read(entries, at, reading);
    return claim === undefined || complainOfColumns(findTable(inventory, claim).table, entries, reading) ? undefined : claim;
  },
});

const WHERE = optional(
  mapOf('where', fieldName(), wanted()),
  'Columns (or JSON pointers into them), and what they must equal, or be compared with.',
);
const STATUS_FIELDS = {
  is: optional(list(text({ says: 'a status' }), { orOne: true }), 'Its status; one of them where several are named.'),
  "isn't": optional(
    list(text({ says: 'a status' }), { orOne: true }),
    'A status that it must not have; none of them where several are named.',
  ),
};
const hasStatus = ({ columns }: Table): boolean => Object.hasOwn(columns, 'status');

/** A row by its table and key. */
const rowForm = (inventory: Inventory, examples: readonly string[]): Form<RowExpectation> => {
  const owned = tablesOf(inventory);
  return onColumns(
    inventory,
    defineForm({
      key: 'row',
      what: 'expect',
      doc: 'A row of a table, as it is committed.',
      examples,
      fields: { row: required(rowOf(owned), 'Which row.'), ...STATUS_FIELDS, where: WHERE, exists: EXISTS },
      build: ({ row, ...said }, complain): RowExpectation | undefined => {
        const described = describedBy('the row', said, complain);
        if (described === undefined) return undefined;
        const isJudged = said.is !== undefined || said["isn't"] !== undefined;
        if (isJudged && !hasStatus(findTable(inventory, row).table)) return complain(`${row.table} has no column status`, 'where: { … }');
        return { form: 'row', ...row, ...described };
      },
    }),
  );
};

/** The row of something that a step named. */
const thingForm = (inventory: Inventory, { what, sample }: Thing, { context, table }: NonNullable<Thing['row']>): Form<RowExpectation> => {
  const samples = Object.keys(table.columns).filter((column) => !table.key.includes(column));
  const example = hasStatus(table) || samples[0] === undefined ? 'exists: true' : `where: { ${samples[0]}: x }`;
  return onColumns(
    inventory,
    defineForm<FieldTable, RowExpectation>({
      key: what,
      what: 'expect',
      doc: `The row of the ${what} in ${table.name}, as it is committed.`,
      examples: [`expect: { ${what}: ${sample}, ${example} }`],
      fields: {
        [what]: required(name(what), `The ${what}'s name.`),
        ...(hasStatus(table) ? STATUS_FIELDS : {}),
        where: WHERE,
        exists: EXISTS,
      },
      build: (values, complain) => {
        const described = describedBy(what, values, complain);
        return described && { form: 'row', context, table: table.name, key: { what, name: values[what] as Template }, ...described };
      },
    }),
  );
};

const isNamed = (key: RowReference['key']): key is Named => 'what' in key;

/** The row, and what it is called; undefined where there is none. */
export const readRow = (
  { system, names, grammar }: Bench,
  reference: RowReference,
): { readonly row: object | undefined; readonly title: string; readonly subject: string } => {
  const { table } = findTable(grammar.inventory, reference);
  const { key } = reference;
  const parts = isNamed(key) ? [names.idOf({ ...key, by: 'name' })] : key.map((part) => expandText(part, names.lookUp));
  const typed = parts.map((part, index) => (table.columns[table.key[index] ?? '']?.startsWith('integer') === true ? Number(part) : part));
  const title = isNamed(key) ? `${key.what} ${expandText(key.name, names.lookUp)}` : `row ${parts.join(', ')} of ${table.name}`;
  return { row: system.read(reference.context).get(table, ...typed), title, subject: parts[0] ?? '' };
};

const judgeRow = (bench: Bench, claim: RowExpectation): void => {
  const { lookUp } = bench.names;
  const { row, title, subject } = readRow(bench, claim);
  const fail = (message: string, expected: unknown, actual: unknown): never => {
    throw new NotPassed({ message: `${title} ${message}`, expected, actual, subject });
  };
  if (claim.exists === false) {
    if (row !== undefined) fail('must not exist', 'no row', row);
    return;
  }
  if (row === undefined) return fail('is not there', 'a row', 'none');
  const status = String(fieldOf(row, 'status'));
  if (claim.is !== undefined) {
    const expected = claim.is.map((one) => expandText(one, lookUp));
    if (!expected.some((one) => isEqual(status, one))) fail(`is ${status} and not ${eitherOf(expected)}`, onlyOrAll(expected), status);
  }
  if (claim.isNot !== undefined) {
    const unexpected = claim.isNot.map((one) => expandText(one, lookUp)).find((one) => isEqual(status, one));
    if (unexpected !== undefined) fail(`must not be ${unexpected}, and is`, `not ${unexpected}`, status);
  }
  for (const [field, wantedThere] of Object.entries(claim.where ?? {})) {
    const actual = fieldOf(row, field);
    const wrong = unmet(wantedThere, actual, (value) => expandJson(value, lookUp));
    if (wrong === undefined) continue;
    const { expected, says } = wrong;
    throw new NotPassed({ message: `${field} of ${title} is ${show(actual)} ${says}`, expected, actual, subject });
  }
};

/** Expectations of rows: of any table, and of what steps name. */
export const rowClaims = (inventory: Inventory, things: readonly Thing[], examples: readonly string[]): ClaimKind<RowExpectation> => ({
  form: 'row',
  forms: [
    ...things.flatMap((thing) => (thing.row === undefined ? [] : [thingForm(inventory, thing, thing.row)])),
    rowForm(inventory, examples),
  ],
  judge: judgeRow,
  needs: () => 'tables',
  positiveWord: positiveExistence,
  about: ({ key }) => (isNamed(key) ? [key] : []),
  isMissing: (bench, claim) => claim.exists !== false && readRow(bench, claim).row === undefined,
});

/** Expectations of how many rows there are. */
export const rowsClaims = (inventory: Inventory, examples: readonly string[]): ClaimKind<RowsExpectation> => {
  const owned = tablesOf(inventory);
  const place = refined(fields('rows', tableFields(owned)), (values, complain) => {
    const found = ownedTable(owned, values, complain);
    return found && { context: found.context, table: found.table.name };
  });
  return {
    form: 'rows',
    forms: [
      onColumns(
        inventory,
        defineForm({
          key: 'rows',
          what: 'expect',
          doc: 'How many rows of a table there are, as it is committed.',
          examples,
          fields: { rows: required(place, 'Of which table.'), where: WHERE, count: required(wholeOrVariable(0), 'How many.') },
          build: ({ rows, where = {}, count }): RowsExpectation => ({ form: 'rows', ...rows, where, count }),
        }),
      ),
    ],
    judge: ({ system, names, grammar }, claim) => {
      const { table } = findTable(grammar.inventory, claim);
      const where = Object.entries(claim.where);
      const expand = (value: JsonTemplate): unknown => expandJson(value, names.lookUp);
      const found = system
        .read(claim.context)
        .select(table)
        .filter((row) => where.every(([field, one]) => unmet(one, fieldOf(row, field), expand) === undefined));
      const expected = expandWhole(claim.count, names.lookUp);
      const such = where.length === 0 ? '' : ` with ${where.map(([field, one]) => `${field} ${showWanted(one, expand)}`).join(', ')}`;
      if (found.length !== expected)
        throw new NotPassed({
          message: `there ${found.length === 1 ? 'is 1 row' : `are ${found.length} rows`} of ${claim.table}${such} and not ${expected}`,
          expected,
          actual: found.slice(0, 20),
        });
    },
    needs: () => 'tables',
    positiveWord: ({ count }) => (count === 0 ? undefined : 'count'),
  };
};

/** A row to read a value from, as `capture` takes it. */
export const capturedRow = (inventory: Inventory): Type<RowReference> => rowOf(tablesOf(inventory));
