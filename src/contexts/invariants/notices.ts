/** Notices: one for each change of status, to the right customer, in these words. */
import { atRest, type Invariant } from '../../explore/simulate/invariant.ts';
import { isOurs } from './ours.ts';
import { inAll, perEvent } from './rules.ts';

/** What a customer is told of each event. The five of OrderAccepted, OrderRejected, CookStarted, CookFinished and Picked are the seed's. */
export const NOTICES: Readonly<Record<string, string>> = {
  OrderPlaced: '고객님의 주문이 등록되었습니다.',
  Paid: '고객님의 주문이 결재되었습니다.',
  PaymentDeclined: '고객님의 주문이 결재에 실패하였습니다.',
  OrderAccepted: '고객님의 주문이 접수되었습니다.',
  OrderRejected: '고객님의 주문이 거부되었습니다.',
  CookStarted: '고객님의 주문이 요리를 시작하였습니다.',
  CookFinished: '고객님의 주문이 요리를 완료하였습니다.',
  Picked: '고객님의 주문이 배송을 시작하였습니다.',
  Delivered: '고객님의 주문이 배송을 완료하였습니다.',
  OrderCancelRequested: '고객님의 주문이 취소 요청되었습니다.',
  OrderCanceled: '고객님의 주문이 취소되었습니다.',
  CancelRefused: '고객님의 주문이 요리를 시작하여 취소할 수 없습니다.',
  PaymentRefunded: '고객님의 주문이 환불되었습니다.',
  DeliveryCanceled: '고객님의 배송이 취소되었습니다.',
  CouponGranted: '고객님의 쿠폰이 지급되었습니다.',
  CouponRevoked: '고객님의 쿠폰이 차감되었습니다.',
};

/** Told by the words of another event: an order's end by OrderCanceled, a review by its coupon. */
const SILENT: ReadonlySet<string> = new Set(['CookingCanceled', 'ReviewWritten', 'ReviewDeleted']);

/** What must hold of notices; what each says, its columns are held to (fields.ts). */
export const NOTICING: readonly Invariant[] = [
  atRest(
    'There is one notice for each change of status.',
    perEvent('an event that nobody is told of', (event, _index, { world }) =>
      SILENT.has(event.type) || !isOurs(event) || world.tables.notices.has(event.id) ? undefined : `${event.type} was told to nobody.`,
    ),
    perEvent('a notice that was not sent', (event, _index, { world }) => {
      const status = world.tables.notices.get(event.id)?.['status'] ?? 'sent';
      return status === 'sent' ? undefined : `The notice of ${event.type} is ${String(status)}.`;
    }),
    inAll('a notice of what did not happen', ({ world: { tables, stream, placeOf } }, say) => {
      for (const [id, row] of tables.notices) {
        const told = stream[placeOf(id) ?? -1];
        if (told === undefined || SILENT.has(told.type))
          say(`A notice tells of ${String(row['type'])}, which did not happen.`, String(row['orderId']));
      }
    }),
  ),
];
