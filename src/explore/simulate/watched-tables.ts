/** The tables that exploration watches. Each belongs to one context. */
export const WATCHED = ['orders', 'payments', 'reviews', 'foodCookings', 'deliveries', 'deliveryLists', 'notices', 'customers', 'couponGrants', 'mypages'] as const;
/** The name of a watched table. */
export type WatchedTable = (typeof WATCHED)[number];
