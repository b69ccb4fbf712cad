import type { Command } from './command.ts';
import { GROUPS, OPTION_NAMES } from './options.ts';
import { SCHEMA_NAMES, SHELLS } from './words.ts';

const FILES = { form: '[path...]', summary: 'scenario files or folders (default: the bundled scenarios)' } as const;

/** Every command, in the order of --help. A new one is a line here and a file under commands/. */
export const COMMANDS: readonly Command[] = [
  {
    name: 'run',
    words: [FILES],
    summary: 'replay scenarios on a bus, and judge them',
    options: [...GROUPS.run, ...GROUPS.bus, ...GROUPS.looks],
    isQuietByDefault: true,
    examples: ['food-sim run', 'food-sim run my.yaml --report junit=report.xml', 'food-sim run --bus memory --time virtual --seed 7'],
    load: () => import('./commands/run.ts'),
  },
  {
    name: 'load',
    words: [{ form: '[path]', summary: 'a scenario file with a load: section (default: the delayed order, 25 users for 5 s)' }],
    summary: 'drive the system under load, and judge its thresholds',
    options: [...GROUPS.load, ...GROUPS.bus, ...GROUPS.looks],
    isQuietByDefault: true,
    examples: ['food-sim load', 'food-sim load --users 5 --report ndjson=before.ndjson --repeat 5', 'food-sim load --fault none --duration 2s'],
    load: () => import('./commands/load.ts'),
  },
  {
    name: 'explore',
    words: [],
    summary: 'play thousands of seeded schedules with faults on simulated time, and hold them to the invariants',
    options: ['schedules', 'explore-time', 'seed', 'jobs', 'mutation', 'workload', 'search', 'pct-depth', 'deviations', 'max-states', 'check-determinism', 'save', 'report', ...GROUPS.looks],
    examples: [
      'food-sim explore --schedules 20000 --seed 1',
      'food-sim explore --time 60s --jobs 4 --report junit=explore.xml',
      'food-sim explore --search exhaustive --workload racing-cancel',
      'food-sim explore --mutation no-outbox',
      'food-sim explore --mutation all --schedules 1000',
    ],
    load: () => import('./commands/explore.ts'),
  },
  {
    name: 'replay',
    words: [{ form: '<file>', summary: 'a failure that explore kept' }],
    summary: 'repeat a failure that explore found',
    options: ['step', 'diagram', 'report', ...GROUPS.looks],
    examples: ['food-sim replay food-sim-failure.json', 'food-sim replay food-sim-failure.json --step', 'food-sim replay food-sim-failure.json --report ndjson=failure.ndjson'],
    load: () => import('./commands/replay.ts'),
  },
  {
    name: 'serve',
    words: [],
    summary: 'run the system, or some of its contexts, until it is stopped',
    options: [...GROUPS.serve, ...GROUPS.bus, ...GROUPS.looks],
    examples: ['food-sim serve --data-dir data', 'food-sim serve --contexts front,store --bus nats://127.0.0.1:4222'],
    load: () => import('./commands/serve.ts'),
  },
  {
    name: 'rebuild',
    words: [{ form: '<view>', summary: 'the view to rebuild', choices: ['mypage'] }],
    summary: 'fold a read model anew from the event stream, or check it for drift',
    options: ['check', 'data-dir', 'world', ...GROUPS.bus, ...GROUPS.looks],
    examples: ['food-sim rebuild mypage --data-dir data', 'food-sim rebuild mypage --data-dir data --check'],
    load: () => import('./commands/rebuild.ts'),
  },
  {
    name: 'report',
    words: [{ form: '<recording>', summary: 'a recording (--report ndjson=FILE), or a folder with one' }],
    summary: 'render a recorded run',
    options: ['report', ...GROUPS.looks],
    examples: ['food-sim report run.ndjson --report junit=report.xml'],
    load: () => import('./commands/report.ts'),
  },
  {
    name: 'compare',
    words: [
      { form: '<before>', summary: 'a recorded load (food-sim load --report ndjson=FILE)' },
      { form: '<after>', summary: 'another one of the same load' },
    ],
    summary: 'compare two recorded loads, and find what got worse beyond the noise',
    options: [...GROUPS.looks],
    examples: ['food-sim compare before.ndjson after.ndjson'],
    load: () => import('./commands/compare.ts'),
  },
  {
    name: 'lint',
    words: [{ form: '<path...>', summary: 'scenario files or folders' }],
    summary: 'check scenario files without running them',
    options: ['var', ...GROUPS.looks],
    examples: ['food-sim lint scenarios'],
    load: () => import('./commands/lint.ts'),
  },
  {
    name: 'schema',
    words: [{ form: '<name>', summary: 'what to describe', choices: SCHEMA_NAMES }],
    summary: 'print a JSON Schema, the OpenAPI document, or the catalogue of refusals',
    options: [...GROUPS.looks],
    examples: ['food-sim schema scenario > scenario.schema.json'],
    load: () => import('./commands/schema.ts'),
  },
  {
    name: 'doctor',
    words: [],
    summary: 'look at what is installed, what is missing, and how to get it',
    options: ['nats-server', 'port', 'host', ...GROUPS.looks],
    examples: ['food-sim doctor'],
    load: () => import('./commands/doctor.ts'),
  },
  {
    name: 'config',
    words: [],
    summary: 'print every option, its value, and where it came from',
    options: OPTION_NAMES,
    examples: ['food-sim config', 'FOOD_SIM_JOBS=2 food-sim config'],
    load: () => import('./commands/config.ts'),
  },
  {
    name: 'completion',
    words: [{ form: '<shell>', summary: 'the shell', choices: SHELLS }],
    summary: 'print the completion script of a shell',
    options: [...GROUPS.looks],
    examples: ['source <(food-sim completion bash)', 'food-sim completion fish | source'],
    load: () => import('./commands/completion.ts'),
  },
];
