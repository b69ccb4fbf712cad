// A vitest reporter that closes the output with one plain line, `N passed, N failed[, N skipped]`, for readers
// that are programs. In CI (CI is set) a skipped test fails the run: what is not run can't be relied on.
import { writeSync } from 'node:fs';

const isCi = !['', '0', 'false', undefined].includes(process.env.CI);

/** Counts the tests of a run. A file that could not be loaded, or an error outside all tests, counts as one failed. */
const countTests = (modules, errors) => {
  const counts = { passed: 0, failed: errors.length, skipped: 0 };
  for (const module of modules) {
    for (const test of module.children.allTests()) {
      const { state } = test.result();
      counts[state === 'passed' || state === 'failed' ? state : 'skipped'] += 1;
    }
    for (const suite of [module, ...module.children.allSuites()]) counts.failed += suite.errors().length;
  }
  return counts;
};

const sayCounts = ({ passed, failed, skipped }) => `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;

/** The reporter; its line is written when the process ends, after everybody else's. */
export default class ClosingLine {
  onTestRunEnd(modules, errors) {
    const counts = countTests(modules, errors);
    if (isCi && counts.skipped > 0) {
      console.error(`${counts.skipped} tests were skipped, which CI takes for a failure.`);
      process.exitCode = 1;
    }
    this.line = sayCounts(counts);
    this.hasHook ??= process.once('exit', () => writeSync(1, `${this.line}\n`)) !== undefined;
  }
}
