/** The part of a pino logger that the HTTP edge needs: a level for each method, details first, then one sentence. */
export interface Log {
  info(details: object, message: string): void;
  warn(details: object, message: string): void;
  error(details: object, message: string): void;
}

/** Says nothing; for simulations and tests. */
export const SILENT_LOG: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };
