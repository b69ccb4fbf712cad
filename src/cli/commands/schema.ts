import type { Run } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import type { SCHEMA_NAMES } from '../words.ts';

type SchemaName = (typeof SCHEMA_NAMES)[number];

/** The system and its contexts as they would run. */
const loadSystem = async () => {
  const { FOOD } = await import('../../contexts/index.ts');
  const { describeContexts } = await import('../../system/definition.ts');
  return { system: FOOD, definitions: describeContexts(FOOD) };
};

/** Each document, with what it is made from loaded only when it is asked for. */
const DOCUMENTS: Readonly<Record<SchemaName, () => Promise<unknown>>> = {
  scenario: async () => (await import('../../scenarios/language/index.ts')).scenarioJsonSchema(),
  report: async () => (await import('zod')).toJSONSchema((await import('../../reports/report-schema.ts')).reportSchema),
  recording: async () => (await import('zod')).toJSONSchema((await import('../../reports/recording-schema.ts')).entrySchema),
  openapi: async () => {
    const { system, definitions } = await loadSystem();
    return (await import('../../system/openapi.ts')).openApiOf(system, definitions, `http://127.0.0.1:${system.gatewayPort}`);
  },
  asyncapi: async () => {
    const { system, definitions } = await loadSystem();
    return (await import('../../system/asyncapi.ts')).asyncApiOf(system, definitions);
  },
  problems: async () => {
    const { PROBLEMS } = await import('../../runtime/http/catalogue.ts');
    const { refusalsOf } = await import('../../system/definition.ts');
    return Object.fromEntries(Object.entries({ ...refusalsOf((await loadSystem()).definitions), ...PROBLEMS }).map(([code, kind]) => [code, { type: `urn:food-sim:problem:${code}`, ...kind }]));
  },
};

/** `food-sim schema`: prints a document that describes one of the program's formats. */
export const run: Run = async ({ io, words }) => {
  io.stdout.write(`${JSON.stringify(await DOCUMENTS[words[0] as SchemaName](), null, 2)}\n`);
  return EXIT.passed;
};
