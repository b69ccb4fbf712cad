/** The original's twelve faults and eight of our own, by name. */
import type { Mutation } from '../../system/mutation.ts';
import { ackBeforeCommit } from './ack-before-commit.ts';
import { boardKeepsPicked } from './board-keeps-picked.ts';
import { cancelByCopy } from './cancel-by-copy.ts';
import { cancelOnPlace } from './cancel-on-place.ts';
import { cancelWhenCooking } from './cancel-when-cooking.ts';
import { cancelWithoutVeto } from './cancel-without-veto.ts';
import { customerPerOrder } from './customer-per-order.ts';
import { inboxKeyCut } from './inbox-key-cut.ts';
import { mypageBackwards } from './mypage-backwards.ts';
import { mypageWrongKey } from './mypage-wrong-key.ts';
import { noInbox } from './no-inbox.ts';
import { noOutbox } from './no-outbox.ts';
import { publishOnRollback } from './publish-on-rollback.ts';
import { refundAgain } from './refund-again.ts';
import { refundAndCalloffEmpty } from './refund-and-calloff-empty.ts';
import { refusalUnheard } from './refusal-unheard.ts';
import { rejectKeepsMoney } from './reject-keeps-money.ts';
import { reviewWithoutId } from './review-without-id.ts';
import { staleStatus } from './stale-status.ts';
import { tooEarlyIsNever } from './too-early-is-never.ts';

/** Every mutation, in the order of the documentation. */
export const MUTATIONS: readonly Mutation[] = [
  cancelOnPlace,
  staleStatus,
  cancelByCopy,
  cancelWithoutVeto,
  noOutbox,
  publishOnRollback,
  customerPerOrder,
  noInbox,
  reviewWithoutId,
  mypageWrongKey,
  rejectKeepsMoney,
  refundAndCalloffEmpty,
  inboxKeyCut,
  ackBeforeCommit,
  mypageBackwards,
  refundAgain,
  cancelWhenCooking,
  tooEarlyIsNever,
  boardKeepsPicked,
  refusalUnheard,
];
