import { OperatingError } from '../../kernel/errors.ts';
import { REPORT_KINDS, type ReportKind } from '../../reports/kinds.ts';
import { nearest } from '../../kernel/nearest.ts';
import type { Invocation } from '../command.ts';

/** A report that was asked for; without a path it goes to stdout. */
export interface Wanted {
  readonly kind: ReportKind;
  readonly path?: string;
}

const parse = (text: string, origin: string): Wanted => {
  const [word = '', path] = text.split(/=(.*)/s);
  const kind = REPORT_KINDS.find((known) => known === word);
  if (kind === undefined) {
    const hint = nearest(word, REPORT_KINDS);
    throw new OperatingError(
      'usage',
      `${origin}: ${JSON.stringify(word)} is not a kind of report${hint === undefined ? '' : `; did you mean ${hint}?`}`,
      {
        mend: `There are ${REPORT_KINDS.join(', ')}. For example: --report junit=report.xml`,
      },
    );
  }
  if (path === '')
    throw new OperatingError('usage', `${origin}: ${text} names no file`, {
      mend: `Write --report ${kind}=FILE, or --report ${kind} for stdout.`,
    });
  return path === undefined ? { kind } : { kind, path };
};

/** The reports that the options ask for. Throws an OperatingError (usage) for a kind that there is not. */
export const wantedReports = ({ settings, origins }: Pick<Invocation, 'settings' | 'origins'>): readonly Wanted[] =>
  settings.report.map((text) => parse(text, origins.report));
