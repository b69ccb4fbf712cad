declare const templateBrand: unique symbol;

/**
 * Text that may hold `${name}` or `${name:-default}`; only `expandText` (template.ts) makes it a value.
 * The parser has made sure that each name without a default is known where it stands.
 */
export type Template = string & { readonly [templateBrand]: true };
/** A whole number as written, or a template that must expand to one (`expandWhole`). */
export type WholeNumber = number | Template;
/** A JSON value whose texts are templates (`expandJson`); a text that is one `${name}` alone takes that value's type. */
export type JsonTemplate = null | boolean | number | Template | readonly JsonTemplate[] | { readonly [key: string]: JsonTemplate };

/** The methods of a raw HTTP call. */
export type HttpMethod = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'HEAD' | 'OPTIONS';
