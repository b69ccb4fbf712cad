/** The screen that is made of what a system declares: keys, commands and forms of its verbs. */
import { describe, expect, it } from 'vitest';
import { fakeSession, openDesk, unpainted, type Desk } from '../../../tests/tui.fixture.ts';
import type { ScreenedSystem } from '../definition.ts';
import { createModel } from '../model/create-model.ts';
import type { Request } from '../view/screen-state.ts';
import { rowsScreen, type RowsVerb } from './rows-screen.ts';

const verb = (name: string, over: Partial<RowsVerb> = {}): RowsVerb => ({
  name,
  by: 'clerks',
  makes: true,
  what: 'ticket',
  table: 'tickets',
  route: `POST /${name}`,
  fields: [],
  given: {},
  ...over,
});

const systemOf = (...verbs: readonly RowsVerb[]): ScreenedSystem => ({
  name: 'office',
  contexts: ['desk'],
  eventTypes: ['Filed'],
  hears: {},
  hasCalls: false,
  hasLoad: false,
  screen: rowsScreen({
    tables: [{ name: 'tickets', context: 'desk', key: ['ticketId'], ends: new Set(['shut']) }],
    verbs,
    statuses: { tickets: { shut: '닫힘' } },
  }),
});

const row = (ticketId: string, status: string, n: number) =>
  ({ n, atMs: n, kind: 'state', context: 'desk', table: 'tickets', key: [ticketId], row: { ticketId, status }, cause: 'c' }) as const;

const deskOf = (system: ScreenedSystem): Desk => {
  const model = createModel(system);
  model.feed(row('t-1', 'held', 1));
  model.feed(row('t-2', 'shut', 2));
  return openDesk({ session: fakeSession({ system, model }), columns: 160, rows: 50 });
};

const write = (desk: Desk, text: string): readonly Request[] =>
  desk.press(':', ...Array.from(text, (letter) => (letter === ' ' ? 'space' : letter)), 'enter');
const act = (action: object): readonly object[] => [{ kind: 'act', action }];

describe('keys', () => {
  it('are the first free letter of a verb, small or great, and none where all are taken', () => {
    const { screen } = systemOf(verb('open'), verb('opt'), verb('quit'), verb('oo'), verb('o'));
    expect(screen.keys.map(({ keys }) => keys.join())).toEqual(['o', 'p', 'u', 'O', '']);
  });

  it('are bright for the rows that the verb declares', () => {
    const desk = deskOf(systemOf(verb('shut', { makes: false, at: { table: 'tickets', statuses: ['held'] } })));
    expect(desk.frame().map(unpainted).join('\n')).toMatch(/#2 +tickets +t-2 +✓ 닫힘/);
    expect(desk.press('j', 's')).toEqual(act({ kind: 'ask', verb: 'shut', ids: ['tickets/t-1'] }));
    expect(desk.frame().map(unpainted).join('\n')).toContain('next  s shut');
  });
});

describe('a verb that is called as something else is', () => {
  const desk = (): Desk => deskOf(systemOf(verb('release'), verb('open')));

  it('leaves that within reach, and is asked for by its name and a sign', () => {
    expect(write(desk(), 'release')).toEqual(act({ kind: 'release' }));
    expect(write(desk(), 'release!')).toEqual(act({ kind: 'make', verb: 'release', body: {}, count: 1 }));
  });

  it('has its own name, in every language', () => {
    const system = systemOf(verb('open'));
    const frame = openDesk({ session: fakeSession({ system, model: createModel(system) }), lang: 'ko' })
      .frame()
      .map(unpainted);
    expect(frame.at(-3)).toContain('o open');
  });
});

describe('a form', () => {
  const file = verb('file', {
    fields: [
      { name: 'ticketId', kind: 'text' },
      { name: 'note', kind: 'text', isOptional: true },
      { name: 'urgency', kind: 'number', pattern: /^-?\d+$/ },
      { name: 'isPaid', kind: 'boolean' },
      { name: 'desk', kind: 'choice', choices: ['north', 'south'] },
      { name: 'tags', kind: 'json' },
    ],
    given: { urgency: 3, tags: ['new'], note: '' },
  });

  it('offers what is usual, and sends each as what it is', () => {
    const desk = deskOf(systemOf(file));
    desk.press('f');
    expect(desk.frame().map(unpainted).join('\n')).toMatch(
      /▸ ticketId +ticket-3[^]*urgency +3[^]*● true +○ false[^]*● north +○ south[^]*tags +\["new"\]/,
    );
    desk.press('down', 'down', 'down', 'right', 'down', 'left');
    expect(desk.press('enter')).toEqual(
      act({
        kind: 'make',
        verb: 'file',
        body: { ticketId: 'ticket-3', urgency: 3, isPaid: false, desk: 'south', tags: ['new'] },
        count: 1,
      }),
    );
  });

  it.each([
    ['urgency', ['down', 'down', 'ctrl-u', 'x']],
    ['ticketId', ['ctrl-u']],
    ['tags', ['up', 'backspace']],
  ])('keeps %s that can not be sent', (wrong, keys) => {
    const desk = deskOf(systemOf(file));
    expect(desk.press('f', ...keys, 'enter')).toEqual([]);
    expect(desk.state().prompt).toMatchObject({ kind: 'form', wrong });
  });

  it('is written as a command too, by order or by name', () => {
    const body = { ticketId: 't-9', note: 'by=hand', urgency: 1, isPaid: true, desk: 'north', tags: [] };
    const desk = deskOf(systemOf(file));
    expect(write(desk, 'file t-9 note=by=hand 1 true north []')).toEqual(act({ kind: 'make', verb: 'file', body, count: 1 }));
    expect(write(desk, 'file t-9 hand 1 perhaps north []')).toEqual([]);
    expect(desk.state().message).toMatchObject({ tone: 'bad' });
  });
});
