/**
 * What a batch ends with: how much was done, what failed, and the exit status.
 *
 * @module
 */

import type { BatchTask } from "./batch_task.ts";
import { EXIT, type Invocation } from "./invocation.ts";
import { type FileReport, warnOfGrowth } from "./report.ts";

/** Up to so many names of failed files stand in one line. */
const NAMES_IN_LINE = 3;

/** So many are repeated at the end; each was told when it failed. */
const MOST_NAMES = 40;

/** Says what became of the files; resolves to the exit status. */
export function summarise(
  reports: readonly FileReport[],
  { invocation, task }: { invocation: Invocation; task: BatchTask },
): number {
  const { terminal, options } = invocation;
  const count = (status: FileReport["status"]) =>
    reports.filter((report) => report.status === status).length;
  const failed = reports.filter((report) => report.status === "failed");
  if (reports.length > 1) {
    const parts = [
      `${count(options["dry-run"] ? "planned" : "done")} of ${reports.length} files ${
        options["dry-run"] ? `would be ${task.done}` : task.done
      }`,
      count("skipped") > 0 ? `${count("skipped")} left out` : "",
      countSalvaged(reports),
      countGrown(reports),
      failed.length > 0 ? `${failed.length} failed:${nameFew(failed)}` : "",
    ];
    const line = parts.filter((part) => part !== "").join("; ");
    const summary = failed.length > NAMES_IN_LINE ? [line, ...listFailed(failed)] : `${line}.`;
    if (failed.length > 0) terminal.error(summary);
    else terminal.note(summary);
  }
  if (failed.length > 0) return EXIT.failed;
  if (reports.some(({ salvaged }) => salvaged)) return EXIT.salvaged;
  if (count("done") + count("planned") > 0) return EXIT.done;
  if (reports.length === 0) terminal.note("There is nothing to do: no file was found.");
  return EXIT.nothing;
}

function countSalvaged(reports: readonly FileReport[]): string {
  const salvaged = reports.filter((report) => report.salvaged).length;
  return salvaged > 0 ? `${salvaged} of them damaged, and restored from what is left` : "";
}

function countGrown(reports: readonly FileReport[]): string {
  const grown = reports.filter((report) => warnOfGrowth(report) !== undefined).length;
  return grown > 0 ? `${grown} ${grown === 1 ? "is" : "are"} larger than before` : "";
}

/** A few names, in a line with how many they are. */
function nameFew(failed: readonly FileReport[]): string {
  return failed.length > NAMES_IN_LINE ? "" : ` ${failed.map(quoteInput).join(", ")}`;
}

/** More than a few names, one a line. */
function listFailed(failed: readonly FileReport[]): string[] {
  const names = failed.slice(0, MOST_NAMES).map(quoteInput);
  const rest = failed.length - names.length;
  const lines = [...names, ...rest > 0 ? [`and ${rest} more, each named above`] : []];
  return lines.map((line) => `  ${line}`);
}

function quoteInput({ input }: FileReport): string {
  return `"${input}"`;
}
