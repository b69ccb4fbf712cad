import type { LoadFinding } from '../../kernel/load.ts';
import type { Finding } from '../history.ts';

/** The most rules that are told of one load. */
const MOST_RULES = 20;

/** One finding for each rule, with how many there are of it. */
export const groupFindings = (findings: readonly Finding[]): readonly LoadFinding[] => {
  const groups = Map.groupBy(findings, ({ of, rule }) => `${of} ${rule}`);
  return [...groups.values()].slice(0, MOST_RULES).map((all) => ({ ...(all[0] as Finding), count: all.length }));
};

/** How many there are, by what they are of; no values where nobody judged. */
export const metricsOfFindings = (findings: readonly Finding[] | undefined): Readonly<Record<string, number>> =>
  findings === undefined
    ? {}
    : {
        'saga.violations': findings.filter(({ of }) => of === 'saga').length,
        'history.violations': findings.filter(({ of }) => of === 'history').length,
      };
