/** The rider's context: deliveries, and the board of those that wait for a rider. Its only face. */
import { aggregate } from '../../runtime/actor/aggregate.ts';
import { whenever, type ContextDefinition, type Scope } from '../../runtime/actor/context.ts';
import { OrderCanceled, OrderPlaced, PaymentDeclined } from '../front/contract.ts';
import { CookFinished, OrderRejected } from '../store/contract.ts';
import { Delivered, DeliveryCanceled, Picked } from './contract.ts';
import { callOffDelivery, evolve, offerDelivery, planDelivery, type Delivery, type DeliveryEvent, type KnownDelivery } from './delivery.ts';
import { riderRoutes } from './http.ts';
import {
  wheneverCookFinished,
  wheneverOrderCanceled,
  wheneverOrderPlaced,
  wheneverOrderRejected,
  wheneverPaymentDeclined,
} from './policies.ts';
import { RIDER_REFUSALS } from './refusals.ts';
import { loadDelivery, riderSchema, saveDelivery } from './store.ts';

/** Tells the other contexts what they may know. */
const publish = (scope: Scope, event: DeliveryEvent, delivery: KnownDelivery): void => {
  const { orderId, customerId } = delivery.parcel;
  switch (event.type) {
    case 'DeliveryPlanned':
    case 'DeliveryReady':
    case 'DeliveryDropped':
      return;
    case 'Picked':
      scope.emit(Picked, orderId, { orderId, customerId, riderId: event.riderId });
      return;
    case 'Delivered':
      scope.emit(Delivered, orderId, { orderId, customerId, riderId: event.riderId });
      return;
    case 'DeliveryCanceled':
      scope.emit(DeliveryCanceled, orderId, { orderId, customerId });
      return;
  }
};

const change = aggregate<Delivery, DeliveryEvent, KnownDelivery>({ load: loadDelivery, evolve, publish, save: saveDelivery });

/** The rider's context. */
export const createRider = (): ContextDefinition => ({
  name: 'rider',
  about: 'orderId',
  schema: riderSchema,
  events: [Picked, Delivered, DeliveryCanceled],
  subscriptions: [
    whenever(OrderPlaced, ({ data }, scope) => {
      change(scope, data.orderId, (delivery) => planDelivery(delivery, wheneverOrderPlaced(data, scope.now)));
    }),
    whenever(CookFinished, ({ data }, scope) => {
      change(scope, data.orderId, (delivery) => offerDelivery(delivery, wheneverCookFinished(data, scope.now)));
    }),
    whenever(OrderCanceled, ({ data }, scope) => {
      change(scope, data.orderId, (delivery) => callOffDelivery(delivery, wheneverOrderCanceled(data, scope.now)));
    }),
    whenever(OrderRejected, ({ data }, scope) => {
      change(scope, data.orderId, (delivery) => callOffDelivery(delivery, wheneverOrderRejected(data, scope.now)));
    }),
    whenever(PaymentDeclined, ({ data }, scope) => {
      change(scope, data.orderId, (delivery) => callOffDelivery(delivery, wheneverPaymentDeclined(data, scope.now)));
    }),
  ],
  routes: riderRoutes(change),
  refusals: RIDER_REFUSALS,
});
