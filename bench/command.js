// How long a user waits: the program started cold, its compiled form up to date, medians of five starts.
import { medianSeconds } from './program.js';

const ONE = 'scenarios/01-order-to-delivery.yaml';

export async function* figures() {
  await medianSeconds(['--version'], 1); // compiles, where the sources changed
  yield { what: 'food-sim --help', value: (await medianSeconds(['--help'])) * 1_000, unit: 'ms', limit: 150 };
  yield { what: 'one scenario, memory bus', value: await medianSeconds(['run', ONE, '--bus', 'memory']), unit: 's', limit: 0.5 };
  yield { what: 'one scenario, embedded bus', value: await medianSeconds(['run', ONE]), unit: 's', limit: 1 };
  yield { what: 'all bundled scenarios, embedded bus', value: await medianSeconds(['run'], 3), unit: 's', limit: 5 };
}
