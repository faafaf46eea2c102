/**
 * Counts the tests in the report that `deno test --junit-path` writes.
 *
 * @module
 */

/** How tests ended. */
export interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

/**
 * Counts tests, not their steps: a step is listed as `test > step` beside its test, which fails with it.
 *
 * @param report the report's text, empty if the run died before writing it
 * @param code exit status of `deno test`; a run that failed without a failed test counts as one failure
 */
export function countTests(report: string, code: number): Counts {
  const counts: Counts = { passed: 0, failed: 0, skipped: 0 };
  for (const suite of report.split("<testsuite ").slice(1)) {
    const names: string[] = [];
    for (const testcase of suite.split("<testcase ").slice(1)) {
      const name = /name="([^"]*)"/.exec(testcase)?.[1] ?? "";
      if (names.some((other) => name.startsWith(`${other} &gt; `))) continue;
      names.push(name);
      const ending = /<(failure|error|skipped)\b/.exec(testcase)?.[1];
      counts[!ending ? "passed" : ending === "skipped" ? "skipped" : "failed"]++;
    }
  }
  if (code !== 0 && counts.failed === 0) counts.failed = 1;
  if (code === 0 && counts.passed === 0) counts.failed = 1;
  return counts;
}
