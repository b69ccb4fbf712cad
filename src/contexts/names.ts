/** The contexts and the gateway, by name, with the seed's ports. Plain data: a command that only names them loads nothing else. */
export const DEFAULT_PORTS = { front: 8081, store: 8082, rider: 8083, notification: 8084, customer: 8085, gateway: 8088 } as const;

/** The name of a context. */
export type ContextName = Exclude<keyof typeof DEFAULT_PORTS, 'gateway'>;

/** Every context, in the order of the seed's ports. */
export const CONTEXT_NAMES = ['front', 'store', 'rider', 'notification', 'customer'] as const satisfies readonly ContextName[];
