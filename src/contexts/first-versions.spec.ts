import { expect, it } from 'vitest';
import { describeContexts } from '../system/definition.ts';
import { FOOD } from './index.ts';

// Databases of people have been made by this SQL. Where it changes by a change of columns, leave the first version as it
// was, and add a step.
it.each(describeContexts(FOOD).map(({ name, schema }) => [name, schema] as const))(
  'the first version of the database of %s is what was released',
  (_name, { migrations }) => {
    const [first] = migrations;
    expect(first?.version).toBe(1);
    expect(`${first?.statements.join(';\n')};\n`).toMatchSnapshot();
  },
);
