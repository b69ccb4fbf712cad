/** What `food-sim schema` describes. */
export const SCHEMA_NAMES = ['scenario', 'report', 'recording', 'openapi', 'asyncapi', 'problems', 'config'] as const;

/** The CI servers that `food-sim init` knows. */
export const CI_KINDS = ['github', 'gitlab', 'jenkins'] as const;

/** The shells that `food-sim completion` knows. */
export const SHELLS = ['bash', 'zsh', 'fish'] as const;

/** What a completion script asks of scenario files. */
export const ASKED = ['tags', 'names'] as const;
