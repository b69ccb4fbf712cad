import { startFilter } from './filter.ts';
import { readScenario } from './page.ts';
import { startThemeSwitch } from './theme.ts';
import { openViewer } from './viewer.ts';

const fill = (scenario: HTMLDetailsElement): void => {
  const place = scenario.querySelector<HTMLElement>('.viewer');
  const data = readScenario(scenario.dataset['scenario'] ?? '');
  // Each is made when it is first opened: a report of hundreds of scenarios opens as fast as one of ten.
  if (place === null || data === undefined || place.dataset['filled'] !== undefined) return;
  place.dataset['filled'] = '';
  openViewer(place, data, place.dataset['subject']);
};

for (const scenario of document.querySelectorAll<HTMLDetailsElement>('details.scenario')) {
  scenario.addEventListener('toggle', () => {
    if (scenario.open) fill(scenario);
  });
  if (scenario.open) fill(scenario);
}
document.documentElement.classList.add('scripted');
startFilter();
startThemeSwitch();
