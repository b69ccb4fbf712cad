import type { Invocation, Run } from '../command.ts';
import { EXIT } from '../../kernel/exit-codes.ts';
import { definitionOf, spokenOf } from '../system-module.ts';
import type { SCHEMA_NAMES } from '../words.ts';

type SchemaName = (typeof SCHEMA_NAMES)[number];

/** The system and its contexts as they would run. */
const loadSystem = async (invocation: Invocation) => {
  const system = await definitionOf(invocation);
  const { describeContexts } = await import('../../system/definition.ts');
  return { system, definitions: describeContexts(system) };
};

/** Each document, with what it is made from loaded only when it is asked for. */
const DOCUMENTS: Readonly<Record<SchemaName, (invocation: Invocation) => Promise<unknown>>> = {
  scenario: async (invocation) => {
    const { grammarOf } = await import('../../scenarios/grammar.ts');
    return (await import('../../scenarios/language/index.ts')).scenarioJsonSchema(grammarOf(await spokenOf(invocation)));
  },
  report: async () => (await import('zod')).toJSONSchema((await import('../../reports/report-schema.ts')).reportSchema),
  recording: async () => (await import('zod')).toJSONSchema((await import('../../reports/recording-schema.ts')).entrySchema),
  openapi: async (invocation) => {
    const { system, definitions } = await loadSystem(invocation);
    return (await import('../../system/openapi.ts')).openApiOf(system, definitions, `http://127.0.0.1:${system.gatewayPort}`);
  },
  asyncapi: async (invocation) => {
    const { system, definitions } = await loadSystem(invocation);
    return (await import('../../system/asyncapi.ts')).asyncApiOf(system, definitions);
  },
  config: async () => (await import('../options/config-schema.ts')).configSchema(),
  problems: async (invocation) => {
    const { PROBLEMS } = await import('../../runtime/http/catalogue.ts');
    const { refusalsOf } = await import('../../system/definition.ts');
    return Object.fromEntries(
      Object.entries({ ...refusalsOf((await loadSystem(invocation)).definitions), ...PROBLEMS }).map(([code, kind]) => [
        code,
        { type: `urn:food-sim:problem:${code}`, ...kind },
      ]),
    );
  },
};

/** `food-sim schema`: prints a document that describes one of the program's formats. */
export const run: Run = async (invocation) => {
  const { io, words } = invocation;
  io.stdout.write(`${JSON.stringify(await DOCUMENTS[words[0] as SchemaName](invocation), null, 2)}\n`);
  return EXIT.passed;
};
