import { drawPlain, type Workload } from '../../explore/schedule/draw-schedule.ts';
import { searchAll, type SearchEnd, type SearchResult } from '../../explore/search/exhaustive.ts';
import type { Plan } from '../../explore/schedule/plan.ts';
import type { SystemModule } from '../../explore/definition.ts';
import { createRig, type Rig } from '../../explore/simulate/rig.ts';
import { counted } from '../../kernel/counted.ts';
import { OperatingError } from '../../kernel/errors.ts';
import type { Outcome } from '../../kernel/recording.ts';
import type { Invocation } from '../command.ts';
import { explorationRecording } from '../../findings/exploration-recording.ts';
import { workloadTitle } from '../../explore/schedule/choose-workload.ts';
import { breathe } from '../../explore/search/explore-on-threads.ts';
import { createDeadline } from '../options/exploring.ts';
import { keep } from '../output/keep-failure.ts';
import { openProgress } from '../output/progress.ts';
import { hasStdoutReport, type Reporting } from '../output/reporting.ts';
import { seedOf } from '../options/seed.ts';

/** Every order of three sagas is more than anybody can wait for. */
const MOST_SAGAS = 2;

/**
 * What people do: the last of the system's workloads, which is the narrowest, or what schedule 1 of the seed draws, of
 * which the first two sagas. Throws an OperatingError (usage) for scenarios.
 */
const planOf = (
  { origins }: Invocation,
  { repertoire }: Rig,
  chosen: Workload,
  seed: string,
): { readonly plan: Plan; readonly workload: Workload } => {
  if (typeof chosen !== 'string')
    throw new OperatingError('usage', `${origins.search}: exhaustive goes through what people do, not through scenarios`, {
      mend: 'Leave the scenarios out, or choose --search random or pct.',
    });
  const workload = origins.workload === 'default' ? (Object.keys(repertoire.people).at(-1) ?? chosen) : chosen;
  const plan = drawPlain({ seed, workload }, 1, repertoire);
  const sagas = [...new Set(plan.errands.map(({ about }) => about))].slice(0, MOST_SAGAS);
  return { workload, plan: { ...plan, errands: plan.errands.filter(({ about }) => sagas.includes(about)) } };
};

/** Throws an OperatingError (usage) where events come by themselves: their moments are no moves of this search. */
const checkNoDeadlines = ({ origins }: Invocation, { definitions }: Rig): void => {
  for (const { name, deadlines = [] } of Object.values(definitions))
    if (deadlines[0] !== undefined)
      throw new OperatingError(
        'usage',
        `${origins.search}: exhaustive goes through every order of messages, and ${name} has deadlines (${deadlines[0].type}), whose moments it does not move`,
        { mend: 'Choose --search random or pct: both jump to each deadline, with all their faults.' },
      );
};

const OUTCOME: Readonly<Record<SearchEnd, Outcome>> = {
  exhausted: 'passed',
  failed: 'failed',
  states: 'inconclusive',
  over: 'inconclusive',
};

const upTo = (deviations: number): string =>
  deviations < 0 ? 'not even all schedules without deviations' : `every schedule with up to ${counted(deviations, 'deviation')}`;

const closing = ({ end, deviations }: SearchResult, { settings, signal }: Invocation): string => {
  if (end === 'exhausted') return `exhausted: ${upTo(deviations)} holds every invariant`;
  if (end === 'failed') return 'no shorter one fails';
  const why =
    end === 'states'
      ? `${settings['max-states']} states are the most that are kept in memory (--max-states)`
      : signal.aborted
        ? 'it was interrupted'
        : 'its time was up (--time)';
  return `not exhausted, ${why}: nothing failed so far, which covers ${upTo(deviations)}`;
};

/** Goes through every order of one or two sagas, and says what was found and how much was seen. */
export const searchOnce = async (invocation: Invocation, module: SystemModule, chosen: Workload, reports: Reporting): Promise<Outcome> => {
  const { io, settings, signal } = invocation;
  const out = hasStdoutReport(invocation) ? io.stderr : io.stdout;
  const seed = seedOf(settings);
  const rig = createRig(module, { mutations: settings.mutation, store: settings.store });
  checkNoDeadlines(invocation, rig);
  const { plan, workload } = planOf(invocation, rig, chosen, seed);
  const startedAt = new Date().toISOString();
  const startedAtMs = performance.now();
  const progress = openProgress(invocation, Number.MAX_SAFE_INTEGER, 'states');
  const search = {
    rig,
    plan,
    bounds: { deviations: settings.deviations, states: settings['max-states'] },
    isOver: createDeadline(invocation),
    breathe: (states: number) => {
      progress.done(states);
      return breathe();
    },
  };
  const found = await searchAll(search).finally(progress.close);
  const durationMs = Math.round(performance.now() - startedAtMs);
  const lines = [
    `${found.states} states, ${found.moves} moves in ${(durationMs / 1000).toFixed(1)} s, ${found.met} of them to a state that was met before; the longest path has ${found.depth} moves, ${found.rests} states are at rest`,
    closing(found, invocation),
  ];
  out.write(`${lines.join('\n')}\n`);
  const failed =
    found.failure === undefined
      ? undefined
      : await keep(invocation, rig, found.failure, `by a path of ${found.failedAt ?? 0} moves`, (text) => out.write(text));
  const outcome = failed === undefined && signal.aborted ? 'interrupted' : OUTCOME[found.end];
  const title = `${workloadTitle(workload)}, exhaustive, up to ${counted(settings.deviations, 'deviation')}`;
  for (const entry of explorationRecording({
    seed,
    title,
    startedAt,
    durationMs,
    outcome,
    notes: lines,
    ...(failed === undefined ? {} : { failed: { ...failed, system: rig.system } }),
  }))
    reports.entry(entry);
  reports.end();
  return outcome;
};
