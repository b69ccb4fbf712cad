/** The original's twelve faults and eight of our own, by name. */
import { OperatingError } from '../kernel/errors.ts';
import type { ContextDefinition } from '../runtime/context.ts';
import { ackBeforeCommit } from './ack-before-commit.ts';
import { boardKeepsPicked } from './board-keeps-picked.ts';
import { closest, distance } from 'fastest-levenshtein';
import { cancelByCopy } from './cancel-by-copy.ts';
import { cancelOnPlace } from './cancel-on-place.ts';
import { cancelWhenCooking } from './cancel-when-cooking.ts';
import { cancelWithoutVeto } from './cancel-without-veto.ts';
import { customerPerOrder } from './customer-per-order.ts';
import { inboxKeyCut } from './inbox-key-cut.ts';
import type { ActorParts, Mutation } from './mutation.ts';
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

/** Throws an OperatingError (usage) for a name that no mutation has. */
const named = (name: string): Mutation => {
  const mutation = MUTATIONS.find((one) => one.name === name);
  if (mutation !== undefined) return mutation;
  const known = MUTATIONS.map((one) => one.name);
  const near = closest(name, known);
  const hint = distance(name, near) * 3 <= name.length ? `; did you mean ${near}?` : '';
  throw new OperatingError('usage', `there is no mutation ${JSON.stringify(name)}${hint}`, { mend: `Known are: ${known.join(', ')}.` });
};

/** The contexts with these mutations; those that none concerns are the same. Throws an OperatingError (usage) for an unknown name. */
export const mutate = <Definitions extends Readonly<Record<string, ContextDefinition>>>(definitions: Definitions, names: readonly string[]): Definitions => {
  const changes = names.flatMap((name) => named(name).define ?? []);
  const changed = (definition: ContextDefinition): ContextDefinition => changes.reduce((before, change) => change(before), definition);
  return Object.fromEntries(Object.entries(definitions).map(([name, definition]) => [name, changed(definition)])) as Definitions;
};

/** What one actor works with under these mutations. Throws an OperatingError (usage) for an unknown name. */
export const equip = (parts: ActorParts, names: readonly string[]): ActorParts => names.reduce((before, name) => named(name).equip?.(before) ?? before, parts);
