import { describe, expect, it } from 'vitest';
import { madeEntries } from '../../../tests/entries.fixture.ts';
import { fakePlayer, fakeSession, modelOf, openDesk, type Desk } from '../../../tests/tui.fixture.ts';
import { complete } from './commands.ts';

const open = (): Desk => openDesk({ session: fakeSession({ model: modelOf(madeEntries(300)) }) });
const type = (desk: Desk, text: string) =>
  desk.press(':', ...[...text].map((character) => (character === ' ' ? 'space' : character)), 'enter');

describe('a command', () => {
  it.each([
    ['place 20', [{ kind: 'act', action: { kind: 'make', verb: 'place', count: 20 } }]],
    ['accept', [{ kind: 'act', action: { kind: 'ask', verb: 'accept' } }]],
    ['load', [{ kind: 'act', action: { kind: 'load', change: 'start' } }]],
    ['load 50 10s', [{ kind: 'act', action: { kind: 'load', change: 'start', users: 50, durationMs: 10_000 } }]],
    ['load stop', [{ kind: 'act', action: { kind: 'load', change: 'stop' } }]],
    ['slow-lookup off', [{ kind: 'act', action: { kind: 'slow-calls', isOn: false } }]],
    ['drop Paid', [{ kind: 'act', action: { kind: 'strike-next', fault: 'drop', type: 'Paid' } }]],
    ['duplicate', [{ kind: 'act', action: { kind: 'strike-next', fault: 'duplicate' } }]],
    ['hold OrderAccepted', [{ kind: 'act', action: { kind: 'hold', type: 'OrderAccepted' } }]],
    ['release', [{ kind: 'act', action: { kind: 'release' } }]],
    ['crash-context store', [{ kind: 'act', action: { kind: 'context', change: 'crash', context: 'store' } }]],
    ['pause', [{ kind: 'act', action: { kind: 'deliveries', change: 'pause' } }]],
    ['scenario step', [{ kind: 'act', action: { kind: 'scenario', change: 'step' } }]],
    ['q', [{ kind: 'quit', isInterrupt: false }]],
    ['quit', [{ kind: 'quit', isInterrupt: false }]],
  ])('%s does it', (text, requests) => {
    expect(type(open(), text)).toMatchObject(requests);
  });

  it.each([
    ['acept', 'There is no command acept. Did you mean accept?'],
    ['crash-contxt store', 'There is no command crash-contxt. Did you mean crash-context?'],
    ['zzzzzz', 'There is no command zzzzzz; tab lists them.'],
    ['crash-context shop', ':crash-context does not understand shop. It takes front, store, rider, notification, customer.'],
    ['place many', ':place does not understand many.'],
    ['place 100000', ':place does not understand 100000.'],
    ['load lots', ':load does not understand lots. It takes stop, 25 5s.'],
    ['drop paid', ':drop does not understand paid. It takes OrderCancelRequested, OrderCanceled, OrderPlaced, Paid, PaymentDeclined, ….'],
    ['goto 5', 'Only a recording can be moved through.'],
  ])('%s is answered: %s', (text, answer) => {
    const desk = open();
    expect(type(desk, text)).toEqual([]);
    expect(desk.state().message).toEqual({ tone: 'bad', text: answer });
  });

  it('goes to panes, to orders, to filters', () => {
    const desk = open();
    type(desk, 'events');
    expect(desk.state().focus).toBe('events');
    type(desk, '#2');
    expect(desk.state().focus).toBe('list');
    expect(desk.scene().chosen?.number).toBe(2);
    type(desk, 'filter #1');
    expect(desk.state().filters.list).toBe('#1');
    type(desk, 'order 3');
    expect(desk.scene().chosen?.number).toBe(3);
    expect(desk.state().filters.list).toBe('');
  });

  it('moves a recording', () => {
    const desk = openDesk({ session: fakeSession({ player: fakePlayer(), can: () => false }) });
    expect(type(desk, 'goto 12')).toEqual([{ kind: 'player', does: 'seek', position: 12 }]);
    expect(type(desk, 'speed 4')).toEqual([{ kind: 'player', does: 'speed', speed: 4 }]);
    expect(type(desk, 'place')).toEqual([]);
    expect(desk.state().message?.text).toBe('That can not be done here.');
  });
});

describe('completion', () => {
  const around = fakeSession();

  it.each([
    ['acc', ['accept']],
    ['crash-context s', ['crash-context store']],
    ['drop pa', ['drop Paid', 'drop PaymentDeclined', 'drop PaymentRefunded']],
    ['scenario ', ['scenario pause', 'scenario step', 'scenario resume']],
    ['nonsense x', []],
  ])('of %j offers %j', (text, offers) => {
    expect(complete(text, around)).toEqual(offers);
  });

  it('goes round with tab and back with shift-tab, and is forgotten when one types on', () => {
    const desk = open();
    const line = (): string | undefined => {
      const { prompt } = desk.state();
      return prompt?.kind === 'command' ? prompt.line.text : undefined;
    };
    desk.press(':', 's', 't', 'tab');
    const first = line();
    desk.press('tab');
    expect(line()).not.toBe(first);
    desk.press('shift-tab');
    expect(line()).toBe(first);
    desk.press('backspace', 'tab');
    expect(line()?.startsWith((first ?? '').slice(0, -1))).toBe(true);
    desk.press('esc');
    expect(desk.state().prompt).toBeUndefined();
  });
});
