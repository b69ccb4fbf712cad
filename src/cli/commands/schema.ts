import type { ContextDefinition } from '../../runtime/context.ts';
import { DEFAULT_PORTS } from '../../system/options.ts';
import type { Run } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import type { SCHEMA_NAMES } from '../words.ts';

type SchemaName = (typeof SCHEMA_NAMES)[number];

/** The contexts as they would run; describing them calls nothing. */
const loadDefinitions = async (): Promise<readonly ContextDefinition[]> => [
  (await import('../../contexts/front/index.ts')).createFront({ lookUpOrder: () => Promise.reject(new Error('a description looks nothing up')) }),
  (await import('../../contexts/store/index.ts')).createStore(),
  (await import('../../contexts/rider/index.ts')).createRider(),
  (await import('../../contexts/notification/index.ts')).createNotification(),
  (await import('../../contexts/customer/index.ts')).createCustomer(),
];

/** Each document, with what it is made from loaded only when it is asked for. */
const DOCUMENTS: Readonly<Record<SchemaName, () => Promise<unknown>>> = {
  scenario: async () => (await import('../../scenarios/language/index.ts')).scenarioJsonSchema(),
  report: async () => (await import('zod')).toJSONSchema((await import('../../reports/report-schema.ts')).reportSchema),
  recording: async () => (await import('zod')).toJSONSchema((await import('../../reports/recording-schema.ts')).entrySchema),
  openapi: async () => (await import('../../system/openapi.ts')).openApiOf(await loadDefinitions(), `http://127.0.0.1:${DEFAULT_PORTS.gateway}`),
  asyncapi: async () => (await import('../../system/asyncapi.ts')).asyncApiOf(await loadDefinitions()),
  problems: async () => {
    const { PROBLEMS } = await import('../../runtime/http/catalogue.ts');
    return Object.fromEntries(Object.entries(PROBLEMS).map(([code, kind]) => [code, { type: `urn:food-sim:problem:${code}`, ...kind }]));
  },
};

/** `food-sim schema`: prints a document that describes one of the program's formats. */
export const run: Run = async ({ io, words }) => {
  io.stdout.write(`${JSON.stringify(await DOCUMENTS[words[0] as SchemaName](), null, 2)}\n`);
  return EXIT.passed;
};
