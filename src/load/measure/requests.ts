import { OUTCOME_KINDS, type LoadAnswer, type RequestLine } from '../../kernel/load.ts';
import type { Label } from '../journeys.ts';
import { lineOf, shareOf } from './answers.ts';
import { createDurations, metricsOf, type Durations } from './histogram.ts';

/** A fold over answers by the names of their requests, and by their tags. */
export interface RequestFold {
  readonly put: (answer: LoadAnswer) => void;
  /** By name, in the order of the file. */
  readonly lines: () => readonly RequestLine[];
  /** `NAME.latency.p99`, `NAME.failed.share`, `NAME.KIND.count` … of each name and tag. */
  readonly metrics: () => Readonly<Record<string, number>>;
}

interface Group {
  readonly all: Durations;
  readonly byKind: Map<string, number>;
}

const failedOf = ({ all, byKind }: Group): number => all.count() - (byKind.get('success') ?? 0);

const metricsOfGroup = (name: string, group: Group): Readonly<Record<string, number>> => {
  const { all, byKind } = group;
  const total = all.count();
  const counts: Record<string, number> = { [`${name}.count`]: total, [`${name}.failed.count`]: failedOf(group) };
  const shares: Record<string, number> = {};
  if (total > 0) shares[`${name}.failed.share`] = shareOf(failedOf(group), total);
  for (const kind of OUTCOME_KINDS) {
    counts[`${name}.${kind}.count`] = byKind.get(kind) ?? 0;
    if (total > 0) shares[`${name}.${kind}.share`] = shareOf(byKind.get(kind) ?? 0, total);
  }
  return { ...counts, ...shares, ...metricsOf(`${name}.latency`, all) };
};

/** Folds answers under these labels, of requests that were meant to start after the warm-up. */
export const foldRequests = (labels: readonly Label[], warmUpMs: number): RequestFold => {
  const groups = new Map<string, Group>();
  const groupOf = (name: string): Group => {
    const group = groups.get(name) ?? { all: createDurations(), byKind: new Map<string, number>() };
    groups.set(name, group);
    return group;
  };
  const names = [...new Set(labels.map(({ name }) => name))];
  const tags = [...new Set(labels.flatMap((label) => label.tags))];
  for (const name of [...names, ...tags]) groupOf(name);
  const groupsOf = labels.map((label) => [...new Set([label.name, ...label.tags])].map(groupOf));
  return {
    put: ([request, intendedMs, , endMs, , kind]) => {
      if (intendedMs < warmUpMs) return;
      for (const { all, byKind } of groupsOf[request] ?? []) {
        all.put(endMs - intendedMs);
        byKind.set(kind, (byKind.get(kind) ?? 0) + 1);
      }
    },
    lines: () =>
      names.map((name) => {
        const group = groupOf(name);
        return { ...lineOf(name, group.all), failed: failedOf(group) };
      }),
    metrics: () => Object.assign({}, ...[...groups].map(([name, group]) => metricsOfGroup(name, group))) as Record<string, number>,
  };
};
