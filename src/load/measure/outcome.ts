import { OUTCOME_KINDS } from '../../kernel/load.ts';

const KIND_IN_PROBLEM = /"kind":"([a-z-]+)"/;

/** What kind of outcome an answer is ({@link OUTCOME_KINDS}): for a failure, the kind that its problem document names. */
export const kindOf = (status: number, body: string): string => {
  if (status === 0) return 'no-answer';
  if (status < 400) return 'success';
  if (status < 500) return 'refused';
  const named = KIND_IN_PROBLEM.exec(body)?.[1];
  return named !== undefined && (OUTCOME_KINDS as readonly string[]).includes(named) ? named : 'other-failure';
};
