import type { Grammar } from '../definition.ts';
import { stepSchema } from './step-types.ts';
import { shareSchemas } from './share-schemas.ts';
import { schemaOfFields } from './structures.ts';

/** The JSON Schema (draft 2020-12) of one scenario about a system, made from the tables that the parser reads by. */
export const scenarioJsonSchema = ({ sections, steps, journeySteps, system }: Grammar): object =>
  shareSchemas({
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: `urn:food-sim:schema:scenario:${system.name}`,
    title: `A scenario of the system ${system.name}`,
    description: `What happens in it, and what must come of it. ${system.description} See docs/scenario-language.md.`,
    ...schemaOfFields(sections),
    // Only a load may stand without steps.
    anyOf: [{ required: ['steps'] }, { required: ['load'] }],
    $defs: { step: stepSchema(steps), journeyStep: stepSchema(journeySteps) },
  });
