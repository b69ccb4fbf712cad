import { plainJson } from '../readable.ts';
import { visible } from '../width.ts';

/** A piece of HTML that is known to be safe: everything in it that came from outside was escaped. */
export interface Markup {
  readonly html: string;
}

/** What may stand in a place of {@link markup}: texts are escaped, pieces are taken as they are, nothing says nothing. */
type Part = string | number | Markup | readonly Part[] | undefined | false;

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** The text as HTML shows it, in an element or between quotes; control characters and lone surrogates are made visible. */
const escapeHtml = (text: string): string => visible(text.toWellFormed()).replace(/[&<>"']/g, (character) => ENTITIES[character] as string);

const htmlOf = (part: Part): string => {
  if (part === undefined || part === false) return '';
  if (typeof part === 'string') return escapeHtml(part);
  if (typeof part === 'number') return String(part);
  return 'html' in part ? part.html : part.map(htmlOf).join('');
};

/** HTML in which every place is escaped; only what {@link markup} made itself goes in unchanged. */
export const markup = (texts: TemplateStringsArray, ...parts: readonly Part[]): Markup => ({
  html: texts.map((text, index) => text + (index < parts.length ? htmlOf(parts[index]) : '')).join(''),
});

/** Text that our own code vouches for: styles, scripts, drawings. Never for what came from outside. */
export const trusted = (html: string): Markup => ({ html });

/** A value as JSON that can stand within a `<script>` element: no `<` in it, so nothing in it ends the element. */
export const jsonForScript = (value: unknown): Markup => ({ html: plainJson(value).replaceAll('<', '\\u003c') });
