/** The scenario language: its face to the command line. */
export { formatProblem, type Problem } from './problems.ts';
export { lintFiles } from './lint.ts';
export { scenarioJsonSchema } from './schema.ts';
export { waitsForWriter } from './waits-for-writer.ts';
