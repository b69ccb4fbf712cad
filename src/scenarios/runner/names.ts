import { OperatingError } from '../../kernel/errors.ts';
import type { Failure } from '../../kernel/recording.ts';
import type { HttpResponse } from '../../runtime/http/route.ts';
import type { OrderReference, ReviewReference } from '../language/ast.ts';
import { expandText, type LookUp } from '../language/template.ts';

/** What a scenario has named so far: orders, reviews, captured values and answers. */
export interface Names {
  /** What `${name}` stands for: a loop's variable, a captured value, a variable; `order:NAME` and `review:NAME` stand for ids. */
  readonly lookUp: LookUp;
  /** The same names, with variables of a loop before them. */
  within(variables: Readonly<Record<string, unknown>>): Names;
  setOrder(name: string, id: string): void;
  setReview(name: string, id: string): void;
  setValue(name: string, value: unknown): void;
  setAnswer(name: string | undefined, answer: HttpResponse): void;
  /** The order's id. Throws an OperatingError (invalid-input) for a name that was not placed. */
  orderId(reference: OrderReference): string;
  reviewId(reference: ReviewReference): string;
  /** The order's id by its name; undefined where it was not placed (yet). */
  findOrder(name: string): string | undefined;
  findReview(name: string): string | undefined;
  /** The answer of that name, or the last one. */
  answer(name: string | undefined): HttpResponse | undefined;
  /** The name that an order's or a review's id was given, for messages to people; the id where it has none. */
  nameOf(id: string): string;
}

interface Shelf {
  readonly orders: Map<string, string>;
  readonly reviews: Map<string, string>;
  readonly values: Map<string, unknown>;
  readonly answers: Map<string, HttpResponse>;
  last: HttpResponse | undefined;
}

const unknownName = (kind: string, name: string): OperatingError =>
  new OperatingError('invalid-input', `no ${kind} is named ${name} here`, { mend: `Name it in an earlier step, or check the spelling.` });

const namesOn = (shelf: Shelf, variables: Readonly<Record<string, unknown>>): Names => {
  const lookUp: LookUp = (name) => {
    if (name.startsWith('order:')) return shelf.orders.get(name.slice('order:'.length));
    if (name.startsWith('review:')) return shelf.reviews.get(name.slice('review:'.length));
    return Object.hasOwn(variables, name) ? variables[name] : shelf.values.get(name);
  };
  const idOf = (kind: string, ids: Map<string, string>, reference: OrderReference): string => {
    if (reference.by === 'id') return expandText(reference.id, lookUp);
    const name = expandText(reference.name, lookUp);
    const id = ids.get(name);
    if (id === undefined) throw unknownName(kind, name);
    return id;
  };
  return {
    lookUp,
    within: (inner) => namesOn(shelf, { ...variables, ...inner }),
    setOrder: (name, id) => void shelf.orders.set(name, id),
    setReview: (name, id) => void shelf.reviews.set(name, id),
    setValue: (name, value) => void shelf.values.set(name, value),
    setAnswer: (name, answer) => {
      shelf.last = answer;
      if (name !== undefined) shelf.answers.set(name, answer);
    },
    orderId: (reference) => idOf('order', shelf.orders, reference),
    reviewId: (reference) => idOf('review', shelf.reviews, reference),
    findOrder: (name) => shelf.orders.get(name),
    findReview: (name) => shelf.reviews.get(name),
    answer: (name) => (name === undefined ? shelf.last : shelf.answers.get(name)),
    nameOf: (id) => {
      for (const [name, named] of [...shelf.orders, ...shelf.reviews]) if (named === id) return name;
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

/** Begins with the scenario's variables and no orders. */
export const createNames = (vars: Readonly<Record<string, unknown>>): Names =>
  namesOn({ orders: new Map(), reviews: new Map(), values: new Map(Object.entries(vars)), answers: new Map(), last: undefined }, {});
