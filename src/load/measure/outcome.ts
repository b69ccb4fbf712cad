import { OUTCOME_KINDS } from '../../kernel/load.ts';

/** What the status alone tells; a problem document can't claim it. */
const BY_STATUS: readonly string[] = [
  'success',
  'refused',
  'other-failure',
  'no-answer',
] satisfies readonly (typeof OUTCOME_KINDS)[number][];
const NAMED: readonly string[] = OUTCOME_KINDS.filter((kind) => !BY_STATUS.includes(kind));
const KIND_IN_PROBLEM = /"kind":"([a-z-]+)"/;

/** What kind of outcome an answer is ({@link OUTCOME_KINDS}): for a failure, the kind that its problem document names. */
export const kindOf = (status: number, body: string): string => {
  if (status === 0) return 'no-answer';
  if (status < 400) return 'success';
  if (status < 500) return 'refused';
  const named = KIND_IN_PROBLEM.exec(body)?.[1];
  return named !== undefined && NAMED.includes(named) ? named : 'other-failure';
};
