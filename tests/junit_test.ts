import { assertEquals } from "npm:deno-std@1.4.0/assert/mod.js";
import { countTests } from "./support/junit.ts";

const testcase = (name: string, body = "") =>
  `<testcase name="${name}" classname="./a_test.ts" time="0.001" line="1" col="6">${body}</testcase>`;
const report = (...cases: string[]) =>
  `<testsuites name="deno test"><testsuite name="./a_test.ts">${
    cases.join("")
  }</testsuite></testsuites>`;
const FAILURE = `<failure message="no">no &lt;testcase name=&quot;x&quot;</failure>`;

Deno.test("every test is counted once, as what became of it", () => {
  const cases = [testcase("a"), testcase("b", FAILURE), testcase("c", "<skipped/>"), testcase("d")];
  assertEquals(countTests(report(...cases), 1), { passed: 2, failed: 1, skipped: 1 });
});

Deno.test("a step is not counted beside its test", () => {
  const cases = [testcase("a", FAILURE), testcase("b"), testcase("a &gt; step", FAILURE)];
  assertEquals(countTests(report(...cases), 1), { passed: 1, failed: 1, skipped: 0 });
});

Deno.test("a run that fails without a failed test counts as a failure", () => {
  assertEquals(countTests(report(testcase("a")), 1), { passed: 1, failed: 1, skipped: 0 });
  assertEquals(countTests("", 139), { passed: 0, failed: 1, skipped: 0 });
});

Deno.test("a run without a test counts as a failure", () => {
  assertEquals(countTests(report(), 0), { passed: 0, failed: 1, skipped: 0 });
});
