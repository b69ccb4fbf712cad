/** A delivery, from the placing of its order until the food arrived or the delivery was called off. Pure. */
import { NotYet, Refusal, assert } from '../../kernel/errors.ts';
import type { EpochMs } from '../../kernel/clock.ts';
import { DELIVERY_STATUS_TEXT, type DeliveryStatus } from './contract.ts';

/** What a delivery knows of its order; copied, so that the rider never has to ask another context. */
export interface Parcel {
  readonly orderId: string;
  readonly customerId: string;
  readonly storeId: string;
  readonly foodId: string;
  readonly address: string;
}

/** A delivery's states. `none`: its order was never heard of here. */
export type Delivery =
  | { readonly status: 'none' }
  | { readonly status: 'waiting'; readonly parcel: Parcel; readonly since: EpochMs }
  | { readonly status: 'ready'; readonly parcel: Parcel; readonly since: EpochMs }
  | { readonly status: 'delivering'; readonly parcel: Parcel; readonly since: EpochMs; readonly riderId: string }
  | { readonly status: 'delivered'; readonly parcel: Parcel; readonly since: EpochMs; readonly riderId: string }
  | { readonly status: 'canceled'; readonly parcel: Parcel; readonly since: EpochMs };

/** A delivery whose order is known. */
export type KnownDelivery = Exclude<Delivery, { status: 'none' }>;

/**
 * What can happen to a delivery. Picked, Delivered and DeliveryCanceled are published; the others stay
 * within the context: `DeliveryDropped` is the end of a delivery that nobody was ever told to expect,
 * because its order was never paid.
 */
export type DeliveryEvent =
  | { readonly type: 'DeliveryPlanned'; readonly parcel: Parcel; readonly at: EpochMs }
  | { readonly type: 'DeliveryReady'; readonly at: EpochMs }
  | { readonly type: 'Picked'; readonly riderId: string; readonly at: EpochMs }
  | { readonly type: 'Delivered'; readonly riderId: string; readonly at: EpochMs }
  | { readonly type: 'DeliveryCanceled'; readonly at: EpochMs }
  | { readonly type: 'DeliveryDropped'; readonly at: EpochMs };

/** Plans the delivery of an order that was placed. */
export interface PlanDelivery {
  readonly parcel: Parcel;
  readonly now: EpochMs;
}
/** Offers the delivery to riders: the food is cooked. */
export interface OfferDelivery {
  readonly orderId: string;
  readonly now: EpochMs;
}
/** A rider takes the food. */
export interface PickDelivery {
  readonly orderId: string;
  readonly riderId: string;
  readonly now: EpochMs;
}
/** The food arrived. */
export interface ConfirmDelivered {
  readonly orderId: string;
  readonly now: EpochMs;
}
/** The order came to an end without food. `unpaid` ends are not announced: nothing had been promised yet. */
export interface CallOffDelivery {
  readonly orderId: string;
  readonly why: 'canceled' | 'rejected' | 'unpaid';
  readonly now: EpochMs;
}

const tooEarly = (orderId: string): NotYet =>
  new NotYet(`the delivery of order ${orderId} is not planned yet: its OrderPlaced is still on its way`);

/** 배송을 찾을 수 없습니다: there is no delivery for this order. */
export const deliveryNotFound = (orderId: string): Refusal =>
  new Refusal('delivery-not-found', `배송을 찾을 수 없습니다: ${orderId}`, { orderId });

/** The step is possible only in the required status, and the delivery is in another one: the sentence names both. */
const mismatch = (delivery: KnownDelivery, required: DeliveryStatus, step: string): Refusal =>
  new Refusal(
    'delivery-status-mismatch',
    `${DELIVERY_STATUS_TEXT[required]}(${required}) 상태에서만 ${step} 가능합니다. 현재 상태는 ${DELIVERY_STATUS_TEXT[delivery.status]}(${delivery.status})입니다.`,
    {
      orderId: delivery.parcel.orderId,
      current: delivery.status,
      currentText: DELIVERY_STATUS_TEXT[delivery.status],
      required,
      requiredText: DELIVERY_STATUS_TEXT[required],
    },
  );

/** A delivery is planned once; the same order told again changes nothing. */
export const planDelivery = (delivery: Delivery, command: PlanDelivery): DeliveryEvent[] => {
  switch (delivery.status) {
    case 'none':
      return [{ type: 'DeliveryPlanned', parcel: command.parcel, at: command.now }];
    case 'waiting':
    case 'ready':
    case 'delivering':
    case 'delivered':
    case 'canceled':
      return [];
  }
};

/** Cooked food makes a waiting delivery ready. Throws NotYet for an unknown order. */
export const offerDelivery = (delivery: Delivery, command: OfferDelivery): DeliveryEvent[] => {
  switch (delivery.status) {
    case 'none':
      throw tooEarly(command.orderId);
    case 'waiting':
      return [{ type: 'DeliveryReady', at: command.now }];
    case 'ready':
    case 'delivering':
    case 'delivered':
    case 'canceled':
      return [];
  }
};

/** Throws a Refusal unless the delivery is ready (seed: 배송가능). */
export const pickDelivery = (delivery: Delivery, command: PickDelivery): DeliveryEvent[] => {
  switch (delivery.status) {
    case 'none':
      throw deliveryNotFound(command.orderId);
    case 'ready':
      return [{ type: 'Picked', riderId: command.riderId, at: command.now }];
    case 'waiting':
    case 'delivering':
    case 'delivered':
    case 'canceled':
      throw mismatch(delivery, 'ready', '배송시작이');
  }
};

/** Throws a Refusal unless a rider is on the way (seed: 배송중). */
export const confirmDelivered = (delivery: Delivery, command: ConfirmDelivered): DeliveryEvent[] => {
  switch (delivery.status) {
    case 'none':
      throw deliveryNotFound(command.orderId);
    case 'delivering':
      return [{ type: 'Delivered', riderId: delivery.riderId, at: command.now }];
    case 'waiting':
    case 'ready':
    case 'delivered':
    case 'canceled':
      throw mismatch(delivery, 'delivering', '배송확정이');
  }
};

/** Calls the delivery off. What a rider has taken can't be called off any more. Throws NotYet for an unknown order. */
export const callOffDelivery = (delivery: Delivery, command: CallOffDelivery): DeliveryEvent[] => {
  switch (delivery.status) {
    case 'none':
      throw tooEarly(command.orderId);
    case 'waiting':
    case 'ready':
      return [{ type: command.why === 'unpaid' ? 'DeliveryDropped' : 'DeliveryCanceled', at: command.now }];
    case 'delivering':
    case 'delivered':
    case 'canceled':
      return [];
  }
};

const parcelOf = (delivery: Delivery): Parcel => {
  assert(delivery.status !== 'none', 'only a planned delivery goes on');
  return delivery.parcel;
};

/** The delivery after the event. */
export const evolve = (delivery: Delivery, event: DeliveryEvent): KnownDelivery => {
  switch (event.type) {
    case 'DeliveryPlanned':
      return { status: 'waiting', parcel: event.parcel, since: event.at };
    case 'DeliveryReady':
      return { status: 'ready', parcel: parcelOf(delivery), since: event.at };
    case 'Picked':
      return { status: 'delivering', parcel: parcelOf(delivery), since: event.at, riderId: event.riderId };
    case 'Delivered':
      return { status: 'delivered', parcel: parcelOf(delivery), since: event.at, riderId: event.riderId };
    case 'DeliveryCanceled':
    case 'DeliveryDropped':
      return { status: 'canceled', parcel: parcelOf(delivery), since: event.at };
  }
};
