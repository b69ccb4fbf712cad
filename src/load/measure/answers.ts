import { OUTCOME_KINDS, type LatencyLine, type LoadAnswer, type SiegeSummary } from '../../kernel/load.ts';
import { createDurations, metricsOf, type Durations } from './histogram.ts';

/** A fold over the answers of a load: everything that is said about HTTP comes from here. */
export interface AnswerFold {
  readonly put: (answer: LoadAnswer) => void;
  /** How many there were so far, in all. */
  readonly count: () => number;
  readonly siege: () => SiegeSummary;
  readonly latencies: () => readonly LatencyLine[];
  readonly metrics: () => Readonly<Record<string, number>>;
}

/** Whether siege counts the status against Availability; nothing at all (0) is a failure too. */
const isSiegeFailure = (status: number): boolean => status === 0 || status === 408 || (status >= 500 && status <= 509);

/** Whether siege counts it among the Successful transactions: those that only lack a name and a password are. */
const isSiegeSuccess = (status: number): boolean => status !== 0 && (status < 400 || status === 401 || status === 407);

/** A part of a whole in percent. */
export const shareOf = (part: number, whole: number): number => (whole === 0 ? 0 : (100 * part) / whole);

/** Durations as a line of the summary. */
export const lineOf = (kind: string, durations: Durations): LatencyLine => ({
  kind,
  count: durations.count(),
  minMs: durations.min(),
  meanMs: durations.mean(),
  p50Ms: durations.percentile(50),
  p90Ms: durations.percentile(90),
  p99Ms: durations.percentile(99),
  maxMs: durations.max(),
});

interface Siege {
  transactions: number;
  failed: number;
  successful: number;
  bytes: number;
  sumMs: number;
  shortestMs: number;
  longestMs: number;
  lastEndMs: number;
}

const MEGABYTE = 1024 * 1024;

const summaryOf = (siege: Siege, fromMs: number): SiegeSummary => {
  const elapsedSeconds = Math.max(0, siege.lastEndMs - fromMs) / 1000;
  const perSecond = (amount: number): number => (elapsedSeconds === 0 ? 0 : amount / elapsedSeconds);
  const { transactions, failed, successful } = siege;
  return {
    transactions,
    availabilityPercent: shareOf(transactions, transactions + failed),
    elapsedSeconds,
    dataMegabytes: siege.bytes / MEGABYTE,
    // siege divides the time of all answers, failed ones too, by the transactions, which those are not among.
    responseSeconds: transactions === 0 ? 0 : siege.sumMs / 1000 / transactions,
    transactionsPerSecond: perSecond(transactions),
    megabytesPerSecond: perSecond(siege.bytes / MEGABYTE),
    concurrency: perSecond(siege.sumMs / 1000),
    successful,
    failed,
    longestSeconds: siege.longestMs / 1000,
    // siege tells none where nothing succeeded.
    shortestSeconds: successful === 0 ? 0 : siege.shortestMs / 1000,
  };
};

/** What each request was counted for. */
interface Counts {
  readonly byKind: Map<string, Durations>;
  readonly byStatus: Map<number, number>;
  readonly all: Durations;
  readonly serving: Durations;
  readonly startDelays: Durations;
}

const httpMetrics = (
  { byKind, byStatus, all, serving, startDelays }: Counts,
  siege: Siege,
  fromMs: number,
): Readonly<Record<string, number>> => {
  const total = all.count();
  if (total === 0) return { 'http.requests': 0 };
  const failed = total - (byKind.get('success')?.count() ?? 0);
  const kinds = OUTCOME_KINDS.flatMap((kind) => {
    const durations = byKind.get(kind) ?? createDurations();
    return [
      { [`http.${kind}.count`]: durations.count(), [`http.${kind}.share`]: shareOf(durations.count(), total) },
      metricsOf(`http.${kind}.latency`, durations),
    ];
  });
  const statuses = [...byStatus].map(([status, count]) => ({
    [`http.status.${status}.count`]: count,
    [`http.status.${status}.share`]: shareOf(count, total),
  }));
  const { availabilityPercent, elapsedSeconds } = summaryOf(siege, fromMs);
  const parts: readonly Readonly<Record<string, number>>[] = [
    {
      'http.requests': total,
      'http.availability': availabilityPercent,
      ...(elapsedSeconds === 0 ? {} : { 'http.rate': total / elapsedSeconds }),
      'http.failed.count': failed,
      'http.failed.share': shareOf(failed, total),
      // Of what failed, not of all: without any failure it says nothing, and has no value.
      ...(failed === 0 ? {} : { 'http.failed-with-500.share': shareOf(byStatus.get(500) ?? 0, failed) }),
    },
    metricsOf('http.latency', all),
    metricsOf('http.service', serving),
    metricsOf('http.start-delay', startDelays),
    ...kinds,
    ...statuses,
  ];
  return Object.fromEntries(parts.flatMap((part) => Object.entries(part)));
};

/**
 * Folds answers whose request was meant to start after the warm-up. A latency counts from the intended start, so that
 * what a slow system kept from starting is not left out (coordinated omission); `http.service` counts from the actual one.
 */
export const foldAnswers = (warmUpMs: number): AnswerFold => {
  const counts: Counts = {
    byKind: new Map(),
    byStatus: new Map(),
    all: createDurations(),
    serving: createDurations(),
    startDelays: createDurations(),
  };
  const siege: Siege = { transactions: 0, failed: 0, successful: 0, bytes: 0, sumMs: 0, shortestMs: Infinity, longestMs: 0, lastEndMs: 0 };
  return {
    put: ([, intendedMs, startMs, endMs, status, kind, bytes]) => {
      if (intendedMs < warmUpMs) return;
      const latencyMs = endMs - intendedMs;
      const ofKind = counts.byKind.get(kind) ?? createDurations();
      counts.byKind.set(kind, ofKind);
      ofKind.put(latencyMs);
      counts.all.put(latencyMs);
      counts.serving.put(endMs - startMs);
      counts.startDelays.put(startMs - intendedMs);
      counts.byStatus.set(status, (counts.byStatus.get(status) ?? 0) + 1);
      siege.lastEndMs = Math.max(siege.lastEndMs, endMs);
      siege.bytes += bytes;
      if (isSiegeFailure(status)) siege.failed += 1;
      else siege.transactions += 1;
      if (isSiegeSuccess(status)) siege.successful += 1;
      if (status === 0) return;
      siege.sumMs += endMs - startMs;
      siege.longestMs = Math.max(siege.longestMs, endMs - startMs);
      siege.shortestMs = Math.min(siege.shortestMs, endMs - startMs);
    },
    count: () => counts.all.count(),
    siege: () => summaryOf(siege, warmUpMs),
    latencies: () => [
      lineOf('all', counts.all),
      ...OUTCOME_KINDS.flatMap((kind) => {
        const durations = counts.byKind.get(kind);
        return durations === undefined ? [] : [lineOf(kind, durations)];
      }),
    ],
    metrics: () => httpMetrics(counts, siege, warmUpMs),
  };
};
