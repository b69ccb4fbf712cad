/** The scenario language: its only face to the rest of the program. */
export * from './ast.ts';
export { formatProblem, problemLine, ScenarioErrors, displayWidth, type Problem } from './problems.ts';
export { parseScenarios, type ParseOptions } from './parse.ts';
export { expandJson, expandText, expandWhole, referencesIn, type LookUp } from './template.ts';
export { CONTEXT_NAMES, EVENT_TYPES, STATUS_WORDS, type ContextName, type EventType } from './words.ts';
export { lintFiles, type LintResult } from './lint.ts';
export { scenarioJsonSchema } from './schema.ts';
export { parseDuration } from './types.ts';
