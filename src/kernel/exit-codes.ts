import { OperatingError, type Trouble } from './errors.ts';

/** The exit codes, by what they mean; the table in docs and --help is made from these. */
export const EXIT = {
  passed: 0,
  failed: 1,
  usage: 2,
  'invalid-input': 3,
  inconclusive: 4,
  infrastructure: 5,
  'threshold-missed': 6,
  bug: 70,
  interrupted: 130,
} as const satisfies Readonly<Record<Trouble | 'passed' | 'failed' | 'threshold-missed' | 'bug', number>>;

/** What each exit code says, for --help. */
export const EXIT_MEANINGS: readonly (readonly [code: number, meaning: string])[] = [
  [EXIT.passed, 'everything held'],
  [EXIT.failed, 'an expectation failed'],
  [EXIT.usage, 'wrong usage: unknown command, option or value'],
  [EXIT['invalid-input'], 'a scenario, configuration or input file is invalid'],
  [EXIT.inconclusive, 'inconclusive: the system did not come to rest in time'],
  [EXIT.infrastructure, 'infrastructure: no server, port taken, disk full, database locked or damaged'],
  [EXIT['threshold-missed'], 'a load threshold was missed'],
  [EXIT.bug, 'a bug of food-sim'],
  [EXIT.interrupted, 'interrupted: everything was stopped, what was reached was reported'],
];

/** The exit code of whatever was thrown; anything that is not an OperatingError is a bug. */
export const exitCodeOf = (error: unknown): number => (error instanceof OperatingError ? EXIT[error.trouble] : EXIT.bug);
