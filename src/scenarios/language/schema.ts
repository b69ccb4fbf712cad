import { SCENARIO_FIELDS, STEP_TYPES } from './scenario-type.ts';
import { stepSchema } from './step-types.ts';
import { schemaOfFields } from './structures.ts';

/** The JSON Schema (draft 2020-12) of one scenario, made from the tables that the parser reads by. */
export const scenarioJsonSchema = (): object => ({
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  $id: 'urn:food-sim:schema:scenario',
  title: 'A food-sim scenario',
  description: 'What happens in the food-delivery system, and what must come of it. See docs/scenario-language.md.',
  ...schemaOfFields(SCENARIO_FIELDS),
  // Only a load may stand without steps.
  anyOf: [{ required: ['steps'] }, { required: ['load'] }],
  $defs: { step: stepSchema(STEP_TYPES) },
});
