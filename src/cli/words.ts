/** What `food-sim schema` describes. */
export const SCHEMA_NAMES = ['scenario', 'report', 'recording', 'openapi', 'asyncapi', 'problems'] as const;

/** The shells that `food-sim completion` knows. */
export const SHELLS = ['bash', 'zsh', 'fish'] as const;

/** What a completion script asks of scenario files. */
export const ASKED = ['tags', 'names'] as const;
