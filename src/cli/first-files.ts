import { relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { grammarOf } from '../scenarios/grammar.ts';
import type { SpokenSystem } from '../scenarios/definition.ts';
import type { CI_KINDS } from './words.ts';

/** The files of one CI server: where they stand, and what they say. */
interface CiFile {
  readonly path: string;
  readonly text: string;
}

const LINT = 'npx food-sim lint scenarios';
const RUN = 'npx food-sim run scenarios --report junit=report.xml --report html=report.html --report ndjson=run.ndjson';

const CI_FILES: Readonly<Record<(typeof CI_KINDS)[number], CiFile>> = {
  github: {
    path: '.github/workflows/food-sim.yml',
    text: `name: food-sim
on: [push, pull_request]
jobs:
  scenarios:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-node@v4
        with: { node-version: 24 }
      - run: npm ci
      - run: ${LINT}
      # Failures are annotated, and summed up on the page of the run.
      - run: ${RUN}
      - uses: actions/upload-artifact@v4
        if: always()
        with:
          name: food-sim
          path: |
            report.xml
            report.html
            run.ndjson
`,
  },
  gitlab: {
    path: '.gitlab-ci.yml',
    text: `scenarios:
  image: node:24
  script:
    - npm ci
    - ${LINT}
    - ${RUN}
  artifacts:
    when: always
    paths: [report.html, run.ndjson]
    reports:
      junit: report.xml
`,
  },
  jenkins: {
    path: 'Jenkinsfile',
    text: `pipeline {
  agent { docker { image 'node:24' } }
  stages {
    stage('scenarios') {
      steps {
        sh 'npm ci'
        sh '${LINT}'
        sh '${RUN}'
      }
    }
  }
  post {
    always {
      junit 'report.xml'
      archiveArtifacts artifacts: 'report.html, run.ndjson', allowEmptyArchive: true
    }
  }
}
`,
  },
};

const HOME = fileURLToPath(new URL('../..', import.meta.url));

/** The line by which editors find a schema of this package, from the folder of a file. */
const schemaLine = (name: string, from: string): string =>
  `# yaml-language-server: $schema=${[relative(from, HOME), 'schema', `${name}.schema.json`].join('/').split(sep).join('/')}\n`;

/** A scenario about a system that says of none to begin with: the first thing that people do there, and that nothing is given up on. */
const madeScenario = (system: SpokenSystem): string => {
  const example = grammarOf(system).commands[0]?.examples[0];
  return `name: The first scenario\nsteps:\n${example === undefined ? '' : `  - ${example}\n`}  - settle\n  - expect: { dead letters: 0 }\n`;
};

const CONFIG = `# Every option of food-sim can stand here, under its long name: \`food-sim config\` shows them all.
timeout: 60s
`;

/** A file to begin with, by its path from the folder. */
export interface FirstFile {
  readonly path: string;
  readonly text: string;
}

/** What a project begins with in this folder: a scenario, a configuration, and a file for its CI server. */
export const firstFiles = (
  system: SpokenSystem,
  { folder, systemFile, ci }: { readonly folder: string; readonly systemFile: string | undefined; readonly ci: (typeof CI_KINDS)[number] },
): readonly FirstFile[] => [
  {
    path: 'scenarios/first.yaml',
    // The published schema is that of the bundled system.
    text: `${systemFile === undefined ? schemaLine('scenario', `${folder}/scenarios`) : ''}${system.language?.first ?? madeScenario(system)}`,
  },
  {
    path: 'food-sim.config.yaml',
    text: `${schemaLine('config', folder)}${CONFIG}${systemFile === undefined ? '' : `system: ${JSON.stringify(systemFile)}\n`}`,
  },
  CI_FILES[ci],
];
