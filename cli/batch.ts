/**
 * Works through many files, one after the other: a failure of one leaves the others to be done.
 *
 * @module
 */

import { BatchProgress } from "./batch_progress.ts";
import { describeError } from "./describe_error.ts";
import { listInputs, STANDARD_STREAM } from "./inputs.ts";
import { InterruptError } from "./interrupt.ts";
import { EXIT, type Invocation } from "./invocation.ts";
import { type Job, makeFolderFor, planJobs } from "./outputs.ts";
import { describeReport, type FileFacts, type FileReport, sizesOf } from "./report.ts";
import { readFileBounded, readStandardInput, writeStandardOutput } from "./streams.ts";
import { UsageError } from "./usage_error.ts";
import { writeFileSafely } from "./write_file.ts";

/** What is done to each file. */
export interface BatchTask {
  /** Name of the command, for reports. */
  readonly command: string;
  /** What became of a file that went well: `compressed`. */
  readonly done: string;
  /** Endings of the files taken from folders. */
  readonly extensions: readonly string[];
  /** Ending of the outputs. */
  readonly outputExtension: string;
  /** Makes the output of one file. */
  work(source: Uint8Array, context: WorkContext): Promise<{ bytes: Uint8Array; facts: FileFacts }>;
}

/** What the work on one file may use. */
export interface WorkContext {
  /** Collects something worth knowing about the file. */
  warn(message: string): void;
  /** Says something of the file that is no warning. */
  note(message: string): void;
  /** Shows how far the work is: a share from 0 to 1, of so many pixels where that is known. */
  progress(share: number, pixels?: number): void;
}

/** Runs a task over the operands of a command line; resolves to the exit status. */
export async function runBatch(invocation: Invocation, task: BatchTask): Promise<number> {
  const { operands, options, terminal } = invocation;
  const recursive = options.recursive ?? false;
  const inputs = await listInputs(operands, { recursive, extensions: task.extensions });
  const jobs = await planJobs(inputs, {
    extension: task.outputExtension,
    output: options.output,
    force: options.force ?? false,
    skipExisting: options["skip-existing"] ?? false,
    recursive,
  });
  if (jobs.some((job) => job.output === STANDARD_STREAM)) {
    if (options.json) throw new UsageError("Standard output takes the file or --json, not both");
    terminal.keepOutputForData();
  }
  const reports: FileReport[] = [];
  const waiting = jobs.filter(({ problem, skip }) => problem === undefined && !skip);
  const progress = new BatchProgress(terminal, waiting.length);
  for (const job of jobs) {
    const report = await runJob(job, { invocation, task, progress });
    reports.push(report);
    if (report.status === "failed") terminal.error(describeReport(report));
    if (report.status !== "failed" || terminal.json) {
      terminal.result(describeReport(report), report);
    }
  }
  return summarise(reports, { invocation, task });
}

async function runJob(
  job: Job,
  { invocation, task, progress }: {
    invocation: Invocation;
    task: BatchTask;
    progress: BatchProgress;
  },
): Promise<FileReport> {
  const { options, terminal } = invocation;
  const warnings: string[] = [];
  const report = { command: task.command, input: job.path, output: job.output, warnings };
  if (job.problem !== undefined) return { ...report, status: "failed", error: job.problem };
  if (job.skip) return { ...report, status: "skipped" };
  if (options["dry-run"]) return { ...report, status: "planned" };
  const started = performance.now();
  let pixels = 0;
  progress.begin(job.path);
  try {
    const source = await readSource(job.path);
    const { bytes, facts } = await task.work(source, {
      warn: (message) => {
        warnings.push(message);
        terminal.note(`Warning: "${job.path}": ${message}.`);
      },
      note: (message) => terminal.note(`${job.path}: ${message}.`),
      progress: (share, count) => progress.update(share, count),
    });
    pixels = facts.width * facts.height;
    await writeOutput(job.output, { bytes, replace: options.force ?? false });
    const seconds = Number(((performance.now() - started) / 1000).toFixed(3));
    return { ...report, status: "done", ...facts, ...sizesOf(source, bytes), seconds };
  } catch (error) {
    if (error instanceof InterruptError) throw error;
    if (terminal.verbose && error instanceof Error) terminal.note(error.stack ?? "");
    return { ...report, status: "failed", error: describeError(error) };
  } finally {
    progress.finish(pixels);
  }
}

async function readSource(path: string): Promise<Uint8Array> {
  return path === STANDARD_STREAM ? await readStandardInput() : await readFileBounded(path);
}

async function writeOutput(
  path: string,
  options: { bytes: Uint8Array; replace: boolean },
): Promise<void> {
  if (path === STANDARD_STREAM) return await writeStandardOutput(options.bytes);
  try {
    await makeFolderFor(path);
    await writeFileSafely(path, options);
  } catch (cause) {
    throw new Error(`Its output "${path}" cannot be written. ${describeError(cause)}`, { cause });
  }
}

function summarise(
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
      failed.length > 0 ? `${failed.length} failed: ${failed.map(quoteInput).join(", ")}` : "",
    ];
    const summary = `${parts.filter((part) => part !== "").join("; ")}.`;
    if (failed.length > 0) terminal.error(summary);
    else terminal.note(summary);
  }
  if (failed.length > 0) return EXIT.failed;
  if (count("done") + count("planned") > 0) return EXIT.done;
  if (reports.length === 0) terminal.note("There is nothing to do: no file was found.");
  return EXIT.nothing;
}

function quoteInput(report: FileReport): string {
  return JSON.stringify(report.input);
}
