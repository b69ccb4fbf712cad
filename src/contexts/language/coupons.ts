import { counted } from '../../kernel/counted.ts';
import type { ClaimKind } from '../../scenarios/definition.ts';
import type { Expectation, Template, WholeNumber } from '../../scenarios/language/ast.ts';
import { defineForm, required } from '../../scenarios/language/structures.ts';
import { expandText, expandWhole } from '../../scenarios/language/template.ts';
import { text, wholeOrVariable } from '../../scenarios/language/types.ts';
import { fieldOf } from '../../scenarios/runner/json.ts';
import { get, problemOf } from '../../scenarios/runner/look.ts';
import { NotPassed } from '../../scenarios/runner/verdict.ts';

/** How many coupons a customer has. */
export interface CouponsExpectation extends Expectation {
  readonly form: 'coupons';
  readonly customer: Template;
  readonly count: WholeNumber;
}

const urlOf = (customer: string): string => `/customers/${encodeURIComponent(customer)}`;

/** Expectations of coupons. */
export const COUPONS: ClaimKind<CouponsExpectation> = {
  form: 'coupons',
  forms: [
    defineForm({
      key: 'coupons',
      what: 'expect',
      doc: "A customer's coupons.",
      examples: ['expect: { coupons: kim, is: 1 }'],
      fields: {
        coupons: required(text({ says: "a customer's id" }), "The customer's id."),
        is: required(wholeOrVariable(0), 'How many.'),
      },
      build: (values): CouponsExpectation => ({ form: 'coupons', customer: values.coupons, count: values.is }),
    }),
  ],
  judge: async (bench, claim) => {
    const { lookUp } = bench.names;
    const customer = expandText(claim.customer, lookUp);
    const expected = expandWhole(claim.count, lookUp);
    const answer = await get(bench, urlOf(customer));
    // A customer who never ordered is not known, and has no coupons.
    const actual = answer.status === 404 ? 0 : fieldOf(answer.body, 'couponCount');
    if (actual !== expected)
      throw new NotPassed({
        message: `customer ${customer} has ${typeof actual === 'number' ? counted(actual, 'coupon') : `no count of coupons (${problemOf(answer)})`} and not ${expected}`,
        expected,
        actual,
      });
  },
  isMissing: async ({ system, names }, { customer }) =>
    (await system.dispatch({ method: 'GET', url: urlOf(expandText(customer, names.lookUp)), headers: {} })).status === 404,
};
