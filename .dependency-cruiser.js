// The picture in docs/ARCHITECTURE.md, as rules. tests/architecture.spec.ts breaks each of them on purpose.

/** Tests may look anywhere: into the layer above to try a part in its place, and behind a context's face. */
const TESTS = '\\.(spec|contract|fixture|sample)\\.tsx?$';

/** A layer may import what stands below it, never what stands above. Each with all that is above it. */
const LAYERS = ['kernel', 'bus', 'runtime', 'gateway', 'system', 'scenarios|explore|load|tui|reports', 'live|findings', 'cli'];

const onlyDownwards = LAYERS.slice(0, -1).map((layer, level) => ({
  name: `only-downwards-${layer.split('|')[0]}`,
  comment: `${layer.replaceAll('|', ', ')} must not know what stands above: ${LAYERS.slice(level + 1)
    .join(', ')
    .replaceAll('|', ', ')}. Turn the dependency round, with a port below.`,
  severity: 'error',
  from: { path: `^src/(${layer})/`, pathNot: TESTS },
  to: { path: `^src/(${LAYERS.slice(level + 1).join('|')})/` },
}));

/** `who` (paths) is the only one to know the package. */
const onlyKnownBy = (name, packages, who) => ({
  name: `only-${name}`,
  comment: `Only ${who.join(' and ')} may import ${packages.join(', ')}: behind its port, it can be replaced.`,
  severity: 'error',
  from: { path: '^(src|bin)/', pathNot: [...who.map((path) => `^${path}`), '\\.spec\\.tsx?$'] },
  to: { path: `(^|/)node_modules/(${packages.join('|')})(/|$)` },
});

/** Rooms of the engine: they run any system, and know none. */
const ENGINE = 'kernel|bus|runtime|gateway|system|scenarios|explore|load|reports|findings|public|tui|live';

export default {
  forbidden: [
    ...onlyDownwards,
    {
      name: 'engine-knows-no-food',
      comment: 'The engine runs any system that is defined by src/system/definition.ts; who composes gives it one.',
      severity: 'error',
      from: { path: `^src/(${ENGINE})/`, pathNot: TESTS },
      to: { path: '^src/contexts/' },
    },
    {
      name: 'kernel-imports-nothing',
      comment:
        'The kernel is types and tiny pure functions: it imports neither packages nor Node, but for the distance between two words, a pure function of somebody else.',
      severity: 'error',
      from: { path: '^src/kernel/', pathNot: TESTS },
      to: { pathNot: ['^src/kernel/', '(^|/)node_modules/fastest-levenshtein/'] },
    },
    {
      name: 'contexts-meet-at-contracts',
      comment: 'A context knows another one by its contract.ts alone: import the event from there, or react to it with a policy.',
      severity: 'error',
      from: { path: '^src/contexts/([^/]+)/', pathNot: [TESTS, '^src/contexts/mutations/'] },
      to: { path: '^src/contexts/[^/]+/', pathNot: ['^src/contexts/$1/', '^src/contexts/[^/]+/contract\\.ts$'] },
    },
    {
      name: 'contracts-import-kernel-only',
      comment: 'A contract is what others may know, so it drags nothing along but the kernel and its schema library.',
      severity: 'error',
      from: { path: '^src/contexts/[^/]+/contract\\.ts$' },
      to: { pathNot: ['^src/kernel/', '(^|/)node_modules/zod/'] },
    },
    {
      name: 'contexts-have-one-face',
      comment: 'From outside, a context is its index.ts (to run it) and its contract.ts (to understand it). Only mutations reach behind.',
      severity: 'error',
      from: { path: '^src/', pathNot: ['^src/contexts/', TESTS] },
      to: { path: '^src/contexts/[^/]+/', pathNot: '^src/contexts/([^/]+/(index|contract)\\.ts$|invariants/)' },
    },
    {
      name: 'contexts-stand-alone',
      comment: 'Healthy code knows neither the gateway before it nor the mutations that spoil it; the system as a whole lists them.',
      severity: 'error',
      from: { path: '^src/contexts/[^/]+/', pathNot: [TESTS, '^src/contexts/mutations/'] },
      to: { path: '^src/(gateway|contexts/mutations)/' },
    },
    {
      name: 'contexts-are-pure',
      comment: 'A context decides and remembers; what touches the world belongs to runtime.',
      severity: 'error',
      from: { path: '^src/contexts/', pathNot: TESTS },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'drawn-from-recordings',
      comment:
        'Reports and the terminal UI are folds over recordings: they see the kernel alone, so a live run and a recorded one look alike.',
      severity: 'error',
      from: { path: '^src/(reports|tui)/', pathNot: TESTS },
      to: { path: '^src/', pathNot: ['^src/(kernel|reports)/', '^src/$1/'] },
    },
    {
      name: 'one-way-on-top',
      comment: 'Exploring and loading use scenarios; scenarios know neither, and those two do not know each other.',
      severity: 'error',
      from: { path: '^src/(scenarios|explore|load)/', pathNot: TESTS },
      to: { path: '^src/(explore|load|tui|reports)/', pathNot: '^src/$1/' },
    },
    onlyKnownBy('sqlite', ['better-sqlite3'], ['src/runtime/tables/sqlite\\.ts', 'src/bus/store-lock\\.ts']),
    onlyKnownBy('bus-knows-nats', ['@nats-io'], ['src/bus/']),
    onlyKnownBy('tui-draws', ['ink', 'react'], ['src/tui/']),
    onlyKnownBy('load-fires', ['autocannon'], ['src/load/']),
    onlyKnownBy('metrics', ['prom-client'], ['src/system/metrics/']),
    onlyKnownBy('breaker', ['cockatiel'], ['src/runtime/breaker', 'src/load/']),
    onlyKnownBy('cli-parses', ['commander'], ['src/cli/']),
    {
      name: 'no-cycles',
      comment: 'Two files that need each other are one file, or a third that both need. So are two that know the types of each other.',
      severity: 'error',
      from: { path: '^src/' },
      to: { circular: true },
    },
    {
      name: 'no-orphans',
      comment: 'Nobody imports it and it imports nobody: dead, or not wired yet.',
      severity: 'error',
      from: { orphan: true, path: '^src/', pathNot: [TESTS, '\\.d\\.ts$'] },
      to: {},
    },
    {
      name: 'resolvable',
      comment: 'The imported file or package does not exist.',
      severity: 'error',
      from: { path: '^src/' },
      to: { couldNotResolve: true },
    },
    {
      name: 'declared-packages-only',
      comment: 'What the program imports stands under dependencies, not devDependencies, or it is missing once installed.',
      severity: 'error',
      from: { path: '^src/', pathNot: TESTS },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], pathNot: '(^|/)node_modules/@types/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'require', 'node', 'default', 'types'] },
  },
};
