/**
 * Goes through every order in which messages can be delivered and errands done, breadth first, so that the first
 * failure found takes the fewest moves. Faults of the network and crashes are deviations: first every schedule
 * without any, then those with one, and so on. A state that was met before, with no more deviations, is not gone on
 * from. Each move is the production code's own: a path is played from its beginning, on a system made for it.
 *
 * Contexts from which nothing comes back to those that people ask (Mypage, notices) are sinks: what they do changes
 * nothing for the others, so it is enough that they hear each order of the stream, as it comes.
 */
import type { ContextDefinition } from '../../runtime/actor/context.ts';
import type { StateKey } from './canonical-state.ts';
import { playPath, type GuidedOptions, type GuidedOutcome, type Move } from './guided-run.ts';
import type { Verbs } from '../../system/verb.ts';
import type { Plan } from '../schedule/plan.ts';
import type { Rig } from '../simulate/rig.ts';
import type { Failure } from './slice.ts';

/** How far the search goes. */
export interface Bounds {
  /** The most deviations in one schedule. */
  readonly deviations: number;
  /** The most states that are remembered. */
  readonly states: number;
}

/** How a search is done. */
export interface SearchOptions {
  readonly rig: Rig;
  readonly plan: Plan;
  readonly bounds: Bounds;
  /** Whether to end early; asked before each move. */
  readonly isOver: () => boolean;
  /** Lets the program breathe; called every few moves. */
  readonly breathe: (states: number) => Promise<void>;
}

/** Why a search ended: all was seen, something failed, or a bound was met. */
export type SearchEnd = 'exhausted' | 'failed' | 'states' | 'over';

/** What a search found. */
export interface SearchResult {
  readonly end: SearchEnd;
  /** Different states; in `rests` of them nothing was on its way, so that they were judged at rest. */
  readonly states: number;
  readonly rests: number;
  /** Moves that were played, and those of them that led to a state that was known. */
  readonly moves: number;
  readonly met: number;
  /** The moves of the longest path, and of the one that failed. */
  readonly depth: number;
  readonly failedAt: number | undefined;
  /** The deviations of schedules that were all gone through; -1 where not even those without. */
  readonly deviations: number;
  readonly failure: Failure | undefined;
}

/** A state on the way, and how it was come to. */
interface Node {
  readonly parent: Node | undefined;
  readonly move: Move | undefined;
  readonly depth: number;
  /** What each context held. */
  readonly contexts: ReadonlyMap<string, string>;
  readonly whole: string;
}

/** A move that waits to be played; `usual` is the state that the same move leads to without the deviation. */
interface Candidate {
  readonly from: Node | undefined;
  readonly move: Move;
  readonly usual: string | undefined;
}

const BREATHS_EVERY = 64;

/** The contexts that people of this plan ask, and those from which something comes back to these. */
const sourcesOf = (definitions: Readonly<Record<string, ContextDefinition>>, verbs: Verbs, plan: Plan): ReadonlySet<string> => {
  const sources = new Set<string>(plan.errands.flatMap(({ deed }) => verbs[deed]?.context ?? []));
  for (let before = -1; before !== sources.size;) {
    before = sources.size;
    const heard = new Set([...sources].flatMap((name) => definitions[name]?.subscriptions.map(({ event }) => event.type) ?? []));
    for (const { name, events } of Object.values(definitions)) if (events.some(({ type }) => heard.has(type))) sources.add(name);
  }
  return sources;
};

const pathOf = (node: Node | undefined, last: Move): readonly Move[] => {
  const path = [last];
  for (let one = node; one?.move !== undefined; one = one.parent) path.push(one.move);
  return path.reverse();
};

/** The context that a move with a deviation spoils: `… to store`, or the one that crashes. */
const spoiledBy = ({ name, crash }: Move): string =>
  crash === undefined ? name.slice(name.lastIndexOf(' ') + 1) : (crash.split(' ', 2)[1] ?? '');

/**
 * What a deviation does depends on what its context holds and on the move alone. Where it changed nothing once, it
 * changes nothing again, whatever the other contexts hold meanwhile.
 */
const createHarmless = () => {
  const known = new Set<string>();
  const nameOf = ({ from, move }: Candidate): string =>
    `${from?.contexts.get(spoiledBy(move)) ?? ''} ${move.name} ${move.crash?.replace(/ #\d+$/, '') ?? ''}`;
  return {
    has: (candidate: Candidate): boolean => known.has(nameOf(candidate)),
    /** Takes in where a deviation led: nowhere else than without it, or nowhere at all. */
    learn: (candidate: Candidate, { whole }: StateKey): void => {
      if (whole === candidate.usual || whole === candidate.from?.whole) known.add(nameOf(candidate));
    },
  };
};

/** Whether nothing is on its way: only people could go on, and they may as well leave it at that. */
const isAtRest = ({ moves }: GuidedOutcome): boolean => moves.every((name) => name.startsWith('errand '));

/** Plays one path after the other, and keeps count. */
const createPlaying = ({ rig, plan, bounds }: SearchOptions) => {
  const sources = sourcesOf(rig.definitions, rig.system.verbs, plan);
  const sinks = new Set(Object.keys(rig.definitions).filter((name) => !sources.has(name)));
  const rate = bounds.deviations > 0 ? 1 : 0;
  const quiet: Plan = {
    ...plan,
    errands: plan.errands.map(({ againAfterMs: _, ...errand }) => errand),
    faults: {
      rates: { delay: 1, drop: 0, duplicate: rate, publish: 0, crash: rate, lookup: 0 },
      partitions: [],
      clockJumps: [],
      isInOrder: false,
      isTidy: false,
      healAtMs: 3_000_000,
    },
  };
  const count = { moves: 0, met: 0, rests: 0, depth: 0 };
  const play = (path: readonly Move[], until: GuidedOptions['until']): Promise<GuidedOutcome> =>
    playPath({ rig, plan: quiet, sinks, path, until });
  const failureOf = ({ violation, schedule }: GuidedOutcome): Failure | undefined =>
    violation === undefined ? undefined : { schedule: count.moves, violation, ...schedule };
  return {
    count,
    /** Plays a path as far as it goes. */
    play: async (path: readonly Move[]): Promise<{ readonly outcome: GuidedOutcome; readonly failure: Failure | undefined }> => {
      count.moves += 1;
      count.depth = Math.max(count.depth, path.length);
      const outcome = await play(path, 'here');
      return { outcome, failure: failureOf(outcome) };
    },
    /** Plays a path at whose end nothing is on its way to its rest; what it breaks there. */
    judge: async (path: readonly Move[]): Promise<Failure | undefined> => {
      count.rests += 1;
      return failureOf(await play(path, 'rest'));
    },
    begin: () => play([], 'here'),
  };
};

/** Searches. Two searches with the same options go the same way. */
export const searchAll = async (options: SearchOptions): Promise<SearchResult> => {
  const { bounds, isOver, breathe } = options;
  const { count, play, judge, begin } = createPlaying(options);
  const visited = new Set<string>();
  const harmless = createHarmless();
  const layers: Candidate[][] = Array.from({ length: bounds.deviations + 1 }, () => []);
  const result = (end: SearchEnd, deviations: number, failure?: Failure, failedAt?: number): SearchResult => ({
    end,
    states: visited.size,
    ...count,
    deviations,
    failure,
    failedAt,
  });

  const start = await begin();
  const root: Node = { parent: undefined, move: undefined, depth: 0, ...start.state };
  visited.add(root.whole);
  for (const name of start.moves) layers[0]?.push({ from: root, move: { name }, usual: undefined });

  for (const [deviations, layer] of layers.entries()) {
    // The queue is read on while it grows.
    for (let at = 0; at < layer.length; at += 1) {
      const candidate = layer[at]!;
      // What was played is let go, so that memory is for what is still to come.
      layer[at] = undefined as never;
      if (isOver()) return result('over', deviations - 1);
      if (visited.size >= bounds.states) return result('states', deviations - 1);
      if (count.moves % BREATHS_EVERY === 0) await breathe(visited.size);
      const { from, move } = candidate;
      const isSpoiled = move.crash !== undefined || move.name.startsWith('again ');
      if (isSpoiled && harmless.has(candidate)) continue;
      const path = pathOf(from, move);
      const { outcome, failure } = await play(path);
      if (failure !== undefined) return result('failed', deviations - 1, failure, path.length);
      const { state } = outcome;
      if (isSpoiled) harmless.learn(candidate, state);
      for (const crash of outcome.crashes) layers[deviations + 1]?.push({ from, move: { name: move.name, crash }, usual: state.whole });
      if (visited.has(state.whole)) {
        count.met += 1;
        continue;
      }
      visited.add(state.whole);
      const node: Node = { parent: from, move, depth: path.length, ...state };
      for (const name of outcome.moves) layer.push({ from: node, move: { name }, usual: undefined });
      for (const name of outcome.duplicates) layers[deviations + 1]?.push({ from: node, move: { name }, usual: undefined });
      if (!isAtRest(outcome)) continue;
      const broken = await judge(path);
      if (broken !== undefined) return result('failed', deviations - 1, broken, path.length);
    }
  }
  return result('exhausted', bounds.deviations);
};
