/**
 * A booking: a seat, a room and a payment, as a saga. A hold ends by itself, a payment that is not answered is given up, and
 * what was taken last is given back first. README.md tells what can go wrong.
 */
import { aggregate, always, atRest, command, defineContext, defineEvent, defineSystem, defineTable, inContext, onChange, perRow, reacting, Refusal, refusalKind, rowsOf, whenever, z, type ContextDeclaration, type EventDefinition, type EventOf, type Scope } from 'food-sim';

const HOLD_MS = 15 * 60_000;
const PAY_MS = 10_000;
const SEATS = 2;
const ROOMS = 2;
const HIGHEST_CHARGE = 500;

const id = z.string().min(1).max(40);
const bookingData = z.object({ bookingId: id, price: z.int() });
type BookingData = z.infer<typeof bookingData>;
const told = <Type extends string>(type: Type) => defineEvent(type, bookingData);

/* ── seats and rooms ──────────────────────────────────────────────────────────────────────────── */

interface Reserved {
  readonly bookingId: string;
  readonly status: 'held' | 'sold' | 'released';
}
const reservedTable = (name: string) => defineTable<Reserved>({ name, columns: { bookingId: 'text', status: 'text' }, key: ['bookingId'] });
const seats = reservedTable('seats');
const rooms = reservedTable('rooms');

const SeatHeld = told('SeatHeld');
const SeatRefused = told('SeatRefused');
const SeatReleased = told('SeatReleased');
const RoomHeld = told('RoomHeld');
const RoomRefused = told('RoomRefused');
const RoomReleased = told('RoomReleased');

/** Something that there is only so much of: held when it is wanted, sold when the booking is confirmed, released when it is asked back. */
interface Reserving {
  readonly table: typeof seats;
  readonly capacity: number;
  readonly wantedBy: EventDefinition<string, BookingData>;
  readonly askedBackBy: EventDefinition<string, BookingData>;
  readonly held: EventDefinition<string, BookingData>;
  readonly refused: EventDefinition<string, BookingData>;
  readonly released: EventDefinition<string, BookingData>;
}

const reserving = <Name extends string>(name: Name, { table, capacity, wantedBy, askedBackBy, held, refused, released }: Reserving): ContextDeclaration<Name> =>
  defineContext({
    name,
    tables: [table],
    events: [held, refused, released],
    policies: [
      whenever(wantedBy, ({ data }, { tables, emit }) => {
        const isFull = tables.count(table) - tables.count(table, { status: 'released' }) >= capacity;
        if (!isFull) tables.put(table, { bookingId: data.bookingId, status: 'held' });
        emit(isFull ? refused : held, data.bookingId, data);
      }),
      // What was asked back meanwhile stays released: the confirmation came late.
      whenever(Confirmed, ({ data: { bookingId } }, { tables }) => {
        if (tables.get(table, bookingId)?.status === 'held') tables.put(table, { bookingId, status: 'sold' });
      }),
      whenever(askedBackBy, ({ data }, { tables, emit }) => {
        tables.put(table, { bookingId: data.bookingId, status: 'released' });
        emit(released, data.bookingId, data);
      }),
    ],
  });

/* ── payments ─────────────────────────────────────────────────────────────────────────────────── */

interface Payment extends BookingData {
  readonly status: 'charged' | 'declined' | 'refunded';
}
const payments = defineTable<Payment>({ name: 'payments', columns: { bookingId: 'text', price: 'integer', status: 'text' }, key: ['bookingId'] });
const Charged = told('Charged');
const Declined = told('Declined');
const Refunded = told('Refunded');

const paymentsContext = (wanted: EventDefinition<string, BookingData>, toReturn: EventDefinition<string, BookingData>) =>
  defineContext({
    name: 'payments',
    tables: [payments],
    events: [Charged, Declined, Refunded],
    policies: [
      whenever(wanted, ({ data }, { tables, emit }) => {
        const isCharged = data.price <= HIGHEST_CHARGE;
        tables.put(payments, { ...data, status: isCharged ? 'charged' : 'declined' });
        emit(isCharged ? Charged : Declined, data.bookingId, data);
      }),
      whenever(toReturn, ({ data }, { tables, emit }) => {
        tables.put(payments, { ...data, status: 'refunded' });
        emit(Refunded, data.bookingId, data);
      }),
    ],
  });

/* ── bookings: the saga ───────────────────────────────────────────────────────────────────────── */

const Requested = told('Requested');
const AllHeld = told('AllHeld');
const PaymentWanted = told('PaymentWanted');
const Confirmed = told('Confirmed');
const Withdrawn = told('Withdrawn');
const PaymentToReturn = told('PaymentToReturn');
const RoomToRelease = told('RoomToRelease');
const SeatToRelease = told('SeatToRelease');
const Canceled = told('Canceled');
const HoldExpired = told('HoldExpired');
const PaymentOverdue = told('PaymentOverdue');

type Status = 'requested' | 'held' | 'paying' | 'confirmed' | 'refunding' | 'releasing-room' | 'releasing-seat' | 'canceled';
interface Booking extends BookingData {
  readonly status: Status;
}
const bookings = defineTable<Booking>({ name: 'bookings', columns: { bookingId: 'text', price: 'integer', status: 'text' }, key: ['bookingId'] });

const PUBLISHED = { Requested, AllHeld, PaymentWanted, Confirmed, Withdrawn, PaymentToReturn, RoomToRelease, SeatToRelease, Canceled };
type BookingEvent = EventOf<typeof PUBLISHED>;
type Told = BookingEvent['type'];

/** What a booking is after it told something; what does not stand here leaves it as it is. */
const BECOMES: Readonly<Partial<Record<Told, Status>>> = {
  Requested: 'requested',
  AllHeld: 'held',
  PaymentWanted: 'paying',
  Confirmed: 'confirmed',
  RoomToRelease: 'releasing-room',
  SeatToRelease: 'releasing-seat',
  Canceled: 'canceled',
};

/** What it tells when it hears of something in some status; what does not stand here is no news any more. */
const SAGA: Readonly<Record<string, Readonly<Partial<Record<Status, Told>>>>> = {
  SeatRefused: { requested: 'Canceled' },
  RoomRefused: { requested: 'SeatToRelease' },
  RoomHeld: { requested: 'AllHeld' },
  HoldExpired: { held: 'RoomToRelease' },
  Declined: { paying: 'RoomToRelease' },
  PaymentOverdue: { paying: 'RoomToRelease' },
  // A charge that comes when nobody wants it any more is returned, and brings nothing back.
  Charged: { paying: 'Confirmed', 'releasing-room': 'PaymentToReturn', 'releasing-seat': 'PaymentToReturn', canceled: 'PaymentToReturn' },
  Refunded: { refunding: 'RoomToRelease' },
  RoomReleased: { 'releasing-room': 'SeatToRelease' },
  SeatReleased: { 'releasing-seat': 'Canceled' },
};

/** The deadline of a status: set when it begins, called off when it ends. */
const DEADLINES: Readonly<Partial<Record<Status, { readonly event: EventDefinition<string, BookingData>; readonly afterMs: number }>>> = {
  held: { event: HoldExpired, afterMs: HOLD_MS },
  paying: { event: PaymentOverdue, afterMs: PAY_MS },
};

const evolve = (booking: Booking | undefined, { type, data }: BookingEvent): Booking => {
  const before = booking?.status ?? 'requested';
  return { ...data, status: type === 'PaymentToReturn' && before === 'confirmed' ? 'refunding' : (BECOMES[type] ?? before) };
};

const change = aggregate<Booking, BookingEvent>({ table: bookings, evolve, publishes: PUBLISHED, subjectOf: ({ data }) => data.bookingId });

/** Tells what follows, and keeps the deadlines of what the booking was and is. */
const tell = (scope: Scope, data: BookingData, decide: (booking: Booking | undefined) => readonly Told[]): Booking | undefined => {
  const before = scope.tables.get(bookings, data.bookingId)?.status;
  const after = change(scope, data.bookingId, (booking) => decide(booking).map((type) => ({ type, data })));
  if (after === undefined || after.status === before) return after;
  const over = before === undefined ? undefined : DEADLINES[before];
  if (over !== undefined) scope.cancelDeadline(over.event, data.bookingId);
  const next = DEADLINES[after.status];
  if (next !== undefined) scope.setDeadline(next.event, data.bookingId, data, scope.now + next.afterMs);
  return after;
};

const hearing = (event: EventDefinition<string, BookingData>) =>
  whenever(event, ({ data }, scope) => {
    void tell(scope, data, (booking) => {
      const next = booking === undefined ? undefined : SAGA[event.type]?.[booking.status];
      return next === undefined ? [] : [next];
    });
  });

/** What somebody asks of a booking that is in one of these statuses. */
const asking = (params: Readonly<Record<string, string>>, scope: Scope, tells: Readonly<Partial<Record<Status, readonly Told[]>>>): Booking | undefined => {
  const booking = scope.tables.get(bookings, params['bookingId'] ?? '');
  if (booking === undefined) throw new Refusal('bookings-not-found', 'There is no such booking.');
  const next = tells[booking.status];
  if (next === undefined) throw new Refusal('booking-elsewhere', `The booking is ${booking.status}.`);
  return tell(scope, { bookingId: booking.bookingId, price: booking.price }, () => next);
};

const bookingsContext = defineContext({
  name: 'bookings',
  tables: [bookings],
  events: Object.values(PUBLISHED),
  deadlines: [HoldExpired, PaymentOverdue],
  refusals: { 'booking-elsewhere': refusalKind(409, 'Booking elsewhere', 'The booking is not where this can be done.', 'Look at the booking, and do what its status allows.') },
  commands: [
    command('POST /bookings', {
      body: z.strictObject({ price: z.int().min(1).max(1_000) }),
      execute: ({ body }, scope) => tell(scope, { bookingId: scope.newId(), price: body.price }, () => ['Requested']),
    }),
    command('PUT /bookings/:bookingId/pay', { refuses: ['bookings-not-found', 'booking-elsewhere'], execute: ({ params }, scope) => asking(params, scope, { held: ['PaymentWanted'] }) }),
    command('DELETE /bookings/:bookingId', {
      refuses: ['bookings-not-found', 'booking-elsewhere'],
      execute: ({ params }, scope) => asking(params, scope, { held: ['Withdrawn', 'RoomToRelease'], paying: ['Withdrawn', 'RoomToRelease'], confirmed: ['Withdrawn', 'PaymentToReturn'] }),
    }),
  ],
  policies: [SeatRefused, RoomRefused, RoomHeld, HoldExpired, Declined, PaymentOverdue, Charged, Refunded, RoomReleased, SeatReleased].map(hearing),
});

/* ── the agency ───────────────────────────────────────────────────────────────────────────────── */

const ENDS: ReadonlySet<unknown> = new Set<Status>(['confirmed', 'canceled']);

/** What a booking holds, in words; a payment that was declined or refunded is none. */
const holdings = (rows: readonly (readonly [what: string, status: string | undefined])[]): string =>
  rows.filter(([, status]) => status !== undefined && !['released', 'declined', 'refunded'].includes(status)).map(([what]) => what).join(', ');

export default defineSystem({
  name: 'booking',
  contexts: [
    bookingsContext,
    reserving('flights', { table: seats, capacity: SEATS, wantedBy: Requested, askedBackBy: SeatToRelease, held: SeatHeld, refused: SeatRefused, released: SeatReleased }),
    reserving('hotels', { table: rooms, capacity: ROOMS, wantedBy: SeatHeld, askedBackBy: RoomToRelease, held: RoomHeld, refused: RoomRefused, released: RoomReleased }),
    paymentsContext(PaymentWanted, PaymentToReturn),
  ],
  verbs: {
    book: { context: 'bookings', method: 'POST', path: '/bookings', by: 'travellers', makes: { what: 'booking', table: 'bookings' }, tells: 'Requested' },
    pay: { context: 'bookings', method: 'PUT', path: '/bookings/:bookingId/pay', by: 'travellers', at: { table: 'bookings', status: 'held' }, tells: 'PaymentWanted' },
    withdraw: { context: 'bookings', method: 'DELETE', path: '/bookings/:bookingId', by: 'travellers', at: { table: 'bookings', status: 'confirmed' }, tells: 'Withdrawn' },
  },
  people: (random) => {
    /** At once, or at the last moment: a little before the hold ends, or a little after. */
    const whenToPay = (): number => (random.below(2) === 0 ? random.below(30) : HOLD_MS - 5 + random.below(15));
    return ['A', 'B', 'C'].flatMap((about) => [
      { deed: 'book', about, afterMs: random.below(40), wish: { price: random.below(4) === 0 ? 501 + random.below(100) : 1 + random.below(500) } },
      ...(random.below(5) === 0 ? [] : [{ deed: 'pay', about, afterMs: whenToPay() }]),
      ...(random.below(4) === 0 ? [{ deed: 'withdraw', about, afterMs: random.below(30), ...(random.below(2) === 0 ? { when: 'pay' } : {}) }] : []),
    ]);
  },
  invariants: [
    always('No more seats are taken than there are.', onChange('a seat too many', ['seats'], (_change, world) => {
      const taken = [...rowsOf(world, seats).values()].filter(({ status }) => status !== 'released').length;
      return taken > SEATS ? `${taken} of ${SEATS} are.` : undefined;
    })),
    always('What was taken last is given back first.', onChange('a seat that is given back before the room', ['seats'], ({ key, after }, world) => {
      const room = rowsOf(world, rooms).get(key)?.status;
      return after?.['status'] === 'released' && room !== undefined && room !== 'released' ? `The seat is released, and the room is ${room}.` : undefined;
    })),
    always('A booking that is canceled stays so.', onChange('a booking that comes back', ['bookings'], ({ before, after }) => (before?.['status'] === 'canceled' && after?.['status'] !== 'canceled' ? `It is ${String(after?.['status'])} again.` : undefined))),
    atRest('Every booking is confirmed or canceled in the end.', perRow('a booking on its way', 'bookings', (_key, { status }) => (ENDS.has(status) ? undefined : `It is ${String(status)}.`))),
    atRest('Who has a booking has all of it, and who has none pays nothing.', perRow('a booking in part', 'bookings', (key, { status }, { world }) => {
      const held = holdings([['a seat', rowsOf(world, seats).get(key)?.status], ['a room', rowsOf(world, rooms).get(key)?.status], ['a payment', rowsOf(world, payments).get(key)?.status]]);
      return held === (status === 'confirmed' ? 'a seat, a room, a payment' : '') ? undefined : `It is ${String(status)}, with ${held === '' ? 'nothing' : held}.`;
    })),
  ],
  // The saga hears from everybody, so it has the most to mix up.
  laggards: ['bookings', 'bookings', 'bookings', 'flights', 'hotels', 'payments'],
  mutations: [
    {
      name: 'expires-anyway',
      what: 'Who pays calls the deadline off, so the hold that has expired need not be looked at.',
      breaks: 'The hold has expired, and its event is on its way, when somebody pays in time: both win.',
      define: inContext('bookings', reacting(HoldExpired, (data, scope) => void tell(scope, data, (booking) => (booking?.status === 'canceled' ? [] : ['RoomToRelease'])))),
    },
    {
      name: 'releases-at-once',
      what: 'Room and seat are given back at the same time, which is faster.',
      breaks: 'A seat is given back, and sold to the next one, while the room is not.',
      define: inContext('bookings', reacting(HoldExpired, (data, scope) => void tell(scope, data, (booking) => (booking?.status === 'held' ? ['RoomToRelease', 'SeatToRelease'] : [])))),
    },
    {
      name: 'confirms-whoever-pays',
      what: 'A charge confirms its booking, whatever became of it.',
      breaks: 'Somebody withdraws while the payment is on its way, and its charge brings the booking back.',
      define: inContext('bookings', reacting(Charged, (data, scope) => void tell(scope, data, () => ['Confirmed']))),
    },
  ],
});
