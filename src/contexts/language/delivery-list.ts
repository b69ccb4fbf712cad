import type { Bench, ClaimKind } from '../../scenarios/definition.ts';
import type { Expectation, Template } from '../../scenarios/language/ast.ts';
import { defineForm, fields, list, optional, required, type Form } from '../../scenarios/language/structures.ts';
import { name } from '../../scenarios/language/types.ts';
import { fieldOf, isEqual, show } from '../../scenarios/runner/json.ts';
import { collect } from '../../scenarios/runner/look.ts';
import { NotPassed } from '../../scenarios/runner/verdict.ts';

/** The board of deliveries ready to pick up, by the orders' names. */
export interface DeliveryListExpectation extends Expectation {
  readonly form: 'delivery list';
  readonly includes: readonly Template[];
  readonly excludes: readonly Template[];
  readonly exactly?: readonly Template[];
}

const ORDER_NAMES = list(name('order'), { orOne: true });

const FORM: Form<DeliveryListExpectation> = defineForm({
  key: 'delivery list',
  what: 'expect',
  doc: 'The board of deliveries that are ready to be picked up.',
  examples: ['expect: { delivery list: { includes: lunch, excludes: dinner } }', 'expect: { delivery list: { exactly: [] } }'],
  fields: {
    'delivery list': required(
      fields('delivery list', {
        includes: optional(ORDER_NAMES, 'Orders on the board.'),
        excludes: optional(ORDER_NAMES, 'Orders not on the board.'),
        exactly: optional(list(name('order'), { isEmptyAllowed: true }), 'The orders on the board, and no others.'),
      }),
      'What is on it.',
    ),
  },
  build: ({ 'delivery list': board }, complain): DeliveryListExpectation | undefined => {
    if (Object.keys(board).length === 0) return complain('nothing is said of the delivery list', 'includes, excludes or exactly');
    return {
      form: 'delivery list',
      includes: board.includes ?? [],
      excludes: board.excludes ?? [],
      ...(board.exactly === undefined ? {} : { exactly: board.exactly }),
    };
  },
});

const judge = async (bench: Bench, claim: DeliveryListExpectation): Promise<void> => {
  const { names } = bench;
  const idsOf = (written: readonly Template[]): string[] => written.map((order) => names.idOf({ what: 'order', by: 'name', name: order }));
  const listed = (await collect(bench, '/deliveryLists')).map((row) => String(fieldOf(row, 'orderId')));
  const actual = listed.map((id) => names.nameOf(id));
  const fail = (message: string, expected: unknown, subject?: string): never => {
    throw new NotPassed({ message: `the board of deliveries ${message}`, expected, actual, ...(subject === undefined ? {} : { subject }) });
  };
  const [includes, excludes] = [idsOf(claim.includes), idsOf(claim.excludes)];
  for (const id of includes) if (!listed.includes(id)) fail(`does not list ${names.nameOf(id)}`, includes.map(names.nameOf), id);
  for (const id of excludes) if (listed.includes(id)) fail(`still lists ${names.nameOf(id)}`, { exclude: excludes.map(names.nameOf) }, id);
  if (claim.exactly === undefined) return;
  const exactly = idsOf(claim.exactly);
  const shown = exactly.map(names.nameOf);
  const odd = exactly.find((id) => !listed.includes(id)) ?? listed.find((id) => !exactly.includes(id));
  if (!isEqual([...exactly].sort(), [...listed].sort())) fail(`is not exactly ${show(shown)}`, shown, odd);
};

/** Expectations of the board of deliveries. */
export const DELIVERY_LIST: ClaimKind<DeliveryListExpectation> = {
  form: 'delivery list',
  forms: [FORM],
  judge,
  positiveWord: ({ includes, exactly }) => {
    if (includes.length > 0) return 'includes';
    return exactly === undefined ? undefined : 'exactly';
  },
  about: ({ includes, excludes, exactly = [] }) => [...includes, ...excludes, ...exactly].map((order) => ({ what: 'order', name: order })),
};
