/** What is said of requests and journeys by their names. */
import { describe, expect, it } from 'vitest';
import type { LoadAnswer, LoadJourneyEnd } from '../../kernel/load.ts';
import type { CompiledJourney } from '../journeys.ts';
import { foldJourneys } from './journeys.ts';
import { foldRequests } from './requests.ts';

const answer = (request: number, tookMs: number, kind = 'success', intendedMs = 100): LoadAnswer => [
  request,
  intendedMs,
  intendedMs,
  intendedMs + tookMs,
  kind === 'success' ? 200 : 500,
  kind,
  1,
];

describe('requests by name and tag', () => {
  const fold = foldRequests(
    [
      { name: 'place', tags: ['vip'] },
      { name: 'place', tags: [] },
      { name: 'look', tags: ['vip'] },
      { name: 'never', tags: [] },
    ],
    50,
  );
  for (const one of [answer(0, 10), answer(1, 30), answer(1, 50, 'timeout'), answer(2, 4), answer(2, 900, 'success', 49)]) fold.put(one);

  it('are counted under the name, whatever their tags, and under each tag', () => {
    expect(fold.lines().map(({ kind, count, failed, maxMs }) => [kind, count, failed, maxMs])).toEqual([
      ['place', 3, 1, 50],
      ['look', 1, 0, 4],
      ['never', 0, 0, 0],
    ]);
    expect(fold.metrics()).toMatchObject({
      'place.count': 3,
      'place.failed.count': 1,
      'place.timeout.count': 1,
      'place.latency.max': 50,
      'vip.count': 2,
      'vip.latency.max': 10,
      'vip.failed.share': 0,
      'never.count': 0,
    });
    expect(fold.metrics()['place.failed.share']).toBeCloseTo(33.33, 1);
    // Of what was never sent there is no share and no latency.
    expect(Object.keys(fold.metrics()).filter((metric) => /^never\.(?:.*share|latency)/.test(metric))).toEqual([]);
  });
});

describe('journeys by name', () => {
  const journey = (name: string): CompiledJourney => ({
    name,
    weight: 1,
    steps: [],
    feeders: [],
    places: [
      { text: 'place: lunch', place: 'load.yaml:7:9' },
      { text: 'accept: lunch', place: 'load.yaml:8:9' },
    ],
  });
  const end = (given: Partial<LoadJourneyEnd>): LoadJourneyEnd => ({
    journey: 0,
    intendedMs: 100,
    endMs: 300,
    outcome: 'finished',
    ...given,
  });

  it('tell how many finished, how long those took, and where the others stopped', () => {
    const fold = foldJourneys([journey('order'), journey('other')], 50);
    const late = (subject: string) =>
      end({ outcome: 'failed', step: 1, message: `accept was refused: order ${subject} is unpaid`, subject, endMs: 9_000 });
    for (const one of [
      end({}),
      end({}),
      late('o-1'),
      late('o-2'),
      end({ outcome: 'unfinished', step: 0, message: 'not through' }),
      end({ intendedMs: 49 }),
    ])
      fold.put(one);
    expect(fold.lines()).toEqual([
      expect.objectContaining({
        name: 'order',
        started: 5,
        finished: 2,
        failed: 2,
        unfinished: 1,
        maxMs: 200,
        failures: [
          { step: 'accept: lunch', place: 'load.yaml:8:9', count: 2, message: 'accept was refused: order o-1 is unpaid', subject: 'o-1' },
          { step: 'place: lunch', place: 'load.yaml:7:9', count: 1, message: 'not through' },
        ],
      }),
      expect.objectContaining({ name: 'other', started: 0, failures: [] }),
    ]);
    expect(fold.metrics()).toMatchObject({
      'journey.started': 5,
      'journey.finished': 40,
      'journey.order.finished': 40,
      'journey.order.failed.count': 2,
      'journey.order.unfinished': 20,
      'journey.order.duration.max': 200,
      'journey.other.started': 0,
    });
    // Of what never began there is no share, so a threshold on it is missed.
    expect(fold.metrics()).not.toHaveProperty('journey.other.finished');
  });
});
