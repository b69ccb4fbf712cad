/** Examples of what the language has for every system, that speak of one. */
import type { CommandStep } from './ast.ts';
import type { Speech } from './speech.ts';
import type { StepType } from './step-types.ts';
import type { Inventory } from './inventory.ts';

/** Examples by the key of a step or an expectation. */
export interface Examples {
  readonly of: (key: string) => readonly string[];
}

/** Made of the first names of everything, where the system's language has none of its own. */
export const createExamples = (
  { eventTypes, contexts, definitions }: Inventory,
  { things }: Speech,
  commands: readonly StepType<CommandStep>[],
  own: Readonly<Record<string, readonly string[]>>,
): Examples => {
  const [event = 'Happened'] = eventTypes;
  const [context = 'context'] = contexts;
  const about = things.find(({ hasStory }) => hasStory)?.sample ?? 'thing';
  const table = definitions.flatMap(({ schema }) => schema.tables)[0];
  const key = table === undefined || table.key.length < 2 ? 'k1' : `[${table.key.join(', ')}]`;
  const command = (): string => commands[0]?.examples[0] ?? 'settle: { within: 1s }';
  const made: Readonly<Record<string, () => readonly string[]>> = {
    request: () => ['request: { path: /openapi.json, expect: { status: 200 } }'],
    refused: () => [`refused: { ${command()}, status: 409 }`],
    expect: () => ['expect: { dead letters: 0 }'],
    eventually: () => ['eventually: { dead letters: 0, within: 2s }'],
    row: () => [`expect: { row: { table: ${table?.name ?? 'things'}, key: ${key} }, exists: false }`],
    rows: () => [`expect: { rows: { table: ${table?.name ?? 'things'} }, count: 0 }`],
    events: () => [`expect: { events: ${about}, include: [${event}] }`],
    'dead letters': () => ['expect: { dead letters: 0 }', `expect: { dead letters: 1, in: ${context}, reason: is not JSON }`],
    'any of': () => [`expect: { any of: [{ events: ${about}, include: [${event}] }, { dead letters: 1 }] }`],
    answer: () => ['expect: { answer: last, status: 201 }'],
    value: () => ['expect: { value: "${held}", is: 7 }'],
    capture: () => ['capture: { answer: last, field: id, as: held }'],
    together: () => [`together: [{ ${command()} }, settle]`],
    repeat: () => ['repeat: { times: 3, as: i, steps: [settle] }'],
    'for each': () => ['for each: { as: what, in: [a, b], steps: [settle] }'],
    fault: () => [`fault: { duplicate: ${event}, for: ${context} }`, `fault: { hold: ${event}, for: ${context}, as: late-news }`],
    release: () => ['release: late-news', `release: ${event}`],
    crash: () => [`crash: ${context}`, `crash: { context: ${context}, at: after-commit, on: ${event} }`],
    'stop context': () => [`stop context: ${context}`],
    'start context': () => [`start context: ${context}`],
    restart: () => [`restart: ${context}`, 'restart'],
    inject: () => [`inject: { type: ${event}, raw: this is not JSON }`, 'inject: { type: Weather, raw: { sunny: true } }'],
  };
  return { of: (of) => own[of] ?? made[of]?.() ?? [] };
};
