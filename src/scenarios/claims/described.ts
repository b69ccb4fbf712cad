/** What is said of something that has fields: of a resource, and of a row. */
import type { JsonTemplate, Template } from '../language/ast.ts';
import { optional } from '../language/structures.ts';
import { flag, literal, type Type } from '../language/types.ts';

/** A field: a name, or a JSON pointer. */
export const fieldName = (): Type<string> =>
  literal('a field', { matches: /^(?!\/.*~(?![01]))[^~]|^\/.*$/u, says: 'a name, or a JSON pointer such as /page/totalItems' });

/** Whether something is there. */
export const EXISTS = optional(flag(), 'Whether it is there at all.');

/** What a file says of it. */
export interface Said {
  readonly is?: Template;
  readonly "isn't"?: Template;
  readonly where?: Readonly<Record<string, JsonTemplate>>;
  readonly exists?: boolean;
}

/** The same as an expectation has it; undefined after a complaint, where nothing is said or what is said is no sense. */
export const describedBy = (
  what: string,
  { is, "isn't": isNot, where, exists }: Said,
  complain: (message: string, expected?: string) => undefined,
):
  | {
      readonly is?: Template;
      readonly isNot?: Template;
      readonly where?: Readonly<Record<string, JsonTemplate>>;
      readonly exists?: boolean;
    }
  | undefined => {
  const isJudged = is !== undefined || isNot !== undefined || where !== undefined;
  if (!isJudged && exists === undefined) return complain(`nothing is said of what ${what} must be`, "is, isn't, where or exists");
  if (isJudged && exists === false) return complain(`what does not exist has no status and no fields`, 'exists: false alone');
  return {
    ...(is === undefined ? {} : { is }),
    ...(isNot === undefined ? {} : { isNot }),
    ...(where === undefined ? {} : { where }),
    ...(exists === undefined ? {} : { exists }),
  };
};

/** What says that something is there already; it only comes to be. */
export const positiveExistence = ({ exists }: Pick<Said, 'exists'>): string | undefined => (exists === true ? 'exists: true' : undefined);
