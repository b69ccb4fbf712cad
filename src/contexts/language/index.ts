/** How scenario files speak of the food system. */
import type { Language } from '../../scenarios/definition.ts';
import { inSeedSpelling, inUsualSpelling } from '../front/contract.ts';
import { DECIDED_BY, ORIGINS } from './causes.ts';
import { COUPONS } from './coupons.ts';
import { DELIVERY_LIST } from './delivery-list.ts';
import { EXAMPLES } from './examples.ts';
import { givenKinds } from './given.ts';
import { NOTICES } from './notices.ts';
import { FIRST_SCENARIO } from './first.ts';
import { RESOURCE_KINDS } from './resources.ts';
import { WORDINGS } from './wordings.ts';

/** Its words. An order is what nearly all is about; of a review, events tell as of its order. */
export const LANGUAGE: Language = {
  things: [
    { what: 'order', comes: 'placed', key: 'orderId', hasStory: true, sample: 'lunch' },
    { what: 'review', comes: 'written', key: 'reviewId', hasStory: false, sample: 'praise' },
  ],
  wordings: WORDINGS,
  resources: RESOURCE_KINDS,
  claims: [COUPONS, NOTICES, DELIVERY_LIST],
  given: givenKinds,
  spelling: {
    own: inSeedSpelling,
    usual: inUsualSpelling,
    // `statusText`, `currentText`, and so on.
    isOwnWord: (field) => /(?:^|\/)(?:status|current|required)Text$/.test(field),
    why: "결재 is the seed's spelling of 결제",
  },
  causes: { origins: ORIGINS, decidedBy: DECIDED_BY },
  first: FIRST_SCENARIO,
  examples: EXAMPLES,
};
