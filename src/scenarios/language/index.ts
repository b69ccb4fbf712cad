/** The scenario language: its face to the command line. */
export { formatProblem, type Problem } from './problems.ts';
export { lintFiles } from './lint.ts';
export { scenarioJsonSchema } from './schema.ts';
