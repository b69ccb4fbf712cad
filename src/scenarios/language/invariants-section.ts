/** The `invariants` section: what must hold of a scenario whatever happens, in the words of `expect`. */
import type { Expectation, InvariantSection, Scenario } from './ast.ts';
import type { ClaimKind } from '../definition.ts';
import { defineForm, list, oneOfForms, placed, required, type Form } from './structures.ts';
import { literal, type Type } from './types.ts';

type Mode = InvariantSection['mode'];

/** Why a claim can't be judged in this mode, and what could be written instead; undefined where it can. */
const objectionTo = (
  mode: Mode,
  claim: Expectation,
  kinds: readonly ClaimKind[],
): readonly [message: string, expected: string] | undefined => {
  const kind = kinds.find(({ form }) => form === claim.form);
  if (kind?.isOfSteps === true) {
    const others = kinds.filter(({ isOfSteps }) => isOfSteps !== true).flatMap(({ forms }) => forms.map(({ key }) => key));
    return [
      `${claim.form} belongs to a step, and no invariant can be about it`,
      `what a context shows: ${others.slice(0, 8).join(', ')} …`,
    ];
  }
  const positive = mode === 'always' ? kind?.positiveWord?.(claim) : undefined;
  if (positive !== undefined)
    return [`${positive} can't be always so: it only comes to be`, "eventually, or what must not be: exclude, excludes, isn't"];
  const negative = mode === 'sometimes' ? kind?.negativeWord?.(claim) : undefined;
  if (negative !== undefined)
    return [`${negative} can hold too early, so sometimes proves nothing`, 'eventually, or what is reached: is, include, in order'];
  return undefined;
};

type Sections = Form<Omit<InvariantSection, 'position'>>;

/** The kinds of invariants, in the order of the reference. */
export const invariantForms = (kinds: readonly ClaimKind[]): readonly Sections[] => {
  const claims = kinds.flatMap(({ forms }) => forms);
  const claimType = oneOfForms('an invariant', () => claims);
  const formOf = (mode: Mode, doc: string): Sections =>
    defineForm({
      key: mode,
      what: 'an invariant',
      doc,
      examples: [],
      fields: { name: required(literal(), 'What it is called where it is violated.'), [mode]: required(claimType, doc) },
      build: (values, complain, reading) => {
        const claim = values[mode] as Expectation;
        const objection = objectionTo(mode, claim, kinds);
        if (objection !== undefined) return complain(...objection);
        // Whether something is ever reached, no single run can say, so it could not fail one.
        if (mode !== 'sometimes') reading.expectationCount += 1;
        return { name: values.name, mode, claim };
      },
    });
  return [
    formOf('always', 'Holds whenever something was committed, of whatever is there by then.'),
    formOf('eventually', 'Holds once faults are over and nothing is in flight.'),
    formOf('sometimes', 'Is reached at some moment of a whole exploration; otherwise the exploration proved little, and exits 4.'),
  ];
};

/** Reads the invariants section. */
export const invariantSections = (forms: readonly Sections[]): Type<Scenario['invariants']> =>
  list(placed(oneOfForms('an invariant', () => forms)));
