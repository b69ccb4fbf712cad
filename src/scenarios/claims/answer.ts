/** What is judged as it is: the answers of earlier requests, and values. */
import { isSameText } from '../../kernel/words.ts';
import type { HttpResponse } from '../../runtime/http/route.ts';
import type { Bench, ClaimKind } from '../definition.ts';
import type { AnswerExpectation, NamedAnswerExpectation, Template, ValueExpectation } from '../language/ast.ts';
import { ANSWER_FIELDS } from '../language/request-step.ts';
import type { Spelling } from '../language/speech.ts';
import { defineForm, optional, required } from '../language/structures.ts';
import { expandJson, expandText } from '../language/template.ts';
import { json, name, type Type } from '../language/types.ts';
import { wanted } from '../language/wanted.ts';
import { contains, isEqual, show, spelled } from '../runner/json.ts';
import { NotPassed } from '../runner/verdict.ts';
import { unmet } from './described.ts';

/** `last`, or the name of an answer. */
export const answerName = (): Type<Template> => {
  const named = name('answer');
  return {
    ...named,
    says: 'last, or the name of an answer',
    read: (node, at, reading) => {
      const resolved = reading.resolve(node);
      const isLast = resolved !== undefined && 'value' in resolved && resolved.value === 'last';
      return isLast ? ('last' as Template) : named.read(node, at, reading);
    },
  };
};

/** Whose names an answer is judged by, and how words are spelt. */
export interface AnswerBench extends Pick<Bench, 'names'> {
  readonly grammar: { readonly speech: { readonly spelling: Spelling } };
}

/** Judges an HTTP answer. Throws NotPassed. */
export const judgeAnswer = ({ names, grammar }: AnswerBench, answer: HttpResponse, expectation: AnswerExpectation): void => {
  const { lookUp } = names;
  if (expectation.status !== undefined && answer.status !== expectation.status) {
    throw new NotPassed({
      message: `the answer is HTTP ${answer.status} and not ${expectation.status}`,
      expected: expectation.status,
      actual: answer.body === undefined ? answer.status : { status: answer.status, body: answer.body },
    });
  }
  if (expectation.body !== undefined) {
    const expected = spelled(grammar.speech.spelling, expandJson(expectation.body, lookUp));
    if (!contains(answer.body, expected))
      throw new NotPassed({ message: "the answer's body is not as expected", expected, actual: answer.body });
  }
  for (const [header, template] of Object.entries(expectation.headers ?? {})) {
    const [expected, actual] = [expandText(template, lookUp), answer.headers[header.toLowerCase()]];
    if (actual !== expected)
      throw new NotPassed({ message: `header ${header} is ${show(actual)} and not ${show(expected)}`, expected, actual });
  }
};

/** Judges the answer of that name, or the last one. Throws NotPassed. */
export const judgeNamedAnswer = (bench: AnswerBench, claim: NamedAnswerExpectation): void => {
  const named = claim.name === undefined ? undefined : expandText(claim.name, bench.names.lookUp);
  const answer = bench.names.answer(named);
  if (answer === undefined)
    throw new NotPassed({ message: named === undefined ? 'there was no answer yet' : `no answer is named ${named}` });
  judgeAnswer(bench, answer, claim);
};

/** Expectations of answers. */
export const answerClaims = (examples: readonly string[]): ClaimKind<NamedAnswerExpectation> => ({
  form: 'answer',
  forms: [
    defineForm({
      key: 'answer',
      what: 'expect',
      doc: 'The answer of an earlier request, or the `last` HTTP answer of any step.',
      examples,
      fields: { answer: required(answerName(), '`last`, or the name that a request gave its answer.'), ...ANSWER_FIELDS },
      build: ({ answer: named, ...values }, complain): NamedAnswerExpectation | undefined => {
        if (Object.keys(values).length === 0) return complain('nothing is said of the answer', 'status, body or headers');
        return { form: 'answer', ...(named === 'last' ? {} : { name: named }), ...(values as AnswerExpectation) };
      },
    }),
  ],
  judge: judgeNamedAnswer,
  isOfSteps: true,
  isJudgedAtOnce: true,
});

const isPlain = (value: unknown): boolean => typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';

/** Judges a value. Throws NotPassed. */
export const judgeValue = ({ names }: Pick<Bench, 'names'>, expectation: ValueExpectation): void => {
  const actual = expandJson(expectation.value, names.lookUp);
  // Captured texts and numbers as written in YAML may differ in type only; what a person reads is compared.
  const isSame = (other: unknown): boolean =>
    isEqual(actual, other) || (isPlain(actual) && isPlain(other) && isSameText(String(actual), String(other)));
  if (expectation.is !== undefined) {
    const wrong = unmet(expectation.is, actual, (value) => expandJson(value, names.lookUp));
    if (wrong !== undefined && !('equals' in expectation.is && isSame(wrong.expected)))
      throw new NotPassed({ message: `the value is ${show(actual)} ${wrong.says}`, expected: wrong.expected, actual });
  }
  if (expectation.isNot !== undefined) {
    const unexpected = expandJson(expectation.isNot, names.lookUp);
    if (isSame(unexpected))
      throw new NotPassed({ message: `the value must not be ${show(unexpected)}`, expected: `not ${show(unexpected)}`, actual });
  }
};

/** Expectations of values. */
export const valueClaims = (examples: readonly string[]): ClaimKind<ValueExpectation> => ({
  form: 'value',
  forms: [
    defineForm({
      key: 'value',
      what: 'expect',
      doc: 'A captured value, or any text with variables.',
      examples,
      fields: {
        value: required(json(), 'The value, with its variables.'),
        is: optional(wanted(), 'What it must equal, or be compared with.'),
        "isn't": optional(json(), 'What it must not equal.'),
      },
      build: ({ value: looked, is, "isn't": isNot }, complain): ValueExpectation | undefined => {
        if (is === undefined && isNot === undefined) return complain('nothing is said of the value', "is or isn't");
        return { form: 'value', value: looked, ...(is === undefined ? {} : { is }), ...(isNot === undefined ? {} : { isNot }) };
      },
    }),
  ],
  judge: judgeValue,
  isOfSteps: true,
  isJudgedAtOnce: true,
});
