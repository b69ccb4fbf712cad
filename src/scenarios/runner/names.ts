import { OperatingError } from '../../kernel/errors.ts';
import type { Failure } from '../../kernel/recording.ts';
import type { HttpResponse } from '../../runtime/http/route.ts';
import type { Reference } from '../language/ast.ts';
import { expandText, type LookUp } from '../language/template.ts';

/** What a scenario has named so far: what its steps made, captured values and answers. */
export interface Names {
  /** What `${name}` stands for: a loop's variable, a captured value, a variable; `order:NAME` stands for the id of an order. */
  readonly lookUp: LookUp;
  /** The same names, with variables of a loop before them. */
  within(variables: Readonly<Record<string, unknown>>): Names;
  /** Keeps the id of something, by what it is and its name. */
  set(what: string, name: string, id: string): void;
  setValue(name: string, value: unknown): void;
  setAnswer(name: string | undefined, answer: HttpResponse): void;
  /** The id of something. Throws an OperatingError (invalid-input) for a name that nothing was given. */
  idOf(reference: Reference): string;
  /** The id by what it is and its name; undefined where it was not made (yet). */
  find(what: string, name: string): string | undefined;
  /** Everything that was made and named. */
  made(): readonly { readonly what: string; readonly name: string; readonly id: string }[];
  /** The answer of that name, or the last one. */
  answer(name: string | undefined): HttpResponse | undefined;
  /** The name that an id was given, for messages to people; the id where it has none. */
  nameOf(id: string): string;
}

interface Shelf {
  /** By what they are, the ids by their names. */
  readonly ids: Map<string, Map<string, string>>;
  readonly values: Map<string, unknown>;
  readonly answers: Map<string, HttpResponse>;
  last: HttpResponse | undefined;
}

const namesOn = (shelf: Shelf, variables: Readonly<Record<string, unknown>>): Names => {
  const find = (what: string, name: string): string | undefined => shelf.ids.get(what)?.get(name);
  const lookUp: LookUp = (name) => {
    const colon = name.indexOf(':');
    if (colon !== -1) return find(name.slice(0, colon), name.slice(colon + 1));
    return Object.hasOwn(variables, name) ? variables[name] : shelf.values.get(name);
  };
  return {
    lookUp,
    within: (inner) => namesOn(shelf, { ...variables, ...inner }),
    set: (what, name, id) => {
      const known = shelf.ids.get(what) ?? new Map<string, string>();
      shelf.ids.set(what, known.set(name, id));
    },
    setValue: (name, value) => void shelf.values.set(name, value),
    setAnswer: (name, answer) => {
      shelf.last = answer;
      if (name !== undefined) shelf.answers.set(name, answer);
    },
    idOf: (reference) => {
      if (reference.by === 'id') return expandText(reference.id, lookUp);
      const name = expandText(reference.name, lookUp);
      const id = find(reference.what, name);
      if (id === undefined)
        throw new OperatingError('invalid-input', `no ${reference.what} is named ${name} here`, {
          mend: `Name it in an earlier step, or check the spelling.`,
        });
      return id;
    },
    find,
    made: () => [...shelf.ids].flatMap(([what, ids]) => [...ids].map(([name, id]) => ({ what, name, id }))),
    answer: (name) => (name === undefined ? shelf.last : shelf.answers.get(name)),
    nameOf: (id) => {
      for (const names of shelf.ids.values()) for (const [name, named] of names) if (named === id) return name;
      return id;
    },
  };
};

/** The failure, with the name that the scenario gave to what it is about. */
export const withName = (failure: Failure, names: Pick<Names, 'nameOf'>): Failure => {
  const { subject } = failure;
  const name = subject === undefined ? undefined : names.nameOf(subject);
  return name === undefined || name === subject ? failure : { ...failure, subjectName: name };
};

/** Begins with the scenario's variables, and nothing made. */
export const createNames = (vars: Readonly<Record<string, unknown>>): Names =>
  namesOn({ ids: new Map(), values: new Map(Object.entries(vars)), answers: new Map(), last: undefined }, {});
