/** What others wrote stands in what is told of a failure: none of it drives a terminal, breaks a report, or goes on for pages. */
import { SPOKEN_FOOD } from '../contexts/spoken.ts';
import { VOCABULARY } from '../contexts/vocabulary.ts';
import { beforeAll, describe, expect, it } from 'vitest';
import { drawSchedule } from '../explore/schedule/draw-schedule.ts';
import { replay } from '../explore/failure/replay.ts';
import { sequenceDiagram } from '../explore/failure/sequence-diagram.ts';
import type { KeptFailure } from '../explore/failure/replay-file.ts';
import { play } from '../explore/simulate/play.ts';
import { createReporter } from '../reports/create-reporter.ts';
import { REPORT_KINDS } from '../reports/kinds.ts';
import { readable, readableLine } from '../reports/readable.ts';
import { columnsOf } from '../reports/width.ts';
import { wordsOf } from '../reports/words.ts';
import { explorationRecording } from './exploration-recording.ts';
import { replaySteps, stepLine, stepLines } from './replay-steps.ts';
import { replayLines, scheduleLines, violationText } from './schedule-text.ts';
import { CONTEXT_NAMES } from '../contexts/index.ts';
import { createRig } from '../contexts/rig.fixture.ts';

/** Drives a terminal, turns the direction of writing, or ends a line only for some; tabs and line feeds end what they should. */
const STEERING = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/u;
const WORST =
  '\u001b[2J\u009b31m\u202eabc\u2066\u2028\r\n<script>"&amp;%0A::error::#;%%' +
  'e\u0301'.repeat(50) +
  'z' +
  '\u0301'.repeat(400) +
  '길'.repeat(9_000);

/** Failures of schedules in which people write whatever the routes take, told with words of theirs. */
const makeFailures = async () => {
  const rig = createRig();
  const told = [];
  for (let schedule = 1; schedule <= 6; schedule += 1) {
    const { plan: drawn, decisions } = drawSchedule(
      { seed: 'letters', workload: 'people', strategy: { kind: 'random' } },
      schedule,
      rig.repertoire,
    );
    const errands = drawn.errands.map((errand) =>
      errand.deed === 'place'
        ? { ...errand, body: { ...errand.body, address: WORST.slice(0, 400), customerId: `c${schedule}\u009b31m\u202e` } }
        : errand,
    );
    const plan = { ...drawn, errands };
    const { deviations } = await play(rig, { plan, decisions });
    const replayed = await replay(rig, { plan, deviations });
    const kept: KeptFailure = {
      system: 'food',
      mutations: [],
      violation: { invariant: `Nobody ${WORST}`, found: `It is ${WORST}, not ${WORST}.`, subject: `c${schedule}\u009b31m\u202e` },
      plan,
      deviations,
      trace: [],
    };
    told.push({ kept, replayed });
  }
  return told;
};

describe('odd letters', () => {
  let failures: Awaited<ReturnType<typeof makeFailures>>;
  beforeAll(async () => {
    failures = await makeFailures();
  });

  it('drive no terminal, and fill no page, in what is told of a failure', () => {
    for (const { kept, replayed } of failures) {
      const { invariant, found } = violationText(kept.violation);
      const steps = replaySteps(replayed, { words: wordsOf('en'), lang: 'en', vocabulary: VOCABULARY });
      const lines = [
        ...scheduleLines(kept, SPOKEN_FOOD),
        ...replayLines(kept, replayed, { lang: 'en', vocabulary: VOCABULARY, width: 100 }),
        ...steps.slice(0, 40).flatMap((step, index) => [stepLine(step, index), ...stepLines(step, index, steps.length)]),
        ...sequenceDiagram(replayed.entries, CONTEXT_NAMES),
        invariant,
        ...found.split('\n'),
      ];
      for (const line of lines) {
        expect(line).not.toMatch(STEERING);
        expect(line).not.toContain('\n');
        // What several rows hold stands on one line.
        for (const part of line.split(/[|·,] /)) expect(columnsOf(part)).toBeLessThan(1_400);
      }
    }
  });

  it.each(REPORT_KINDS.filter((kind) => kind !== 'ndjson' && kind !== 'json'))('drive nobody who reads the %s report', (kind) => {
    const { kept, replayed } = failures[0]!;
    let text = '';
    const reporter = createReporter(kind, (piece) => (text += piece), {
      color: false,
      lang: 'en',
      width: 100,
      verbose: true,
      quiet: false,
      vocabulary: VOCABULARY,
    });
    for (const entry of explorationRecording({
      seed: '1',
      title: 'people',
      startedAt: '2026-01-01T00:00:00.000Z',
      durationMs: 1,
      outcome: 'failed',
      notes: [],
      failed: { system: SPOKEN_FOOD, kept, replayed, path: 'f.json' },
    }))
      reporter.entry(entry);
    reporter.end();
    expect(text).toContain('Nobody');
    expect(STEERING.test(text)).toBe(false);
    if (kind === 'html' || kind === 'junit') expect(text).not.toContain('<script>"&amp;%');
    if (kind === 'github')
      expect(
        text
          .split('\n')
          .filter((line) => line !== '')
          .every((line) => line.startsWith('::error ')),
      ).toBe(true);
  });

  it('are left out where there are too many, and stand on one line where that is wanted', () => {
    expect(readable('Kim ordered 김치찌개.\nTwice.')).toBe('Kim ordered 김치찌개.\nTwice.');
    expect(readable(`a${'\u0301'.repeat(40)}b`)).toBe(`a${'\u0301'.repeat(4)}…b`);
    expect(readable(`<${'길'.repeat(1_000)}>`)).toMatch(/^<길{449} … \(402 characters left out\) … 길{149}>$/);
    expect(readableLine('a\r\n\tb\u2028c')).toBe('a b c');
  });
});
