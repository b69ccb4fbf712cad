/** Opens the HTML report in a real browser, as a file from disk, and works with it as a reader does. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium, type Browser, type Locator, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cleanUpAfterAll, newFolder, runToEnd, SLOW_MS } from './process.fixture.ts';
import { chromiumPath, isAwaited, need } from './tools.fixture.ts';

const SCENARIOS = `name: An order is canceled, and the expectation wrong
tags: [wrong]
steps:
  - place: { order: lunch, customer: kim, store: s1, food: 비빔밥, price: 12000, address: Seoul }
  - place: { order: dinner, customer: lee, store: s2, food: naengmyeon, price: 9000, address: Busan }
  - settle
  - cancel: lunch
  - settle
  - expect: { mypage: lunch, is: 배송확정 }
---
name: "</script><img src=x onerror=alert(1)>"
tags: [evil]
steps:
  - place: { order: lunch, customer: "<img src=x onerror=alert(2)>", store: s1, food: "</script><script>alert(3)</script>", price: 12000, address: "'\\"<svg onload=alert(4)>" }
  - settle
  - expect: { order: lunch, is: 결재됨 }
---
name: An order is delivered
tags: [delivery]
steps:
  - place: { order: lunch, customer: kim, store: s1, food: bibimbap, price: 12000, address: Seoul }
  - settle
  - accept: lunch
  - expect: { cooking: lunch, is: 접수됨 }
`;

let browser: Browser;
let page: Page;
let folder: string;
const trouble: string[] = [];

/** Makes a report, and gives its address. */
const report = async (name: string, args: readonly string[]): Promise<string> => {
  const path = join(folder, `${name}.html`);
  const { code, err } = await runToEnd([...args, '--report', `html=${path}`]);
  // 6: so short a load misses thresholds; 4: on a busy machine, it is not at rest in time. The page shows either.
  expect([0, 1, 4, 6], err).toContain(code);
  return pathToFileURL(path).href;
};

const open = async (url: string): Promise<void> => {
  trouble.length = 0;
  await page.goto(url);
};

/** No text or picture is wider than the window: nobody has to scroll sideways to read. */
const overflow = async (): Promise<number> => page.evaluate('document.documentElement.scrollWidth - innerWidth');

const scenario = (name: string): Locator => page.locator('.scenario', { hasText: name });
const statusOf = async (within: Locator, context: string): Promise<string> =>
  (await within.locator(`[data-context=${context}] .record dl`).first().textContent()) ?? '';

cleanUpAfterAll();
beforeAll(async () => {
  need('chromium');
  browser = await chromium.launch({
    executablePath: chromiumPath() as string,
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
  page = await browser.newPage({ viewport: { width: 1440, height: 1000 }, colorScheme: 'light' });
  page.on('console', (message) => trouble.push(`console: ${message.text()}`));
  page.on('pageerror', (error) => trouble.push(`error: ${error.message}`));
  page.on('dialog', (dialog) => {
    trouble.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('request', (request) => {
    if (!request.url().startsWith('file:') || request.resourceType() !== 'document') trouble.push(`request: ${request.url()}`);
  });
  folder = newFolder();
  mkdirSync(join(folder, 'scenarios'));
  writeFileSync(join(folder, 'scenarios', 'three.yaml'), SCENARIOS);
}, SLOW_MS);
afterAll(async () => {
  // Undefined where there is no browser; that is the failure to be told, not this.
  await (browser as Browser | undefined)?.close();
});

describe.skipIf(isAwaited('chromium'))('the report of a run', { timeout: SLOW_MS }, () => {
  let url: string;
  const wrong = (): Locator => scenario('An order is canceled');

  beforeAll(async () => {
    url = await report('run', ['run', join(folder, 'scenarios'), '--bus', 'memory', '--time', 'virtual', '--seed', '7', '--lang', 'en']);
    await open(url);
  }, SLOW_MS);

  it('says first how it ended, and opens what failed', async () => {
    expect(await page.locator('h1').textContent()).toMatch(/✗\s+failed/);
    expect(await page.locator('dl.run').textContent()).toMatch(/exit code1.*memory.*virtual time.*seed7/);
    expect(await page.locator('.scenario').first().locator('.name').textContent()).toBe('An order is canceled, and the expectation wrong');
    expect(await wrong().locator('.failure').textContent()).toMatch(/three\.yaml:9.*expected배송확정.*actual취소됨/s);
    expect(await wrong().locator('.story pre').textContent()).toContain('OrderCancelRequested');
    expect(await page.locator('.scenario[open]').count()).toBe(1);
  });

  it('walks through time: a step back shows what each context held before, and marks the place in the diagram', async () => {
    const slider = wrong().getByRole('slider');
    await slider.focus();
    await page.keyboard.press('End');
    expect(await statusOf(wrong(), 'front')).toContain('canceled (취소됨)');
    const yAtEnd = Number(await wrong().locator('.cursor').getAttribute('y'));
    await page.keyboard.press('Home');
    expect(await statusOf(wrong(), 'front')).toContain('placed (주문등록)');
    expect(await wrong().locator('[data-context=front] ins').first().textContent()).toBe('placed (주문등록)');
    expect(Number(await wrong().locator('.cursor').getAttribute('y'))).toBeLessThan(yAtEnd);
    for (let steps = 0; steps < 40 && !(await statusOf(wrong(), 'front')).includes('paid (결재됨)'); steps += 1)
      await page.keyboard.press('ArrowRight');
    expect(await wrong().locator('[data-context=front] del').first().textContent()).toBe('placed (주문등록)');
    const before = await slider.inputValue();
    await wrong().getByRole('button', { name: 'Next event' }).click();
    expect(await slider.inputValue()).toBe(String(Number(before) + 1));
    await wrong().getByRole('button', { name: 'Previous event' }).click();
    expect(await slider.inputValue()).toBe(before);
    // A row of the diagram is a moment too.
    await wrong().locator('.row.command', { hasText: 'cancelOrder' }).click();
    expect(await wrong().locator('output').textContent()).toContain('DELETE /orders/');
    expect(await wrong().locator('.row.marked').textContent()).toContain('cancelOrder 202');
    expect(await wrong().locator('.row.kin').allTextContents()).toContainEqual(expect.stringContaining('CookingCanceled'));
  });

  it('shows the order of the failure, another one, or all', async () => {
    const select = wrong().getByRole('combobox');
    expect(await select.locator('option').allTextContents()).toEqual([
      'all orders (2)',
      expect.stringMatching(/^order 1 .* kim$/),
      expect.stringMatching(/^order 2 .* lee$/),
    ]);
    expect(await select.inputValue()).not.toBe('');
    const rows = async (): Promise<number> => wrong().locator('.row.arrow').count();
    const ofLunch = await rows();
    await select.selectOption({ index: 2 });
    const ofDinner = await rows();
    expect(await wrong().locator('.row', { hasText: 'OrderCanceled' }).count()).toBe(0);
    await select.selectOption({ index: 0 });
    expect(await rows()).toBe(ofLunch + ofDinner);
    const apart = wrong().getByRole('checkbox', { name: 'each delivery apart' });
    await apart.setChecked(!(await apart.isChecked()));
    expect(await rows()).toBeLessThan(ofLunch + ofDinner);
  });

  it('filters by outcome and by text, and says how many it shows', async () => {
    const shown = async (): Promise<readonly string[]> => page.locator('.scenario:visible .name').allTextContents();
    await page.getByRole('button', { name: /failed/ }).click();
    expect(await shown()).toEqual(['An order is canceled, and the expectation wrong']);
    expect(await page.locator('#shown').textContent()).toBe('1 of 3 scenarios shown');
    await page.getByRole('button', { name: /failed/ }).click();
    await page.getByRole('searchbox').fill('DELIVERY');
    expect(await shown()).toEqual(['An order is delivered']);
    await page.getByRole('searchbox').fill('');
    expect(await shown()).toHaveLength(3);
  });

  it('can be dark, whatever the system is', async () => {
    const ground = async (): Promise<string> => page.evaluate('getComputedStyle(document.body).backgroundColor');
    expect(await ground()).toBe('rgb(255, 255, 255)');
    await page.getByRole('button', { name: 'dark' }).click();
    expect(await ground()).toBe('rgb(21, 24, 28)');
    await page.getByRole('button', { name: 'dark' }).click();
    await page.emulateMedia({ colorScheme: 'dark' });
    expect(await ground()).toBe('rgb(255, 255, 255)');
    await page.emulateMedia({ colorScheme: 'light' });
  });

  it('shows texts that look like a program, and runs none', async () => {
    const evil = scenario('<img src=x onerror=alert(1)>');
    await evil.locator('summary').first().click();
    expect(await evil.locator('.name').textContent()).toBe('</script><img src=x onerror=alert(1)>');
    await evil.locator('.context').first().waitFor();
    expect(await evil.locator('.states').textContent()).toContain('<img src=x onerror=alert(2)>');
    expect(await page.locator('img, svg[onload], body script:not([type])').count()).toBe(1);
  });

  it.each([390, 1440])('fits a window of %i pixels', async (width) => {
    await page.setViewportSize({ width, height: 900 });
    await page.evaluate('for (const one of document.querySelectorAll("details")) one.open = true');
    await expect.poll(() => page.locator('.scenario[open] .diagram').count()).toBe(3);
    expect(await overflow()).toBeLessThanOrEqual(0);
    await page.setViewportSize({ width: 1440, height: 1000 });
  });

  it('made no request, said nothing on the console, and threw nothing', () => {
    expect(trouble).toEqual([]);
  });
});

describe.skipIf(isAwaited('chromium'))('the report of a load', { timeout: SLOW_MS }, () => {
  it('draws what came of it, and fits any window', async () => {
    await open(await report('load', ['load', '--fault', 'none', '--users', '2', '--duration', '3s', '--bus', 'memory', '--lang', 'ko']));
    expect(await page.locator('.load').textContent()).toContain('회로');
    expect(await page.locator('.chart .circuit').count()).toBeGreaterThan(0);
    expect(await page.locator('.chart rect.kind-success').count()).toBeGreaterThan(0);
    for (const width of [390, 1440]) {
      await page.setViewportSize({ width, height: 900 });
      expect(await overflow()).toBeLessThanOrEqual(0);
    }
    expect(trouble).toEqual([]);
  });
});

describe.skipIf(isAwaited('chromium'))('the report of an exploration', { timeout: SLOW_MS }, () => {
  it('shows first the invariant that was broken, the story, and the messages that led there', async () => {
    await open(
      await report('explore', [
        'explore',
        '--mutation',
        'reject-keeps-money',
        '--seed',
        '1',
        '--save',
        join(folder, 'it.json'),
        '--lang',
        'en',
      ]),
    );
    const first = page.locator('.scenario').first();
    expect(await first.getAttribute('open')).not.toBeNull();
    expect(await first.locator('.failure .what').textContent()).toMatch(/\.$/);
    expect(await first.locator('.story pre').textContent()).toContain('OrderRejected');
    expect(await first.locator('.row', { hasText: 'OrderRejected' }).count()).toBeGreaterThan(0);
    expect(trouble).toEqual([]);
  });
});

/** The pages of a PDF, each with the addresses that its links lead to. (Chromium writes pages and links as they are.) */
const pagesOf = (pdf: Buffer): readonly (readonly string[])[] => {
  const text = pdf.toString('latin1');
  const objects = new Map([...text.matchAll(/(\d+) 0 obj\s([^]*?)endobj/g)].map(([, id, body]) => [id, body ?? '']));
  return [...objects.values()]
    .filter((body) => /\/Type\s*\/Page\b/.test(body))
    .map((body) => {
      const links = [...(/\/Annots\s*\[([^\]]*)\]/.exec(body)?.[1] ?? '').matchAll(/(\d+) 0 R/g)].map(([, id]) => objects.get(id) ?? '');
      return [...new Set(links.flatMap((link) => /https?:\/\/head\.invalid\/(\d+)/.exec(link)?.[1] ?? []))];
    });
};

describe.skipIf(isAwaited('chromium'))('the report of much, printed', { timeout: SLOW_MS }, () => {
  it('takes some pages, each of which names the lifelines again', async () => {
    const steps = ['place: { order: "o${i}", customer: kim }', 'settle', 'accept: "o${i}"', 'start: "o${i}"', 'finish: "o${i}"', 'settle']
      .map((step) => `        - ${step}\n`)
      .join('');
    const much = (name: string, wrong: string): string =>
      `name: ${name}\nsteps:\n  - repeat:\n      times: 100\n      as: i\n      steps:\n${steps}  - expect: { ${wrong} }\n`;
    const file = join(folder, 'much.yaml');
    writeFileSync(
      file,
      [
        much('All', 'dead letters: 1'),
        much('One', 'order: o100, is: 취소됨'),
        ...Array.from({ length: 30 }, (_, index) => `name: Small ${index}\nsteps: [{ expect: { dead letters: 0 } }]\n`),
      ].join('---\n'),
    );
    await open(await report('much', ['run', file, '--bus', 'memory', '--time', 'virtual', '--lang', 'en']));
    // What is printed of the names shows in the PDF where they are a link.
    await page.evaluate(`addEventListener('beforeprint', () => document.querySelectorAll('.printed th').forEach((head, index) => {
      const link = document.createElement('a');
      link.href = 'http://head.invalid/' + index;
      link.append(...head.childNodes);
      head.append(link);
    }))`);
    const pages = pagesOf(await page.pdf({ format: 'A4' }));
    expect(pages.length).toBeGreaterThan(4);
    expect(pages.length).toBeLessThan(20);
    const withAll = pages.flatMap((heads, index) => (heads.includes('0') ? [index] : []));
    // The diagram of all orders has 150 rows of 26 px: more than three pages, and all that it is on follow each other.
    expect(withAll).toEqual([0, 1, 2, 3]);
    expect(pages.some((heads) => heads.includes('1'))).toBe(true);
    await page.emulateMedia({ media: 'print' });
    await page.evaluate(`dispatchEvent(new Event('beforeprint'))`);
    expect(await page.locator('.printed').first().textContent()).toMatch(/… \d+ rows are not printed; the page shows them/);
    expect(await page.locator('.diagram > svg').first().isVisible()).toBe(false);
    await page.emulateMedia({ media: 'screen' });
    await page.evaluate(`dispatchEvent(new Event('afterprint'))`);
    expect([await page.locator('.printed').count(), await page.locator('.diagram > svg').first().isVisible()]).toEqual([0, true]);
    expect(trouble).toEqual([]);
  });
});
