/** Feeders of a load: values for what is sent, written out or read from a file beside the scenario's. */
import { readFileSync } from 'node:fs';
import { dirname, extname, resolve } from 'node:path';
import { parse as parseCsv, CsvError } from 'csv-parse/sync';
import { isMap, isScalar, type Node } from 'yaml';
import { fileReasonOf } from '../../kernel/errors.ts';
import { DRAWS, type FedValue, type Feeder } from './ast-load.ts';
import type { Place, Reading } from './reading.ts';
import { fields, list, mapOf, optional, placed, refined } from './structures.ts';
import { literal, variableName, word, type Type } from './types.ts';

/** A value of a variable: a text, number or boolean; a number that would lose its look, such as 007, stays a text. */
export const scalar = (): Type<FedValue> => {
  const asText = literal('a text, a number, true or false');
  return {
    ...asText,
    read: (node, at, reading) => {
      const resolved = reading.resolve(node);
      const value = isScalar(resolved) ? resolved.value : undefined;
      if (typeof value === 'boolean') return value;
      if (typeof value === 'number' && isScalar(resolved) && String(value) === resolved.source) return value;
      return asText.read(node, at, reading);
    },
  };
};

/** A value alone, or values by their columns. */
type Row = FedValue | Readonly<Record<string, FedValue>>;

/** A larger file is no list of values: 16 MiB. */
const LARGEST_FILE = 16 * 1024 * 1024;

const isFed = (value: unknown): value is FedValue => ['string', 'number', 'boolean'].includes(typeof value);

const isRow = (value: unknown): value is Row =>
  isFed(value) || (typeof value === 'object' && value !== null && !Array.isArray(value) && Object.values(value).every(isFed));

type Refuse = (message: string, expected?: string) => undefined;

const rowsOfJson = (text: string, refuse: Refuse): readonly Row[] | undefined => {
  try {
    const value: unknown = JSON.parse(text);
    if (Array.isArray(value) && value.every(isRow)) return value;
    return refuse('is not a list of values', 'a JSON list of texts, numbers, true and false, or of objects of them');
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return refuse(`is not JSON: ${error.message}`);
  }
};

const rowsOfCsv = (text: string, refuse: Refuse): readonly Row[] | undefined => {
  try {
    return parseCsv(text, { columns: true, bom: true, trim: true, skip_empty_lines: true });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    return refuse(`is not CSV with a first line of columns: ${error.message}`);
  }
};

/** What a file holds, by the end of its name. */
const KINDS: Readonly<Record<string, (text: string, refuse: Refuse) => readonly Row[] | undefined>> = {
  '.csv': rowsOfCsv,
  '.json': rowsOfJson,
};

const readRows = (path: string, from: string, refuse: Refuse): readonly Row[] | undefined => {
  const read = KINDS[extname(path).toLowerCase()];
  if (read === undefined) return refuse('is not a file of values', `a file called ${Object.keys(KINDS).join(' or ')}`);
  try {
    const bytes = readFileSync(resolve(dirname(from), path));
    if (bytes.length > LARGEST_FILE) return refuse(`has more than the ${LARGEST_FILE} bytes that a feeder may have`);
    return read(new TextDecoder('utf-8', { fatal: true }).decode(bytes), refuse);
  } catch (error) {
    if (error instanceof TypeError) return refuse('is not UTF-8 text');
    return refuse(`can't be read: ${fileReasonOf(error)}`, "a file beside the scenario's, or its whole path");
  }
};

/** Rows of one file, as a value of the field that names it. */
const fileOfRows = (): Type<readonly Row[]> => {
  const path = literal('the path of a .csv or .json file');
  return {
    ...path,
    read: (node, at, reading) => {
      const named = path.read(node, at, reading);
      if (named === undefined) return undefined;
      return readRows(named, reading.file, (message, expected) => {
        reading.complain(node ?? at, `${named} ${message}`, expected === undefined ? {} : { expected });
        return undefined;
      });
    },
  };
};

const row: Type<Row> = (() => {
  const [one, several] = [scalar(), mapOf('a row', variableName(), scalar())];
  return {
    says: 'a value, or a mapping of columns',
    schema: { anyOf: [one.schema, several.schema] },
    read: (node: Node | null, at: Place, reading: Reading) =>
      isMap(reading.resolve(node)) ? several.read(node, at, reading) : one.read(node, at, reading),
  };
})();

const values = list(row, { isEmptyAllowed: true });

const FEEDER_FIELDS = {
  values: optional(values, 'The values: texts, numbers, true and false; or mappings, each with the same columns.'),
  file: optional(fileOfRows(), 'A file of them instead, beside this one: .csv with a first line of columns, or .json with a list.'),
  draw: optional(
    word('a way to draw', DRAWS),
    '`in turn` (the default), `at random`, or `unique`: each once, and what finds none left is not sent.',
  ),
};

/** The columns that every row has; a complaint where one has others. */
const columnsOf = (rows: readonly Row[], complain: Refuse): readonly string[] | undefined => {
  const [first] = rows;
  if (first === undefined) return complain('a feeder without any value feeds nothing', 'at least one value');
  const columnsIn = (one: Row): string => (isFed(one) ? '' : Object.keys(one).sort().join(', '));
  const odd = rows.findIndex((one) => columnsIn(one) !== columnsIn(first));
  if (odd > 0)
    return complain(
      `row ${odd + 1} of a feeder has other columns than the first: ${columnsIn(rows[odd] as Row) || 'none'}`,
      columnsIn(first) || 'a value alone',
    );
  return isFed(first) ? [] : Object.keys(first);
};

type Given = Omit<Feeder, 'position'> & { readonly columns: readonly string[] };

const written = placed(
  refined(fields('a feeder', FEEDER_FIELDS), ({ values: inline, file, draw = 'in turn' }, complain) => {
    if ((inline === undefined) === (file === undefined)) return complain('a feeder needs either values or a file');
    return { rows: inline ?? file ?? [], draw };
  }),
);
const bare = placed(refined(values, (rows) => ({ rows, draw: 'in turn' as const })));

/** The row with the names that templates know its values by. */
const namedRow = (feeder: string, one: Row): Readonly<Record<string, FedValue>> =>
  isFed(one) ? { [feeder]: one } : Object.fromEntries(Object.entries(one).map(([column, value]) => [`${feeder}.${column}`, value]));

/** One feeder: a list of values, or a mapping that says more of them. */
const feeder = (): Type<{ readonly rows: readonly Row[] } & Omit<Given, 'rows'> & Pick<Feeder, 'position'>> => ({
  says: 'a list of values, or { values or file, draw }',
  schema: { anyOf: [bare.schema, written.schema] },
  read: (node, at, reading) => {
    const given = (isMap(reading.resolve(node)) ? written : bare).read(node, at, reading);
    if (given === undefined) return undefined;
    const columns = columnsOf(given.rows, (message, expected) => {
      reading.complain(node ?? at, message, expected === undefined ? {} : { expected });
      return undefined;
    });
    return columns && { rows: given.rows, draw: given.draw, position: given.position, columns };
  },
});

/** The feeders of a load: each name, or each of its columns as `NAME.COLUMN`, becomes a variable of what is sent. */
export const feeders: Type<Readonly<Record<string, Feeder>>> = refined(
  mapOf('feeders', variableName(), feeder()),
  (all, _complain, reading) =>
    Object.fromEntries(
      Object.entries(all).map(([name, { rows, draw, position, columns }]) => {
        for (const variable of columns.length === 0 ? [name] : columns.map((column) => `${name}.${column}`))
          reading.introduceVariable(variable);
        return [name, { draw, position, rows: rows.map((one) => namedRow(name, one)) }];
      }),
    ),
);
