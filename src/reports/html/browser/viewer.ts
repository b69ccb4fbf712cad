import { choicesOf, idOf, kinOf, momentsAbout, momentsOf, type Moment } from '../view/moments.ts';
import type { ScenarioData } from '../view/page-data.ts';
import { layOut, PEOPLE, type Row, type StepStarted } from '../view/sequence.ts';
import { stateAt } from '../view/state-at.ts';
import type { Gap } from '../window.ts';
import { drawDiagram, type DrawnDiagram } from './diagram.ts';
import { element } from './elements.ts';
import { nounIn, PAGE, shortId } from './page.ts';
import { showStates } from './state-view.ts';
import { recordOf, sayMoment } from './told.ts';

/** Up to so many rows, each delivery has one of its own from the beginning. */
const FEW_ROWS = 90;

const isRead = (moment: Moment): boolean => moment.what === 'entry' && moment.entry.kind === 'command' && moment.entry.method === 'GET';

/** The parts of a viewer that a reader works with. */
interface Controls {
  readonly subject: HTMLSelectElement;
  readonly deliveries: HTMLInputElement;
  readonly reads: HTMLInputElement;
  readonly columns: HTMLInputElement;
  readonly slider: HTMLInputElement;
  readonly previous: HTMLButtonElement;
  readonly next: HTMLButtonElement;
  readonly said: HTMLOutputElement;
}

const createControls = (
  all: readonly Moment[],
  hasReads: boolean,
): { readonly controls: Controls; readonly bars: readonly HTMLElement[] } => {
  const { words, lang, vocabulary } = PAGE;
  const choices = choicesOf(all, vocabulary.owner);
  const noun = nounIn(lang, vocabulary.noun);
  const options = choices.map(({ subject, owner }, index) =>
    element('option', { value: subject }, `${noun.one} ${index + 1} · ${shortId(subject)}${owner === undefined ? '' : ` · ${owner}`}`),
  );
  const controls: Controls = {
    subject: element('select', {}, element('option', { value: '' }, `${words.all} ${noun.many} (${choices.length})`), ...options),
    deliveries: element('input', { type: 'checkbox' }),
    reads: element('input', { type: 'checkbox' }),
    columns: element('input', { type: 'checkbox' }),
    slider: element('input', { type: 'range', min: 0, step: 1, 'aria-label': words.moment }),
    previous: element('button', { type: 'button', title: words.previous, 'aria-label': words.previous }, '◀'),
    next: element('button', { type: 'button', title: words.next, 'aria-label': words.next }, '▶'),
    said: element('output', { 'aria-live': 'polite' }),
  };
  const labelled = (label: string, control: HTMLElement, isFirst: boolean): HTMLElement =>
    element('label', {}, ...(isFirst ? [control, label] : [label, control]));
  return {
    controls,
    bars: [
      element(
        'div',
        { class: 'tools' },
        labelled(noun.one, controls.subject, false),
        labelled(words.eachDelivery, controls.deliveries, true),
        ...(hasReads ? [labelled(words.reads, controls.reads, true)] : []),
        labelled(words.allColumns, controls.columns, true),
      ),
      element('div', { class: 'time' }, controls.previous, controls.slider, controls.next, controls.said),
    ],
  };
};

/** What a viewer shows now. */
interface Shown {
  moments: readonly Moment[];
  diagram: DrawnDiagram | undefined;
  kin: ReadonlySet<string>;
}

const contextsOf = (lanes: readonly string[]): readonly string[] => lanes.filter((lane) => lane !== PEOPLE);

/** Shows a scenario's messages and states, with a slider through its time; `subject` is what a failure is about. */
export const openViewer = (place: HTMLElement, data: ScenarioData, subject: string | undefined): void => {
  const all = momentsOf(data.entries, data.gap);
  const steps = data.entries.filter((entry): entry is StepStarted => entry.kind === 'step.started');
  const { controls, bars } = createControls(all, all.some(isRead));
  const picture = element('div', { class: 'picture' });
  const states = element('div', { class: 'states' });
  const record = element('pre', { class: 'record-json' });
  const details = element('details', { class: 'recorded' }, element('summary', {}, PAGE.words.recorded), record);
  const shown: Shown = { moments: [], diagram: undefined, kin: new Set() };
  let lanes: readonly string[] = [];

  const now = (): number => Number(controls.slider.value);
  const subjectNow = (): string | undefined => (controls.subject.value === '' ? undefined : controls.subject.value);
  const onlySubject = controls.subject.options.length === 2 ? controls.subject.options[1]?.value : undefined;
  const isKinRow = (row: Row): boolean => {
    const moment = row.moment === undefined ? undefined : shown.moments[row.moment];
    const id = moment === undefined ? undefined : idOf(moment);
    return id !== undefined && shown.kin.has(id);
  };
  const gapBefore = (index: number): Gap | undefined => shown.moments.slice(0, index + 1).find((moment) => moment.what === 'gap')?.gap;
  const show = (index: number, isFollowing: boolean): void => {
    const moment = shown.moments[index];
    controls.slider.value = String(index);
    controls.previous.disabled = index <= 0;
    controls.next.disabled = index >= shown.moments.length - 1;
    showStates(states, stateAt(shown.moments, index, contextsOf(lanes)), {
      hasAllColumns: controls.columns.checked,
      subject: subjectNow() ?? onlySubject,
      rowsLeftOut: gapBefore(index)?.rowsLeftOut ?? 0,
    });
    if (moment === undefined) return;
    const text = `${index + 1}/${shown.moments.length} · ${sayMoment(moment)}`;
    controls.said.textContent = text;
    controls.slider.setAttribute('aria-valuetext', text);
    record.textContent = JSON.stringify(recordOf(moment), null, 2);
    shown.kin = kinOf(shown.moments, moment);
    shown.diagram?.mark(index, isKinRow, isFollowing);
  };
  const rebuild = (isAtEnd: boolean): void => {
    const stood = shown.moments[now()]?.n;
    shown.moments = momentsAbout(all, subjectNow(), PAGE.vocabulary.owner).filter((moment) => controls.reads.checked || !isRead(moment));
    const layout = layOut(shown.moments, steps, {
      isEachDelivery: controls.deliveries.checked,
      contexts: PAGE.vocabulary.contexts,
      words: PAGE.words,
    });
    lanes = layout.lanes;
    shown.diagram?.dispose();
    shown.diagram = drawDiagram(layout, shown.moments, (moment) => show(moment, false));
    picture.replaceChildren(shown.diagram.pane);
    shown.diagram.redraw();
    controls.slider.max = String(Math.max(0, shown.moments.length - 1));
    // Another choice, the same time: where it was, or the last moment before.
    const same = stood === undefined ? -1 : shown.moments.findLastIndex(({ n }) => n <= stood);
    show(isAtEnd ? shown.moments.length - 1 : Math.max(0, same), true);
  };

  if (subject !== undefined && [...controls.subject.options].some(({ value }) => value === subject)) controls.subject.value = subject;
  const about = momentsAbout(all, subjectNow(), PAGE.vocabulary.owner).filter((moment) => !isRead(moment));
  controls.deliveries.checked = about.filter((moment) => moment.what === 'entry').length <= FEW_ROWS;
  for (const control of [controls.subject, controls.deliveries, controls.reads]) control.addEventListener('change', () => rebuild(false));
  controls.columns.addEventListener('change', () => show(now(), false));
  controls.slider.addEventListener('input', () => show(now(), true));
  controls.previous.addEventListener('click', () => show(Math.max(0, now() - 1), true));
  controls.next.addEventListener('click', () => show(Math.min(shown.moments.length - 1, now() + 1), true));
  picture.addEventListener('keydown', (event) => {
    const step = event.key === 'ArrowLeft' ? -1 : event.key === 'ArrowRight' ? 1 : 0;
    if (step === 0) return;
    event.preventDefault();
    show(Math.min(Math.max(0, now() + step), shown.moments.length - 1), true);
  });
  place.replaceChildren(...bars, element('div', { class: 'stage' }, picture, states), details);
  rebuild(true);
};
