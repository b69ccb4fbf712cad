/** The events about something that steps name, and that there are no others. */
import type { Bench, ClaimKind } from '../definition.ts';
import type { EventsExpectation, Expectation } from '../language/ast.ts';
import { withArticle, type Speech } from '../language/speech.ts';
import { anyName } from '../language/any-name.ts';
import { defineForm, list, mapOf, optional, required, type Form } from '../language/structures.ts';
import { expandText } from '../language/template.ts';
import { flag } from '../language/types.ts';
import { eventType, type Inventory } from '../language/inventory.ts';
import { judgeEvents, typesNamedBy } from '../runner/judge-events.ts';
import { NotPassed } from '../runner/verdict.ts';

const formOf = (speech: Speech, inventory: Inventory, examples: readonly string[]): Form<EventsExpectation> => {
  const type = eventType(inventory);
  const types = list(type, { orOne: true });
  const pairs = mapOf('this', type, type);
  const told = speech.things.filter(({ hasStory }) => hasStory);
  const only = told.length === 1 ? told[0]?.what : undefined;
  return defineForm({
    key: 'events',
    what: 'expect',
    doc: `The events about ${only === undefined ? 'what a step made' : withArticle(only)}, in the order of the stream, each counted once however often it was delivered.`,
    examples,
    fields: {
      events: required(anyName(told), only === undefined ? 'Its name.' : `The ${only}'s name.`),
      'in order': optional(
        list(list(type, { orOne: true })),
        'These come in this order; others may come between. An inner list may come in any order among itself.',
      ),
      exactly: optional(list(type, { isEmptyAllowed: true }), 'These and no others, each as often as it is written, in any order.'),
      include: optional(types, 'Each is there, at least as often as it is written.'),
      may: optional(types, 'Allowed, and not required, beside `exactly` or `nothing else`.'),
      exclude: optional(types, 'None of these is there.'),
      compensates: optional(pairs, 'Each key makes its value undone: exactly one for each, later, with the same amount.'),
      'caused by': optional(pairs, 'Each event of the key has one of the value as its cause.'),
      'nothing else': optional(flag(true), 'No events but those named here.'),
    },
    build: (values, complain): EventsExpectation | undefined => {
      const { events: about, 'in order': inOrder, 'caused by': causedBy, 'nothing else': nothingElse, ...said } = values;
      if (Object.keys(values).length === 1)
        return complain('nothing is said of the events', 'in order, exactly, include, exclude, compensates, caused by');
      if (nothingElse !== undefined && said.exactly !== undefined)
        return complain('exactly says already that there is nothing else', 'one of exactly and nothing else');
      if (said.may !== undefined && nothingElse === undefined && said.exactly === undefined)
        return complain('may has nothing to allow', 'exactly or nothing else beside it');
      return {
        form: 'events',
        ...about,
        ...said,
        ...(inOrder === undefined ? {} : { inOrder }),
        ...(causedBy === undefined ? {} : { causedBy }),
        ...(nothingElse === undefined ? {} : { nothingElse }),
      };
    },
  });
};

/** Expectations of the events about a thing. */
export const eventClaims = (speech: Speech, inventory: Inventory, examples: readonly string[]): ClaimKind<EventsExpectation> => ({
  form: 'events',
  forms: [formOf(speech, inventory, examples)],
  judge: ({ names, journal }, claim) => {
    const named = expandText(claim.name, names.lookUp);
    const id = names.idOf({ ...claim, by: 'name' });
    const events = journal.eventsOf(id, claim.what);
    const types = typesNamedBy(claim);
    for (const event of events) if (types.has(event.type)) journal.named.add(event.id);
    judgeEvents(claim, { what: `${claim.what} ${named}`, id, events });
  },
  needs: () => 'events',
  negativeWord: ({ exactly, exclude, compensates, nothingElse }) => {
    if (exactly !== undefined) return 'exactly';
    if (exclude !== undefined) return 'exclude';
    if (compensates !== undefined) return 'compensates';
    return nothingElse === true ? 'nothing else' : undefined;
  },
  positiveWord: ({ inOrder, include, exactly, compensates, causedBy }) => {
    if (inOrder !== undefined) return 'in order';
    if (include !== undefined) return 'include';
    if (exactly !== undefined) return 'exactly';
    if (compensates !== undefined) return 'compensates';
    return causedBy === undefined ? undefined : 'caused by';
  },
  about: (claim) => [claim],
});

/** Every event on the stream (the given world's aside) was named by an `events` expectation before this step. */
const judgeNothingElse = ({ journal, names }: Bench): void => {
  const others = journal.eventsOfSteps().filter((event) => !journal.named.has(event.id));
  const first = others[0];
  if (first === undefined) return;
  throw new NotPassed({
    message: `${others.length === 1 ? 'an event' : `${others.length} events`} happened that no expectation names`,
    expected: 'nothing else',
    actual: others.map((event) => `${event.type} of ${names.nameOf(event.subject)}`),
    subject: first.subject,
  });
};

/** The expectation that nothing else happened. */
export const NOTHING_ELSE: ClaimKind<Expectation & { readonly form: 'nothing else' }> = {
  form: 'nothing else',
  forms: [
    defineForm({
      key: 'nothing else',
      what: 'expect',
      doc: 'Every event there is was named by an `events` expectation before; the given world aside.',
      examples: ['expect: { nothing else: true }'],
      fields: { 'nothing else': required(flag(true), 'Always true.') },
      build: () => ({ form: 'nothing else' as const }),
    }),
  ],
  judge: judgeNothingElse,
  needs: () => 'events',
  isOfSteps: true,
  negativeWord: () => 'nothing else',
};
