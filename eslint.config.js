// What the types can't say. Each ban names its replacement, so that the message is the mend.
import { defineConfig } from 'eslint/config';
import stylistic from '@stylistic/eslint-plugin';
import tseslint from 'typescript-eslint';
import { docstrings } from './scripts/docstrings.js';

const PURE = ['src/kernel/**', 'src/bus/bus.ts', 'src/runtime/**', 'src/contexts/**'];

/** Where the world outside is met on purpose: sockets and files wait and read in ways that no simulation goes through. */
const EDGES = ['src/runtime/http/server.ts', 'src/runtime/http/client.ts', 'src/runtime/tables/sqlite.ts'];

const TIMERS = 'use the injected Timers (`timers.after`, `sleep(timers, ms)`), so that virtual time can skip the wait';
const CLOCK = 'use the injected Clock (`clock.now()`, or `scope.now` in a handler), so that time can be virtual';
const RANDOM = 'use the injected Random, so that a seed repeats the run';
const IDS = 'use the injected IdSource (`ids.next()`, or `scope.newId()` in a handler), so that a seed repeats the run';
const PROCESS = 'take what you need as an argument; only bin and cli know the process';

const bannedGlobals = [
  ...['setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask'].map((name) => ({ name, message: TIMERS })),
  { name: 'performance', message: CLOCK },
  { name: 'process', message: PROCESS },
  { name: 'crypto', message: IDS },
];

const bannedModules = [
  // Hashing is a pure function; everything else in there draws from the machine.
  { regex: '^(node:)?crypto$', allowImportNames: ['createHash', 'timingSafeEqual'], message: IDS },
  { regex: '^(node:)?timers(/promises)?$', message: TIMERS },
  { regex: '^(node:)?perf_hooks$', message: CLOCK },
  { regex: '^(node:)?(process|child_process|os|worker_threads|cluster)$', message: PROCESS },
];

const everywhere = [
  {
    selector: 'ExportDefaultDeclaration',
    message: 'Name it: `export const …`. A default export has another name in every file that imports it.',
  },
  { selector: 'TSEnumDeclaration', message: 'Use a union of literals, or an object `as const`: an enum is no erasable syntax.' },
];

const withoutClock = [
  { selector: 'NewExpression[callee.name="Date"][arguments.length=0]', message: `new Date() without a time: ${CLOCK}.` },
  { selector: 'CallExpression[callee.name="Date"]', message: `Date(): ${CLOCK}.` },
];

export default defineConfig([
  { ignores: ['dist/**', 'node_modules/**', 'coverage/**', '.dependency-cruiser.js', 'tests/fixtures/**'] },
  {
    files: ['src/**/*.ts', 'src/**/*.tsx', 'tests/**/*.ts', 'bench/**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
  },
  {
    files: ['src/**/*.ts', 'src/**/*.tsx', 'tests/**/*.ts', 'bench/**/*.ts'],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    plugins: { house: { rules: { docstrings } }, style: stylistic },
    rules: {
      'no-restricted-syntax': ['error', ...everywhere],
      'max-lines': ['error', { max: 400, skipBlankLines: true, skipComments: true }],
      'max-lines-per-function': ['error', { max: 80, skipBlankLines: true, skipComments: true }],
      // The formatter breaks code; a text or an address it leaves whole, and so does this rule.
      'style/max-len': [
        'error',
        { code: 140, ignoreStrings: true, ignoreTemplateLiterals: true, ignoreRegExpLiterals: true, ignoreUrls: true },
      ],
      eqeqeq: 'error',
      'no-console': 'error',
      'house/docstrings': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      // Ports are interfaces where they have behaviour and types where they are data; numbers in texts are plain.
      '@typescript-eslint/consistent-type-definitions': 'off',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true, allowNullish: true }],
      // Objects here are closures without `this`, so their methods can be handed around.
      '@typescript-eslint/unbound-method': 'off',
      // It takes every value read from outside, `{}` after a check, for an object.
      '@typescript-eslint/no-base-to-string': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      // A method in an interface is bivariant on purpose here: tables of different rows stand in one list.
      '@typescript-eslint/method-signature-style': 'off',
      // The port is asynchronous where one adapter needs it; the others have nothing to await.
      '@typescript-eslint/require-await': 'off',
      // Early ends like `return complain(…)` read well, and the types keep the void from being used.
      '@typescript-eslint/no-confusing-void-expression': 'off',
      '@typescript-eslint/consistent-indexed-object-style': 'off',
      // Spreading a text gives its characters, which is what is wanted where it is done.
      '@typescript-eslint/no-misused-spread': ['error', { allow: ['string'] }],
      // noPropertyAccessFromIndexSignature is a matter of taste; the compiler already checks what is there.
      '@typescript-eslint/dot-notation': 'off',
      '@typescript-eslint/no-unnecessary-type-parameters': 'off',
      // An index that was checked is known to be there, by `!` or by `as`; the compiler can't follow the proof.
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/non-nullable-type-assertion-style': 'off',
      '@typescript-eslint/restrict-plus-operands': ['error', { allowNullish: true }],
      // It takes a flag that a callback changes for one that never changes.
      '@typescript-eslint/no-unnecessary-condition': 'off',
      '@typescript-eslint/prefer-nullish-coalescing': ['error', { ignorePrimitives: true }],
    },
  },
  {
    files: PURE,
    ignores: [...EDGES, '**/*.spec.ts'],
    rules: {
      'no-restricted-globals': ['error', { globals: bannedGlobals, checkGlobalObject: true }],
      'no-restricted-properties': [
        'error',
        { object: 'Date', property: 'now', message: CLOCK },
        { object: 'Math', property: 'random', message: RANDOM },
      ],
      'no-restricted-syntax': ['error', ...everywhere, ...withoutClock],
      'no-restricted-imports': ['error', { patterns: bannedModules }],
    },
  },
  {
    files: ['src/contexts/**'],
    ignores: ['**/*.spec.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            ...bannedModules,
            { regex: '^node:', message: 'a context decides and remembers; what touches the world belongs to runtime' },
          ],
        },
      ],
    },
  },
  {
    files: ['**/*.spec.ts', '**/*.spec.tsx', '**/*.contract.ts', 'tests/**/*.ts'],
    rules: {
      // A describe block is a function only by syntax.
      'max-lines-per-function': 'off',
      'max-lines': ['error', { max: 700 }],
      'house/docstrings': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
    },
  },
]);
