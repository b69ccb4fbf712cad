/** Every link of the documentation leads somewhere: to a file that is there, and to a heading that it has. */
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { expect, it } from 'vitest';

const ROOT = dirname(import.meta.dirname);
const PAGES = ['README.md', 'README.ko.md', 'CHANGELOG.md', ...globSync(['docs/**/*.md', 'examples/**/*.md'], { cwd: ROOT })].sort();

const withoutCode = (text: string): string => text.replaceAll(/^(`{3,})[^]*?^\1$/gm, '').replaceAll(/`[^`\n]*`/g, '');

/** How a heading is linked to, as GitHub has it. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replaceAll(/\s/g, '-');

const anchorsIn = (file: string): readonly string[] =>
  [
    ...readFileSync(file, 'utf8')
      .replaceAll(/^(`{3,})[^]*?^\1$/gm, '')
      .matchAll(/^#+ (.*)$/gm),
  ].map(([, heading = '']) => anchorOf(heading));

it.each(PAGES)('%s links to what is there', (page) => {
  const text = withoutCode(readFileSync(join(ROOT, page), 'utf8'));
  const links = [...text.matchAll(/\]\(([^)\s]+)\)/g)].flatMap(([, link = '']) => (/^[a-z]+:/.test(link) ? [] : [link]));
  const dead = links.filter((link) => {
    const [path = '', anchor] = link.split('#');
    const file = path === '' ? join(ROOT, page) : resolve(ROOT, dirname(page), path);
    return !existsSync(file) || (anchor !== undefined && !anchorsIn(file).includes(anchor));
  });
  expect(dead).toEqual([]);
});

it('finds the links there are', () => {
  const all = PAGES.flatMap((page) => [...readFileSync(join(ROOT, page), 'utf8').matchAll(/\]\(/g)]);
  expect(all.length).toBeGreaterThan(50);
});
