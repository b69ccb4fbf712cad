import { readFileSync } from 'node:fs';
import { messageOf, OperatingError } from '../../kernel/errors.ts';

/** Where the compiled scripts of the page are, seen from the sources and from dist/ alike. */
const COMPILED = new URL('../../../dist/reports/html/', import.meta.url);
const ENTRY = new URL('browser/main.js', COMPILED);

const readModule = (url: URL): string => {
  try {
    return readFileSync(url, 'utf8');
  } catch (error) {
    throw new OperatingError('infrastructure', `the script of the HTML report can't be read: ${messageOf(error)}`, {
      mend: 'Run `npm run build`, or install the package again.',
      cause: error,
    });
  }
};

const IMPORT = /^import \{([^}]*)\} from ["'](\.[^"']+)["'];$/gm;
const EXPORT = /^export (?=(?:const|let|class|function|async function) (\w+))/gm;

/** `a as b` of an import is `a: b` where an object is taken apart. */
const bindings = (names: string): string => names.replace(/ as /g, ': ');

/**
 * Joins the compiled modules, from the entry down, into one script: each a function that returns what it exports, in the
 * order in which they need each other. Modules of a file:// page can't import each other, and a bundler would be one
 * more dependency for what these few lines do; the compiler writes imports and exports in one form only.
 */
const joinModules = (): string => {
  const places = new Map<string, number>();
  const joined: string[] = [];
  const add = (url: URL): number => {
    const known = places.get(url.href);
    if (known !== undefined) return known;
    const source = readModule(url).replace(/^\/\/# sourceMappingURL=.*$/m, '');
    const taken = source.replace(
      IMPORT,
      (_, names: string, path: string) => `const {${bindings(names)}} = module${add(new URL(path, url))};`,
    );
    const names = [...taken.matchAll(EXPORT)].map(([, name]) => name);
    const place = places.size;
    places.set(url.href, place);
    joined.push(`const module${place} = (() => {\n${taken.replace(EXPORT, '').trim()}\nreturn { ${names.join(', ')} };\n})();`);
    return place;
  };
  add(ENTRY);
  return `'use strict';\n${joined.join('\n')}\n`;
};

/** The page's script: what `browser/` compiles to, as one text. Throws an OperatingError (infrastructure) where it was not built. */
export const browserCode = (): string => {
  const code = joinModules();
  if (/^(?:import|export)\b/m.test(code))
    throw new Error('the script of the HTML report imports or exports in a form that is not expected here');
  // In a page, these would end the script whatever they mean in it.
  if (/<\/script|<!--/i.test(code)) throw new Error('the script of the HTML report holds what ends a script element');
  return code;
};
