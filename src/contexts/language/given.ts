/** The world that a scenario starts in: orders that have come some way, and customers who have been here before. */
import type { BodyFieldsOf, GivenDeed, GivenKind, GivenWorld } from '../../scenarios/definition.ts';
import type { Given, Sent, Template } from '../../scenarios/language/ast.ts';
import { defineForm, optional, required, type FieldTable } from '../../scenarios/language/structures.ts';
import { expandText } from '../../scenarios/language/template.ts';
import { newName, whole } from '../../scenarios/language/types.ts';
import type { Deed } from '../verbs.ts';

type Body = Readonly<Record<string, Sent>>;

/** What brings an order from one stage to the next, in order; the first makes it. */
const MILESTONES = [
  { stage: 'placed', deed: 'place', doc: 'An order that is placed and paid (or declined).' },
  { stage: 'accepted', deed: 'accept', doc: 'An order that the store took.' },
  { stage: 'cooking', deed: 'start', doc: 'An order being cooked.' },
  { stage: 'cooked', deed: 'finish', doc: 'An order cooked, waiting for a rider.' },
  { stage: 'picked', deed: 'pick', doc: 'An order on its way.' },
  { stage: 'delivered', deed: 'confirm', doc: 'A delivered order, ready to be reviewed.' },
] as const satisfies readonly { readonly stage: string; readonly deed: Deed; readonly doc: string }[];

type Stage = (typeof MILESTONES)[number]['stage'];

/** What is done up to a stage. */
const upTo = (stage: Stage): readonly Deed[] =>
  MILESTONES.slice(0, MILESTONES.findIndex((one) => one.stage === stage) + 1).map(({ deed }) => deed);

/** Places an order and brings it to its stage, coming to rest after each command; its id. */
const bringTo = async (world: GivenWorld, stage: Stage, order: Body, pick: Body): Promise<string> => {
  const [place, ...others] = upTo(stage);
  const id = await world.ask(place ?? 'place', undefined, order);
  await world.settle();
  for (const deed of others) {
    await world.ask(deed, id, deed === 'pick' ? pick : undefined);
    await world.settle();
  }
  return id;
};

const deedsTo = (stage: Stage, order: Template): readonly GivenDeed[] =>
  upTo(stage).map((deed) => {
    const named = { what: 'order', name: order };
    return deed === 'place' ? { deed, about: undefined, makes: named } : { deed, about: named, makes: undefined };
  });

interface GivenOrder extends Given {
  readonly order: Template;
  readonly place: Body;
  readonly pick: Body;
}

const orderAt = ({ stage, doc }: (typeof MILESTONES)[number], bodyFieldsOf: BodyFieldsOf): GivenKind<GivenOrder> => {
  const [place, pick] = [bodyFieldsOf('place'), bodyFieldsOf('pick')];
  const rider = Object.fromEntries(
    Object.entries(pick.table).map(([field, { type }]) => [field, optional(type, 'Who brings it; `r1` unless said.')]),
  );
  return {
    kind: stage,
    form: defineForm<FieldTable, Omit<GivenOrder, 'position' | 'text'>>({
      key: stage,
      what: 'given',
      doc,
      examples: [`${stage}: lunch, customer: kim`],
      fields: { [stage]: required(newName('order'), doc), ...place.table, ...rider },
      build: (values) => ({ kind: stage, order: values[stage] as Template, place: place.sent(values), pick: pick.sent(values) }),
    }),
    make: async (world, { order, place: ordered, pick: picked }) => {
      world.names.set('order', expandText(order, world.names.lookUp), await bringTo(world, stage, ordered, picked));
    },
    deeds: ({ order }) => deedsTo(stage, order),
  };
};

interface GivenCustomer extends Given {
  readonly customer: Template;
  readonly place: Body;
  readonly pick: Body;
  /** At least the welcome coupon. */
  readonly coupons: number;
}

const before = (customer: string): Template => `${customer}-before` as Template;

/** A customer who has been here before: one delivered order, and reviews of it until the coupons are as many as wanted. */
const customerBefore = (bodyFieldsOf: BodyFieldsOf): GivenKind<GivenCustomer> => {
  const [place, pick] = [bodyFieldsOf('place'), bodyFieldsOf('pick')];
  return {
    kind: 'customer',
    form: defineForm<FieldTable, Omit<GivenCustomer, 'position' | 'text'>>({
      key: 'customer',
      what: 'given',
      doc: 'A customer who has been here before: with a delivered order, named `NAME-before`, and so many coupons.',
      examples: ['customer: kim, coupons: 2'],
      fields: {
        customer: required(place.table['customer']!.type, "The customer's id."),
        coupons: optional(whole(1, 100), 'The welcome coupon counts as one; 1 unless said.'),
      },
      build: (values, _complain, reading) => {
        const customer = values['customer'] as Template;
        reading.introduce('order', before(customer), { from: 0, to: 0 });
        return {
          kind: 'customer',
          customer,
          place: place.sent({ customer }),
          pick: pick.sent({}),
          coupons: (values['coupons'] as number | undefined) ?? 1,
        };
      },
    }),
    make: async (world, given) => {
      const id = await bringTo(world, 'delivered', given.place, given.pick);
      world.names.set('order', before(expandText(given.customer, world.names.lookUp)), id);
      for (let coupons = 1; coupons < given.coupons; coupons += 1) {
        await world.ask('review', undefined, {
          orderId: { as: 'text', value: id as Template },
          content: { as: 'text', value: `Good (${coupons}).` as Template },
        });
      }
      await world.settle();
    },
    deeds: ({ customer }) => deedsTo('delivered', before(customer)),
  };
};

/** What the world can be given. */
export const givenKinds = (bodyFieldsOf: BodyFieldsOf): readonly GivenKind[] => [
  ...MILESTONES.map((milestone) => orderAt(milestone, bodyFieldsOf)),
  customerBefore(bodyFieldsOf),
];
