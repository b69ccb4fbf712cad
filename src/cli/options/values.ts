import { MOST_CELLS } from '../../kernel/cells.ts';
import { composed } from '../../kernel/words.ts';
import { Address, Secret, maskUrl } from '../../kernel/secret.ts';
import { nearest } from '../../kernel/nearest.ts';
import { readShard } from '../../scenarios/runner/shard.ts';
import { readTagExpression } from '../../scenarios/runner/tag-expression.ts';

/** Why a text is not a value of an option: what it should have been. */
export class Unfit extends Error {
  override readonly name = 'Unfit';
}

const unfit = (text: string, wanted: string): Unfit => new Unfit(`${JSON.stringify(text)} is not ${wanted}`);

/** Reads a whole number within bounds. Throws Unfit, as all readers here. */
export const wholeNumber =
  (min: number, max: number) =>
  (text: string): number => {
    const value = /^\d+$/.test(text.trim()) ? Number(text) : Number.NaN;
    if (!(value >= min && value <= max)) throw unfit(text, `a whole number from ${min} to ${max}`);
    return value;
  };

/** Reads a rate like `20/s`, or the number alone, as a whole number a second within bounds. */
export const perSecond =
  (min: number, max: number) =>
  (text: string): number => {
    const value = Number(/^(\d+)(?:\/s)?$/.exec(text.trim())?.[1] ?? NaN);
    if (!(value >= min && value <= max)) throw unfit(text, `a rate from ${min}/s to ${max}/s`);
    return value;
  };

/** Cells of a world, as somebody asks for them: so many, or these, or these of so many. */
export interface CellsText {
  readonly count?: number;
  readonly only?: readonly number[];
}

const CELLS_WANTED = 'a number of cells (4), or which of them (0-3, 0,3), maybe of how many (0-3/16)';

/** `0-3` or `5`, as numbers from first to last. */
const rangeOf = (part: string, text: string): readonly number[] => {
  const [, first = '', last = first] = /^(\d{1,4})(?:-(\d{1,4}))?$/.exec(part.trim()) ?? [];
  if (first === '' || Number(last) < Number(first) || Number(last) >= MOST_CELLS) throw unfit(text, CELLS_WANTED);
  return Array.from({ length: Number(last) - Number(first) + 1 }, (_, index) => Number(first) + index);
};

/** Reads how many cells a world has, which of them are meant, or both. A number alone is how many; `3/16` is one of them. */
export const cellChoice = (text: string): CellsText => {
  const [list = '', of, ...more] = text.trim().split('/');
  if (more.length > 0) throw unfit(text, CELLS_WANTED);
  if (of === undefined && /^\d+$/.test(list)) return { count: wholeNumber(1, MOST_CELLS)(list) };
  const only = [...new Set(list.split(',').flatMap((part) => rangeOf(part, text)))].sort((one, other) => one - other);
  return of === undefined ? { only } : { count: wholeNumber(1, MOST_CELLS)(of), only };
};

const UNITS_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** Reads a duration with its unit as milliseconds; more than nothing, a day at most. */
export const durationMs = (text: string): number => {
  const parts = [...text.trim().matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)];
  const isWhole = parts.map(([part]) => part).join('') === text.trim() && parts.length > 0;
  const ms = isWhole ? parts.reduce((sum, [, amount, unit = '']) => sum + Number(amount) * (UNITS_MS[unit] as number), 0) : 0;
  if (ms < 1 || ms > 24 * 3_600_000) throw unfit(text, 'a duration of 1ms to 24h with its unit, like 500ms, 2s or 1m30s');
  return Math.round(ms);
};

/** Reads the longest time to wait, in milliseconds; `0s` for not at all. */
export const waitMs = (text: string): number => (/^0(?:ms|s|m|h)$/.test(text.trim()) ? 0 : durationMs(text));

/** Reads a regular expression (of JavaScript, with Unicode). */
export const pattern = (text: string): RegExp => {
  try {
    return new RegExp(composed(text), 'u');
  } catch (error) {
    throw new Unfit(
      `${JSON.stringify(text)} is not a regular expression: ${(error as Error).message.replace(/^Invalid regular expression: /, '')}`,
    );
  }
};

/** Reads one of the given words. */
export const oneOf =
  <Word extends string>(...words: readonly Word[]) =>
  (text: string): Word => {
    const found = words.find((word) => word === text);
    if (found !== undefined) return found;
    const hint = nearest(text, words);
    throw unfit(text, `one of ${words.join(', ')}${hint === undefined ? '' : `; did you mean ${hint}?`}`);
  };

/** Reads any text that is not empty. */
export const anyText = (text: string): string => {
  if (text.trim() === '') throw new Unfit('the value is empty');
  return text;
};

/** Reads tags with `and`, `or`, `not` and brackets: a text that can be read so. */
export const tagText = (text: string): string => {
  const read = readTagExpression(anyText(text));
  if ('fault' in read) throw new Unfit(`${JSON.stringify(text)} ${read.fault}`);
  return text;
};

/** Reads I/N: the part I of N. */
export const shardName = (text: string): string => {
  if (readShard(text) === undefined) throw unfit(text, 'a part and their number, like 1/4 or 4/4');
  return text.trim();
};

/** Reads a password or token. */
export const secretText = (text: string): Secret => new Secret(anyText(text));

/** Reads a bearer token: what a header can hold. */
export const tokenText = (text: string): Secret => {
  if (!/^[\x21-\x7e]{1,4096}$/.test(text.trim())) throw new Unfit('the token is not made of visible ASCII characters without spaces');
  return new Secret(text.trim());
};

/** Reads a URL, and shows nothing secret of one that is wrong. */
const addressOf = (text: string, protocols: readonly string[]): Address => {
  const read = Address.read(text, protocols);
  if ('fault' in read) throw new Unfit(`${JSON.stringify(maskUrl(text))} ${read.fault}`);
  return read.address;
};

/** Reads an http or https URL. */
export const webUrl = (text: string): Address => addressOf(text, ['http:', 'https:']);

/** Reads the http or https URL of a gateway, maybe behind a path of its own. */
export const gatewayUrl = (text: string): Address => {
  const address = webUrl(text);
  if (address.query !== '') throw new Unfit(`${JSON.stringify(maskUrl(text))} has a query, and what is asked there has its own`);
  return address;
};

/** A name and its value, written NAME=VALUE. */
export type Pair = readonly [name: string, value: string];

/** Reads NAME=VALUE. */
export const pair = (text: string): Pair => {
  const [, name, value] = /^([\p{L}\p{N}_.-]+)=(.*)$/su.exec(text) ?? [];
  if (name === undefined || value === undefined) throw unfit(text, 'written NAME=VALUE');
  return [name, value];
};

/** The name of a world on the bus: its stream and subjects. */
export const worldName = (text: string): string => {
  if (!/^[A-Za-z0-9_-]{1,64}$/.test(text)) throw unfit(text, 'made of 1 to 64 letters, digits, - and _');
  return text;
};

/** Which bus: a word, or the servers' URLs. */
export type BusName = 'embedded' | 'memory' | readonly Address[];

const SERVERS = ['nats:', 'tls:'];

/** Reads `embedded`, `memory`, or NATS servers separated by commas, of which the first names the protocol (`nats://a:1,b:2`). */
export const busName = (text: string): BusName => {
  if (text === 'embedded' || text === 'memory') return text;
  const [, protocol] = /^\s*([a-z]+:)\/\//i.exec(text) ?? [];
  if (protocol === undefined || !SERVERS.includes(protocol.toLowerCase()))
    throw new Unfit(`${JSON.stringify(maskUrl(text))} is not embedded, memory or nats://HOST:PORT[,HOST:PORT …]`);
  const parts = text
    .split(',')
    .map((part) => ({ part: part.trim(), hasProtocol: /^\s*[a-z]+:\/\//i.test(part), hasUser: part.includes('@') }));
  const fault = (what: string): Unfit => new Unfit(`${JSON.stringify(maskUrl(text))} ${what}`);
  // The comma of a password would be taken for the end of a server, and what is before it be shown.
  if (parts.some(({ hasProtocol, hasUser }, index) => hasUser && !hasProtocol && parts.slice(0, index).some((earlier) => !earlier.hasUser)))
    throw fault('has a comma before an @; write %2C for one in a password');
  return parts.map(({ part, hasProtocol }) => {
    const read = Address.read(hasProtocol ? part : `${protocol}//${part}`, SERVERS);
    if ('fault' in read) throw fault(read.fault);
    if (/[^/]/.test(read.address.path) || read.address.query !== '') throw fault('names more than servers: NATS has no paths');
    return read.address;
  });
};

/** Reads the name of a JetStream domain: one token of a subject. */
export const domainName = (text: string): string => {
  if (!/^[^\s.*>]+$/.test(text)) throw unfit(text, 'the name of a JetStream domain, without dots, spaces, * and >');
  return text;
};

/** Yes or no, in a variable or a configuration file. */
export const yesOrNo = (text: string): boolean => {
  if (/^(true|yes|on|1)$/i.test(text)) return true;
  if (/^(false|no|off|0|)$/i.test(text)) return false;
  throw unfit(text, 'true or false');
};
