import { errors } from '@nats-io/transport-node';
import { OperatingError } from '../kernel/errors.ts';

/** What a server does not let this user do. */
export interface Violation {
  readonly operation: 'publish' | 'subscription';
  readonly subject: string;
  /** The server's own words. */
  readonly text: string;
}

/** The refusal for want of a permission in an error or in what caused it; undefined where it is another one. */
export const violationOf = (error: unknown): Violation | undefined => {
  if (error instanceof errors.PermissionViolationError) return { operation: error.operation, subject: error.subject, text: error.message };
  return error instanceof Error && error.cause !== undefined ? violationOf(error.cause) : undefined;
};

/** All that a permission for this subject should allow: not one stream, consumer or answer alone. */
const patternOf = (subject: string): string =>
  subject
    .replace(/^(_[A-Za-z0-9]+)\..+$/, '$1.>')
    .replace(/^(foodsim\.[^.]+)\..+$/, '$1.>')
    .replace(/^(\$JS\..*?)\.FOODSIM_.*$/, '$1.>')
    .replace(/^\$JS\.ACK\..*$/, '$JS.ACK.>');

/** What a person writes into the server's configuration, as a full sentence. */
export const permissionMend = ({ operation, subject }: Pick<Violation, 'operation' | 'subject'>): string => {
  const list = operation === 'publish' ? 'publish' : 'subscribe';
  return `Let this user ${list} ${operation === 'publish' ? 'on' : 'to'} it: in the server’s configuration, permissions { ${list}: { allow: [ "${patternOf(subject)}" ] } } (and no deny that takes it back).`;
};

/**
 * The failure of what takes a permission that this user lacks. At a start it is final; of a system at work it passes when
 * somebody gives it.
 */
export const forbidden = (what: string, violation: Violation, isPassing: boolean): OperatingError =>
  new OperatingError('infrastructure', `${what}: ${violation.text}`, { mend: permissionMend(violation), isPassing });
