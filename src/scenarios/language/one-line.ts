import { isAlias, isMap, isScalar, isSeq, type Node } from 'yaml';

/** The longest text of a step; reports show it on one line. */
const LONGEST = 200;

const sourceOf = (node: Node, text: string): string => text.slice(node.range?.[0] ?? 0, node.range?.[1] ?? 0).trim();

const render = (node: unknown, text: string, room: number): string => {
  if (room <= 0) return '…';
  if (isAlias(node)) return `*${node.source}`;
  if (isScalar(node)) {
    const written = sourceOf(node, text);
    return written.includes('\n') ? JSON.stringify(node.value) : written;
  }
  const join = (parts: readonly (() => string)[], open: string, close: string): string => {
    let line = open;
    for (const [index, part] of parts.entries()) {
      if (line.length > room) return `${line}, …${close}`;
      line += (index === 0 ? '' : ', ') + part();
    }
    return line + close;
  };
  if (isSeq(node))
    return join(
      node.items.map((item) => () => render(item, text, room - 2)),
      '[',
      ']',
    );
  if (isMap(node)) {
    const pairs = node.items.map((pair) => () => `${render(pair.key, text, room)}: ${render(pair.value, text, room - 4)}`.trimEnd());
    return join(pairs, '{ ', ' }');
  }
  return '';
};

/** A node as it is written, brought to one line: blocks become `{ … }` and `[ … ]`, comments go, and a very long one is cut. */
export const oneLine = (node: Node | undefined, text: string): string => {
  if (node === undefined) return '';
  // A block ends where its last value does; the parser counts the comment behind it too.
  const last = isMap(node) && node.flow !== true ? node.items.at(-1)?.value : undefined;
  const isPlain = last !== undefined && last !== null && (isScalar(last) || ((isMap(last) || isSeq(last)) && last.flow === true));
  const written = isPlain ? text.slice(node.range?.[0] ?? 0, last.range?.[1] ?? 0).trim() : sourceOf(node, text);
  if (written.length <= LONGEST && !/[\r\n]/.test(written)) return written;
  const [pair, ...others] = isMap(node) && node.flow !== true ? node.items : [];
  const line =
    pair !== undefined && others.length === 0
      ? `${render(pair.key, text, LONGEST)}: ${render(pair.value, text, LONGEST - 20)}`
      : render(node, text, LONGEST);
  const flat = line.replaceAll(/\s+/g, ' ');
  return flat.length <= LONGEST ? flat : `${flat.slice(0, LONGEST - 1)}…`;
};
