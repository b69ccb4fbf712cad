import { readFileSync } from 'node:fs';

/** The version of this package, as its manifest says; the manifest is as far from the sources as from what is compiled. */
export const readVersion = (): string => {
  const manifest = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { readonly version: string };
  return manifest.version;
};
