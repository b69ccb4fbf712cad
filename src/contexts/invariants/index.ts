/** All that the food-delivery system must keep to. */
import type { Invariant } from '../../explore/simulate/invariant.ts';
import { ACCOUNTS } from './accounts.ts';
import { ANSWERS } from './answers.ts';
import { BREAKER } from './breaker.ts';
import { COMMITS } from './commits.ts';
import { COUPONS } from './coupons.ts';
import { FIELDS } from './fields.ts';
import { MYPAGE } from './mypage.ts';
import { SIGHTINGS } from './races.ts';
import { NOTICING } from './notices.ts';
import { ORDERS } from './orders.ts';
import { OUTBOXES, PUT_ASIDE, REMAINS } from '../../explore/invariants/remains.ts';
import { SHOWN } from './resources.ts';
import { STATUSES } from './statuses.ts';
import { TOLD } from './stories.ts';

/** Every invariant; of those that are broken at the same time, the first is told. */
export const INVARIANTS: readonly Invariant[] = [
  ...STATUSES,
  ...FIELDS,
  ...COMMITS,
  ...MYPAGE,
  ...ANSWERS,
  ...SHOWN,
  ...BREAKER,
  ...REMAINS,
  ...ORDERS,
  ...COUPONS,
  ...NOTICING,
  ...TOLD,
  ...ACCOUNTS,
  ...SIGHTINGS,
];

/** What holds at rest even where one handler always fails, so that an event is never heard: the rest is told by what was given up. */
export const WHERE_ONE_FAILS: readonly Invariant[] = [...ACCOUNTS, OUTBOXES, PUT_ASIDE];
