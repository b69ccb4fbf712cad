/** What others may know of `notification`: it publishes nothing; its notices' words and the events that they tell of. */

/**
 * The text of the notice for each event that customers are told of. The five of OrderAccepted, OrderRejected,
 * CookStarted, CookFinished and Picked are the seed's, word for word; the others follow its voice. Events that
 * are not here get no notice: CookingCanceled is told by OrderCanceled, a review by its coupon.
 */
export const NOTICE_TEXT = {
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
} as const;
/** The type of an event that customers are told of. */
export type NoticeType = keyof typeof NOTICE_TEXT;

/** A notice's statuses in Korean. The seed has no words for them. */
export const NOTICE_STATUS_TEXT = { unsent: '발송대기', sent: '발송됨', failed: '발송실패' } as const;
export type NoticeStatus = keyof typeof NOTICE_STATUS_TEXT;
