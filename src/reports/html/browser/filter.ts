import { PAGE } from './page.ts';

const isShown = (row: HTMLElement, outcomes: ReadonlySet<string>, text: string): boolean =>
  (outcomes.size === 0 || outcomes.has(row.dataset['outcome'] ?? '')) && (row.dataset['search'] ?? '').includes(text);

/** Shows only the scenarios with the chosen outcomes (none chosen: all) whose name, file, tags or steps hold the text. */
export const startFilter = (): void => {
  const rows = [...document.querySelectorAll<HTMLElement>('.scenario')];
  const buttons = [...document.querySelectorAll<HTMLButtonElement>('button[data-filter]')];
  const search = document.querySelector<HTMLInputElement>('#search');
  const said = document.querySelector('#shown');
  const apply = (): void => {
    const chosen = new Set(
      buttons.filter((button) => button.getAttribute('aria-pressed') === 'true').map((button) => button.dataset['filter'] ?? ''),
    );
    const text = (search?.value ?? '').trim().toLowerCase();
    let count = 0;
    for (const row of rows) {
      const isVisible = isShown(row, chosen, text);
      row.hidden = !isVisible;
      if (isVisible) count += 1;
    }
    if (said !== null)
      said.textContent =
        count === rows.length ? '' : PAGE.words.shown.replace('{count}', String(count)).replace('{all}', String(rows.length));
  };
  for (const button of buttons) {
    button.addEventListener('click', () => {
      button.setAttribute('aria-pressed', String(button.getAttribute('aria-pressed') !== 'true'));
      apply();
    });
  }
  search?.addEventListener('input', apply);
};
