/** The `invariants` section: what must hold of a scenario whatever happens, in the words of `expect`. */
import type { Expectation, InvariantSection, Scenario } from './ast.ts';
import { EXPECTATION_FORMS, negativeWord } from './expectations.ts';
import { defineForm, list, oneOfForms, placed, required, type Form } from './structures.ts';
import { literal, type Type } from './types.ts';

type Mode = InvariantSection['mode'];

/** What must be so from the first moment on can't say that something has happened: before it does, it has not. */
const positiveWord = (claim: Expectation): string | undefined => {
  switch (claim.form) {
    case 'resource':
      return claim.exists === true ? 'exists: true' : undefined;
    case 'events':
      if (claim.inOrder !== undefined) return 'in order';
      if (claim.include !== undefined) return 'include';
      if (claim.exactly !== undefined) return 'exactly';
      if (claim.compensates !== undefined) return 'compensates';
      return claim.causedBy === undefined ? undefined : 'caused by';
    case 'notices':
      if (claim.onceEach !== undefined) return 'once each';
      if (claim.include !== undefined) return 'include';
      if (claim.exactly !== undefined) return 'exactly';
      return claim.count === undefined ? undefined : 'count';
    case 'delivery list':
      if (claim.includes.length > 0) return 'includes';
      return claim.exactly === undefined ? undefined : 'exactly';
    // Mypage follows the stream, so it is behind it most of the time.
    case 'mypage drift':
      return 'mypage drift';
    case 'coupons':
    case 'nothing else':
    case 'dead letters':
    case 'answer':
    case 'value':
      return undefined;
  }
};

/** What only a step can be about: what the steps before it did, or named. */
const ofSteps = (claim: Expectation): string | undefined => (claim.form === 'answer' || claim.form === 'value' || claim.form === 'nothing else' ? claim.form : undefined);

/** Why a claim can't be judged in this mode, and what could be written instead; undefined where it can. */
const objectionTo = (mode: Mode, claim: Expectation): readonly [message: string, expected: string] | undefined => {
  const step = ofSteps(claim);
  if (step !== undefined) return [`${step} belongs to a step, and no invariant can be about it`, 'what a context shows: order, cooking, delivery, payment, mypage, coupons, events …'];
  const positive = mode === 'always' ? positiveWord(claim) : undefined;
  if (positive !== undefined) return [`${positive} can't be always so: it only comes to be`, 'eventually, or what must not be: exclude, excludes, isn\'t'];
  const negative = mode === 'sometimes' ? negativeWord(claim) : undefined;
  if (negative !== undefined) return [`${negative} can hold too early, so sometimes proves nothing`, 'eventually, or what is reached: is, include, in order'];
  return undefined;
};

const claimType = oneOfForms('an invariant', () => EXPECTATION_FORMS);

const formOf = (mode: Mode, doc: string): Form<Omit<InvariantSection, 'position'>> =>
  defineForm({
    key: mode,
    what: 'an invariant',
    doc,
    examples: [],
    fields: { name: required(literal(), 'What it is called where it is violated.'), [mode]: required(claimType, doc) },
    build: (values, complain, reading) => {
      const claim = values[mode] as Expectation;
      const objection = objectionTo(mode, claim);
      if (objection !== undefined) return complain(...objection);
      // Whether something is ever reached, no single run can say, so it could not fail one.
      if (mode !== 'sometimes') reading.expectationCount += 1;
      return { name: values.name, mode, claim };
    },
  });

/** The kinds of invariants, in the order of the reference. */
export const INVARIANT_FORMS: readonly Form<Omit<InvariantSection, 'position'>>[] = [
  formOf('always', 'Holds whenever something was committed, of whatever is there by then.'),
  formOf('eventually', 'Holds once faults are over and nothing is in flight.'),
  formOf('sometimes', 'Is reached at some moment of a whole exploration; otherwise the exploration proved little, and exits 4.'),
];

/** Reads the invariants section. */
export const invariantSections = (): Type<Scenario['invariants']> => list(placed(oneOfForms('an invariant', () => INVARIANT_FORMS)));
