import type { LoadSection } from '../../scenarios/language/ast.ts';
import type { UnderLoad } from '../../system/under-load.ts';
import { levelAt, type LoadPlan } from '../plan.ts';

/** What the warning needs to know of the breaker, in milliseconds and calls. */
export interface VolumeSettings {
  readonly timeoutMs: number;
  readonly windowMs: number;
  readonly volumeThreshold: number;
  readonly healthIntervalMs: number;
}

const STEP_MS = 100;

/** The mean time of a look-up whose delay is uniform, cut off by the timeout. */
const meanCallMs = ({ fromMs, toMs }: { readonly fromMs: number; readonly toMs: number }, timeoutMs: number): number => {
  if (timeoutMs <= fromMs || toMs === fromMs) return Math.min(timeoutMs, (fromMs + toMs) / 2);
  if (timeoutMs >= toMs) return (fromMs + toMs) / 2;
  const late = (toMs - timeoutMs) / (toMs - fromMs);
  return late * timeoutMs + (1 - late) * ((fromMs + timeoutMs) / 2);
};

/** The calls that end within a window before a moment; a user makes a whole number of them. */
const callsBefore = (plan: LoadPlan, untilMs: number, windowMs: number, callMs: number): number => {
  const fromMs = Math.max(0, untilMs - windowMs);
  let sum = 0;
  for (let ms = fromMs; ms < untilMs; ms += STEP_MS) sum += levelAt(plan, ms);
  const mean = sum / Math.max(1, Math.ceil((untilMs - fromMs) / STEP_MS));
  if (plan.loop === 'closed') return Math.round(mean) * Math.floor((untilMs - fromMs) / callMs);
  return mean * (Math.max(0, untilMs - fromMs - callMs) / 1000);
};

/**
 * A warning where the load can't bring the circuit to open: too few look-ups end within any window to reach the
 * volume threshold at a health tick that leaves another one before the end. Undefined where it can.
 */
export const volumeWarning = (
  plan: LoadPlan,
  section: Pick<LoadSection, 'requests' | 'journeys'>,
  delay: { readonly fromMs: number; readonly toMs: number },
  settings: VolumeSettings,
  { calling }: UnderLoad,
): string | undefined => {
  const weight = section.requests.reduce((sum, request) => sum + request.weight, 0);
  const lookUps = section.requests
    .filter(({ method, path }) => method === calling.method && path.startsWith(calling.path))
    .reduce((sum, request) => sum + request.weight, 0);
  // Which steps of journeys make the call, nobody says.
  if (lookUps === 0 || section.journeys.length > 0) return undefined;
  const callMs = meanCallMs(delay, settings.timeoutMs);
  let most = 0;
  for (let tickMs = settings.healthIntervalMs; tickMs <= plan.totalMs - settings.healthIntervalMs; tickMs += settings.healthIntervalMs) {
    most = Math.max(most, callsBefore(plan, tickMs, settings.windowMs, callMs));
  }
  const calls = Math.floor((most * lookUps) / weight);
  if (calls >= settings.volumeThreshold) return undefined;
  return `this load can't reach the breaker's volume threshold: about ${calls} look-ups end within ${settings.windowMs / 1000} s in time, and the circuit needs ${settings.volumeThreshold} before it may open`;
};
