import { counted } from '../../kernel/counted.ts';
import { holdsText } from '../../kernel/words.ts';
import type { ClaimKind } from '../definition.ts';
import type { DeadLettersExpectation } from '../language/ast.ts';
import { defineForm, optional, required } from '../language/structures.ts';
import { expandText, expandWhole } from '../language/template.ts';
import { text, wholeOrVariable } from '../language/types.ts';
import { contextName, type Inventory } from '../language/inventory.ts';
import { NotPassed } from '../runner/verdict.ts';

/** Expectations of the messages that were given up on. */
export const deadLetterClaims = (inventory: Inventory, examples: readonly string[]): ClaimKind<DeadLettersExpectation> => ({
  form: 'dead letters',
  forms: [
    defineForm({
      key: 'dead letters',
      what: 'expect',
      doc: 'Messages that were given up on.',
      examples,
      fields: {
        'dead letters': required(wholeOrVariable(0), 'How many.'),
        in: optional(contextName(inventory), 'In this context only.'),
        reason: optional(text(), 'Only those whose error contains these words.'),
      },
      build: (values): DeadLettersExpectation => ({
        form: 'dead letters',
        count: values['dead letters'],
        ...(values.in === undefined ? {} : { context: values.in }),
        ...(values.reason === undefined ? {} : { reason: values.reason }),
      }),
    }),
  ],
  // How many there are is shown, and why is not.
  needs: ({ reason }) => (reason === undefined ? undefined : 'tables'),
  judge: ({ system, names }, claim) => {
    const expected = expandWhole(claim.count, names.lookUp);
    const reason = claim.reason === undefined ? undefined : expandText(claim.reason, names.lookUp);
    const found = system
      .deadLetters()
      .filter(
        (letter) =>
          (claim.context === undefined || letter.context === claim.context) && (reason === undefined || holdsText(letter.error, reason)),
      );
    if (found.length === expected) return;
    throw new NotPassed({
      message: `there ${found.length === 1 ? 'is' : 'are'} ${counted(found.length, 'dead letter')} and not ${expected}`,
      expected,
      actual: found.map((letter) => `${letter.context}: ${letter.type ?? letter.subject}: ${letter.error}`),
    });
  },
});
