import { availableParallelism } from 'node:os';
import { CALL_TIMEOUT_MS } from '../../runtime/breaker/settings.ts';
import { REPORT_KINDS } from '../../reports/kinds.ts';
import { CI_KINDS } from '../words.ts';
import {
  anyText,
  busName,
  cellChoice,
  domainName,
  durationMs,
  gatewayUrl,
  oneOf,
  pair,
  pattern,
  perSecond,
  secretText,
  shardName,
  tagText,
  tokenText,
  waitMs,
  webUrl,
  wholeNumber,
  worldName,
  yesOrNo,
  type BusName,
} from './values.ts';
import { flag, many, one, optional, type Description, type Env, type Flag, type Many, type One } from './option-kinds.ts';

const LANGS = ['en', 'ko'] as const;
const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const;

/** The language that the locale asks for; a variable that is empty says nothing (POSIX, 8.2). */
export const langOf = (env: Env): (typeof LANGS)[number] =>
  /^ko/i.test(env['LC_ALL'] || env['LC_MESSAGES'] || env['LANG'] || '') ? 'ko' : 'en';

const file = (summary: string, example: string): Description => ({ summary, example, completes: 'files' });

/** Every option there is, by its name on the command line; each can stand in the configuration file under the same name. */
const OPTIONS = {
  bus: one(
    'BUS',
    busName,
    {
      summary: 'embedded, memory, or nats://HOST:PORT[,HOST:PORT …]',
      example: 'nats://127.0.0.1:4222',
      choices: ['embedded', 'memory', 'nats://'],
    },
    (): BusName => 'embedded',
  ),
  'nats-server': optional('PATH', anyText, file('the nats-server to use instead of the bundled one', '/usr/bin/nats-server')),
  'nats-user': optional('NAME', anyText, { summary: 'user at an external NATS server', example: 'food-sim' }),
  'nats-password': optional('WORD', secretText, {
    summary: 'password there (better as FOOD_SIM_NATS_PASSWORD)',
    example: 'secret',
    isSecret: true,
  }),
  'nats-token': optional('TOKEN', secretText, {
    summary: 'token there (better as FOOD_SIM_NATS_TOKEN)',
    example: 'secret',
    isSecret: true,
  }),
  'nats-creds': optional('FILE', anyText, file('credentials file there', 'user.creds')),
  'js-domain': optional('NAME', domainName, { summary: 'the JetStream domain to use there, as of a leaf node', example: 'hub' }),
  'tls-ca': optional('FILE', anyText, file('certificate authority of the server (PEM)', 'ca.pem')),
  'tls-cert': optional('FILE', anyText, file('certificate of the client (PEM)', 'client.pem')),
  'tls-key': optional('FILE', anyText, file('key of the client (PEM)', 'client.key')),
  time: one(
    'KIND',
    oneOf('real', 'virtual'),
    { summary: 'real, or virtual: waiting is skipped (memory bus only)', example: 'virtual', choices: ['real', 'virtual'] },
    () => 'real' as const,
  ),
  'data-dir': optional('DIR', anyText, {
    summary: 'keep state there, and go on from what is there',
    example: 'data',
    completes: 'folders',
    defaultSays: 'a temporary folder',
  }),
  keep: flag('keep the temporary folder, and say where it is'),
  seed: optional('N', anyText, { summary: "the run's random draws and ids", example: '7', defaultSays: 'drawn, and reported' }),
  var: many('NAME=VALUE', pair, { summary: 'a value for ${NAME} in scenario files', example: 'price=12000' }),
  grep: optional('RE', pattern, { summary: 'only scenarios whose name matches', example: "'cancel.*cooking'" }),
  tag: many('TAGS', tagText, {
    summary: 'only scenarios with this tag, or whose tags these words match',
    example: "'cancel and not slow'",
  }),
  ci: one(
    'KIND',
    oneOf(...CI_KINDS),
    { summary: 'the CI server to make a file for', example: 'gitlab', choices: CI_KINDS },
    () => 'github' as const,
  ),
  list: flag('only say which scenarios would be run (as JSON with --report json)'),
  shard: optional('I/N', shardName, {
    summary: 'only this part of N, made alike by the durations of --former, else by count',
    example: '1/4',
  }),
  former: optional(
    'FILE',
    anyText,
    file('the recording of a former run (--report ndjson=FILE), for --last-failed and --shard', 'last.ndjson'),
  ),
  'last-failed': flag('only scenarios that did not pass in the run of --former'),
  retries: one(
    'N',
    wholeNumber(0, 20),
    { summary: 'try a scenario that does not pass so often again; one that passes then is flaky', example: '2' },
    () => 0,
  ),
  'fail-on-flaky': flag('exit 1 where a scenario is flaky'),
  watch: flag('run again whatever is made of a file that changes, until interrupted'),
  jobs: one(
    'N',
    wholeNumber(1, 256),
    { summary: 'scenarios under way at once', example: '4', defaultSays: "the machine's processors, 2 to 8" },
    () => Math.min(8, Math.max(2, availableParallelism())),
  ),
  bail: flag('stop after the first scenario that does not pass'),
  timeout: optional('TIME', durationMs, {
    summary: 'the longest that a scenario, or a wait for rest, may take',
    example: '30s',
    defaultSays: '60s, and 15s for rest',
  }),
  report: many('KIND[=PATH]', anyText, {
    summary: `${REPORT_KINDS.join(', ')}; to a file, or stdout`,
    example: 'junit=report.xml',
    choices: REPORT_KINDS,
    defaultSays: 'pretty on a terminal, else plain',
  }),
  mutation: many('NAME', anyText, { summary: "bring back one of the original's faults", example: 'no-outbox' }),
  fault: many('NAME[=…]', anyText, {
    summary: 'a fault for the whole run',
    example: 'duplicate=Paid',
    choices: ['drop', 'duplicate', 'delay', 'reorder', 'crash=', 'slow-order-lookup'],
  }),
  'notify-url': optional('URL', webUrl, {
    summary: 'send notices there',
    example: 'http://127.0.0.1:9000/notices',
    defaultSays: 'the log',
  }),
  token: optional('TOKEN', tokenText, {
    summary: 'a bearer token that every port asks its callers for; with --target, the one asked for there (better as FOOD_SIM_TOKEN)',
    example: 'secret',
    isSecret: true,
  }),
  'token-file': optional('FILE', anyText, file('a file that holds that token', 'token.txt')),
  contexts: optional('NAMES', anyText, {
    summary: 'only these contexts, separated by commas (and gateway)',
    example: 'front,store',
    defaultSays: 'all and the gateway',
  }),
  port: many('NAME=PORT', pair, {
    summary: 'another port for a context or the gateway; 0 for any free one; all=0 for all',
    example: 'gateway=9000',
  }),
  host: one('ADDRESS', anyText, { summary: 'the address to listen on', example: '0.0.0.0' }, () => '127.0.0.1'),
  world: one('NAME', worldName, { summary: 'the name of its stream and subjects on the bus', example: 'food' }, () => 'food'),
  cells: optional('CELLS', cellChoice, {
    summary: 'how many cells the world has, fixed when it is made, or which of them run here: 8, 0-3, 0,3, or 0-3/8',
    example: '8',
    defaultSays: 'as the data folder says; 1',
  }),
  advertise: optional('HOST', anyText, {
    summary: 'the host by which processes on other machines reach what listens here, for the gateways of a world of cells',
    example: 'cells-0.food.svc',
    defaultSays: "as --host; the machine's name where that is 0.0.0.0",
  }),
  lease: one(
    'TIME',
    durationMs,
    { summary: 'how long a process may be silent before another one may take over its cells', example: '10s', defaultSays: '10s' },
    () => 10_000,
  ),
  'remove-left-overs': flag('remove the worlds that runs left on the server of --bus when they were killed'),
  'remove-world': optional('NAME', worldName, {
    summary: 'remove this world, its stream and all its messages, from the server of --bus, unless somebody uses it',
    example: 'food',
  }),
  wait: one(
    'TIME',
    waitMs,
    { summary: 'how long to wait at the start for a bus that is away; 0s for not at all', example: '30s', defaultSays: '60s' },
    () => 60_000,
  ),
  drain: one(
    'TIME',
    waitMs,
    {
      summary: 'how long to go on when it is stopped, not ready any more, so that load balancers send nobody here meanwhile',
      example: '5s',
      defaultSays: '0s',
    },
    () => 0,
  ),
  'lookup-timeout': one(
    'TIME',
    durationMs,
    { summary: "timeout of the review's order look-up", example: '500ms', defaultSays: `${CALL_TIMEOUT_MS}ms` },
    () => CALL_TIMEOUT_MS,
  ),
  users: optional('N', wholeNumber(1, 10_000), { summary: 'closed loop with so many users, instead of what the file says', example: '25' }),
  arrivals: optional('N/s', perSecond(1, 100_000), {
    summary: 'open loop with so many requests a second, answered or not, instead of what the file says',
    example: '20/s',
  }),
  duration: optional('TIME', durationMs, { summary: 'how long the load is measured, instead of what the file says', example: '5s' }),
  'max-duration': one(
    'TIME',
    durationMs,
    { summary: 'the longest that a load may take', example: '60s', defaultSays: '60s' },
    () => 60_000,
  ),
  target: optional('URL', gatewayUrl, {
    summary: 'the gateway of a system that runs elsewhere, instead of one of our own',
    example: 'http://127.0.0.1:8088',
  }),
  'skip-faults': flag('with --target: skip the scenarios that need more than can be done and seen from outside'),
  repeat: one(
    'N',
    wholeNumber(1, 100),
    { summary: 'play each scenario, or the load, so often, each time on a new system', example: '5' },
    () => 1,
  ),
  schedules: one('N', wholeNumber(1, 1_000_000_000), { summary: 'the most schedules to explore', example: '20000' }, () => 2_000),
  search: one(
    'KIND',
    oneOf('random', 'pct', 'exhaustive'),
    {
      summary: 'random: each decision on its own; pct: by priorities that change; exhaustive: every order, as far as bounds go',
      example: 'pct',
      choices: ['random', 'pct', 'exhaustive'],
    },
    () => 'random' as const,
  ),
  'pct-depth': one('D', wholeNumber(1, 20), { summary: 'for --search pct: one more than the changes of priority', example: '4' }, () => 3),
  deviations: one(
    'N',
    wholeNumber(0, 4),
    { summary: 'for --search exhaustive: the most crashes, duplicates and late messages in one schedule', example: '2' },
    () => 1,
  ),
  'max-states': one(
    'N',
    wholeNumber(1, 50_000_000),
    { summary: 'for --search exhaustive: the most states that are kept in memory', example: '1000000' },
    () => 200_000,
  ),
  'explore-time': optional('TIME', durationMs, { summary: 'begin no more schedules after this time', example: '60s', flag: 'time' }),
  system: optional('FILE', anyText, {
    ...file('a module whose default export is a system of your own (defineSystem)', 'bank.ts'),
    defaultSays: 'the food-delivery system',
  }),
  workload: optional('KIND', anyText, {
    summary: 'people: whatever they might do; racing-cancel: one order and a cancellation; or another of the system',
    example: 'racing-cancel',
    choices: ['people', 'racing-cancel'],
    defaultSays: 'people',
  }),
  store: one(
    'KIND',
    oneOf('memory', 'sqlite'),
    {
      summary: 'where contexts keep their tables meanwhile: in plain maps, or in SQLite in memory; the result is the same',
      example: 'sqlite',
      choices: ['memory', 'sqlite'],
    },
    () => 'memory' as const,
  ),
  'check-determinism': flag('play each schedule twice, and compare the recordings'),
  save: one(
    'FILE',
    anyText,
    { ...file('where to keep a failure that was found', 'failure.json'), isOutput: true },
    () => 'food-sim-failure.json',
  ),
  predict: optional('N', wholeNumber(1, 100_000), {
    summary: 'simulate the same load N times, and say whether what was measured is plausible',
    example: '1000',
  }),
  open: optional('FILE', anyText, file('look at a recording (--report ndjson=FILE), or at a failure that explore kept', 'run.ndjson')),
  rows: flag('show every row of every table, whatever screen the system has of its own'),
  tui: flag('show it on a screen, and let people act meanwhile'),
  diagram: flag('also print a sequence diagram, in Mermaid'),
  step: flag('pause at each event, and show what each context holds'),
  check: flag('only compare, and say what differs'),
  lang: one(
    'LANG',
    oneOf(...LANGS),
    { summary: 'language of reports: ko or en', example: 'ko', choices: LANGS, defaultSays: 'by the locale' },
    langOf,
  ),
  color: {
    kind: 'flag',
    read: yesOrNo,
    isNegated: true,
    fallback: (env: Env): boolean | undefined => {
      // As Node has it: who forces colours has the last word, and 0 forces none.
      const forced = env['FORCE_COLOR'] ?? '';
      if (forced !== '') return forced !== '0' && forced !== 'false';
      return (env['NO_COLOR'] ?? '') !== '' || env['TERM'] === 'dumb' ? false : undefined;
    },
    summary: 'no colours',
    example: '',
    defaultSays: 'by the terminal',
  },
  quiet: flag('only what went wrong, and the summary'),
  verbose: flag('each step too'),
  'log-level': one(
    'LEVEL',
    oneOf(...LOG_LEVELS),
    { summary: LOG_LEVELS.join(', '), example: 'info', choices: LOG_LEVELS, defaultSays: 'warn; silent for run' },
    () => 'warn' as const,
  ),
  'log-file': optional('FILE', anyText, { ...file('write the log there', 'food-sim.log'), isOutput: true, defaultSays: 'stderr' }),
  config: optional('FILE', anyText, { ...file('the configuration file', 'ci.yaml'), defaultSays: 'food-sim.config.yaml, if there' }),
} as const satisfies Readonly<Record<string, One<unknown, unknown> | Many<unknown> | Flag>>;

/** The name of an option. */
export type OptionName = keyof typeof OPTIONS;

type ValueOf<Option> =
  Option extends One<infer Value, infer Default>
    ? Value | Default
    : Option extends Many<infer Value>
      ? readonly Value[]
      : Option extends Flag
        ? boolean | undefined
        : never;

/** The values of all options. */
export type Settings = { readonly [Name in OptionName]: ValueOf<(typeof OPTIONS)[Name]> };

/** Any option, for those who treat all alike. */
export const optionOf = (name: OptionName): One<unknown, unknown> | Many<unknown> | Flag => OPTIONS[name];

/** All options' names. */
export const OPTION_NAMES = Object.keys(OPTIONS) as readonly OptionName[];

/** Options whose variable is not called after them. Kubernetes puts FOOD_SIM_PORT into pods beside a Service `food-sim`. */
const OWN_VARIABLES: Readonly<Partial<Record<OptionName, string>>> = { port: 'FOOD_SIM_PORTS' };

/** The environment variable of an option: `FOOD_SIM_DATA_DIR`. */
export const variableOf = (name: OptionName): string => OWN_VARIABLES[name] ?? `FOOD_SIM_${name.toUpperCase().replaceAll('-', '_')}`;

/** The short forms of the options that have one. */
export const SHORT: Readonly<Partial<Record<OptionName, string>>> = {
  jobs: '-j',
  quiet: '-q',
  verbose: '-v',
  grep: '-g',
  tag: '-t',
  config: '-c',
};

/** How an option is written on the command line of this command. */
export const flagOf = (name: OptionName, command: { readonly options: readonly OptionName[] }): string => {
  const { flag = name } = optionOf(name);
  return (command.options as readonly string[]).includes(flag) ? name : flag;
};
