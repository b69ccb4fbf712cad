import { OPTION_NAMES, optionOf, type OptionName } from './options.ts';

type JsonSchema = Readonly<Record<string, unknown>>;

const SCALAR: JsonSchema = { type: ['string', 'number', 'boolean'] };

/** Whether the option takes its choices alone: then an editor can refuse anything else. */
const isClosed = (name: OptionName): boolean => {
  const option = optionOf(name);
  const reads = (text: string): boolean => {
    try {
      option.read(text);
      return true;
    } catch {
      return false;
    }
  };
  return (option.choices ?? []).length > 0 && (option.choices ?? []).every(reads) && !reads('none of them');
};

const valueOf = (name: OptionName): JsonSchema => {
  const option = optionOf(name);
  if (option.kind === 'flag') return { type: 'boolean' };
  if (isClosed(name)) return { enum: option.choices };
  return option.choices === undefined ? { ...SCALAR, examples: [option.example] } : { anyOf: [{ enum: option.choices }, SCALAR] };
};

const schemaOf = (name: OptionName): JsonSchema => {
  const option = optionOf(name);
  const description = `${option.summary}${option.defaultSays === undefined ? '' : ` (default: ${option.defaultSays})`}`;
  const value = valueOf(name);
  if (option.kind !== 'many') return { description, ...value };
  return { description, anyOf: [value, { type: 'array', items: value }, { type: 'object', additionalProperties: SCALAR }] };
};

/** The JSON Schema (draft 2020-12) of `food-sim.config.yaml`, made from the options. */
export const configSchema = (): JsonSchema => ({
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  $id: 'urn:food-sim:schema:config',
  title: 'food-sim.config.yaml',
  description: 'Options of food-sim, under their long names; the command line and FOOD_SIM_* variables are stronger.',
  type: 'object',
  additionalProperties: false,
  properties: Object.fromEntries(OPTION_NAMES.filter((name) => name !== 'config').map((name) => [name, schemaOf(name)])),
});
