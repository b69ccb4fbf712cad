import { createColors } from 'picocolors';

/** Paints a text that says something, by what it means; a pane never names a colour. */
export interface Paint {
  /** The frame of the pane that has the keys, and of the others. */
  readonly frame: (text: string) => string;
  readonly frameAway: (text: string) => string;
  readonly heading: (text: string) => string;
  readonly title: (text: string) => string;
  /** What matters less, and what can't be done now. */
  readonly dim: (text: string) => string;
  readonly strong: (text: string) => string;
  readonly key: (text: string) => string;
  readonly good: (text: string) => string;
  readonly bad: (text: string) => string;
  readonly warn: (text: string) => string;
  readonly onTheWay: (text: string) => string;
  readonly id: (text: string) => string;
  /** The chosen row, and the chosen tab. */
  readonly chosen: (text: string) => string;
}

const SGR = { bold: [1, 22], dim: [2, 22], inverse: [7, 27] } as const;

/** Bold, dim and inverse are not colours: they stay where NO_COLOR asks for none (no-color.org). */
const attribute = (name: keyof typeof SGR): ((text: string) => string) => {
  const [open, close] = SGR[name];
  return (text) => (text === '' ? '' : `\u001b[${open}m${text}\u001b[${close}m`);
};

/** The paint of a screen, with or without colours. Nothing is told by colour alone. */
export const paintOf = (hasColor: boolean): Paint => {
  const colors = createColors(hasColor);
  const [bold, dim, inverse] = [attribute('bold'), attribute('dim'), attribute('inverse')];
  return {
    frame: colors.cyan,
    frameAway: hasColor ? colors.gray : dim,
    heading: hasColor ? colors.gray : dim,
    title: bold,
    dim: hasColor ? colors.gray : dim,
    strong: bold,
    key: hasColor ? (text) => bold(colors.cyan(text)) : bold,
    good: colors.green,
    bad: hasColor ? colors.red : bold,
    warn: colors.yellow,
    onTheWay: colors.cyan,
    id: colors.magenta,
    chosen: inverse,
  };
};
