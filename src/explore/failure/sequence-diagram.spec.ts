import { expect, it } from 'vitest';
import { drawSchedule } from '../schedule/draw-schedule.ts';
import { replay } from './replay.ts';
import { simulate } from '../simulate/simulation.ts';
import type { Entry, EntryBody } from '../../kernel/recording.ts';
import { sequenceDiagram } from './sequence-diagram.ts';
import { CONTEXT_NAMES } from '../../contexts/index.ts';
import { createRig, REPERTOIRE } from '../../contexts/rig.fixture.ts';

const numbered = (...bodies: readonly EntryBody[]): readonly Entry[] =>
  bodies.map((body, index) => ({ n: index + 1, atMs: index, ...body }));

const handled = (id: string, context: string, handling: 'handled' | 'duplicate'): EntryBody => ({
  kind: 'message.handled',
  context,
  seq: 1,
  id,
  type: 'Paid',
  subject: 'o1',
  handling,
});

it('draws requests, messages from their source, duplicates, faults and crashes, in order', () => {
  const entries = numbered(
    { kind: 'command', context: 'front', id: 'c', correlation: 'c', operation: 'placeOrder', method: 'POST', url: '/orders', status: 201 },
    { kind: 'message.published', context: 'front', event: { id: 'e', type: 'Paid' } as never },
    handled('e', 'store', 'handled'),
    { kind: 'fault', fault: 'crash', detail: { context: 'store', at: 'after-commit', message: 'Paid; #1' } },
    { kind: 'context', context: 'store', change: 'crashed' },
    { kind: 'context', context: 'store', change: 'started' },
    handled('e', 'store', 'duplicate'),
    { kind: 'fault', fault: 'drop', detail: { message: 'Paid A to rider', againAfterMs: 150 } },
  );
  expect(sequenceDiagram(entries, CONTEXT_NAMES).slice(7)).toEqual([
    '  people->>front: placeOrder (201)',
    '  front->>store: Paid',
    '  Note over store: crash after-commit Paid   1',
    '  Note over store: crashed',
    '  front-->>store: Paid (duplicate)',
    '  Note over front,customer: drop Paid A to rider',
  ]);
});

/**
 * The productions of Mermaid's grammar for sequence diagrams that are used here; in a text, `;` would end the line and `#`
 * begin an entity.
 */
const MERMAID = [
  /^sequenceDiagram$/,
  /^ {2}(actor|participant) [a-z]+$/,
  /^ {2}[a-z]+(->>|-->>)[a-z]+: [^;#\n]+$/,
  /^ {2}Note over [a-z]+(,[a-z]+)?: [^;#\n]+$/,
];

it('is Mermaid, whatever happened', async () => {
  const rig = createRig();
  for (let schedule = 1; schedule <= 20; schedule += 1) {
    const { plan, decisions } = drawSchedule({ seed: 'mermaid', workload: 'people', strategy: { kind: 'random' } }, schedule, REPERTOIRE);
    const { deviations } = await simulate(rig, { plan, decisions });
    const { entries } = await replay(rig, { plan, deviations });
    for (const line of sequenceDiagram(entries, CONTEXT_NAMES))
      expect(
        MERMAID.some((production) => production.test(line)),
        line,
      ).toBe(true);
  }
});
