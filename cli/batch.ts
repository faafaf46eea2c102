/**
 * Works through many files, and tells of them in their order: a failure of one leaves the others to be done.
 *
 * @module
 */

import { BatchProgress } from "./batch_progress.ts";
import type { BatchTask } from "./batch_task.ts";
import { Claims } from "./claims.ts";
import { describeError } from "./describe_error.ts";
import { endingOf } from "./extensions.ts";
import { workOnFile } from "./file_work.ts";
import { listInputs, STANDARD_STREAM } from "./inputs.ts";
import type { Invocation } from "./invocation.ts";
import { describeClash, type Job, planJobs } from "./outputs.ts";
import { tellOfOthers } from "./passed_over.ts";
import { claimStandardOutput } from "./standard_output.ts";
import { describeReport, type FileReport } from "./report.ts";
import { readFileBounded } from "./streams.ts";
import { summarise } from "./summary.ts";
import { type Turn, workInTurns } from "./turns.ts";

/** Runs a task over the operands of a command line; resolves to the exit status. */
export async function runBatch(invocation: Invocation, task: BatchTask): Promise<number> {
  const { operands, options, terminal } = invocation;
  const recursive = options.recursive ?? false;
  const { inputs, ...others } = await listInputs(operands, { ...task, recursive });
  const jobs = await planJobs(inputs, {
    extension: task.outputExtension,
    fileEndings: task.fileEndings,
    outputIsFile: task.outputIsFile ?? false,
    inputEndings: task.extensions,
    output: options.output,
    wholeName: options["whole-name"] ?? false,
    force: options.force ?? false,
    skipExisting: options["skip-existing"] ?? false,
    recursive,
  });
  if (jobs.some((job) => job.output === STANDARD_STREAM)) {
    claimStandardOutput(invocation, "an image");
  }
  const reports: FileReport[] = [];
  const waiting = jobs.filter(({ problem, skip }) => problem === undefined && !skip);
  const progress = new BatchProgress(terminal, waiting.length);
  const claims = new Claims();
  await workInTurns(jobs, {
    atOnce: task.jobs ?? 1,
    say: (text) => terminal.note(text),
    work: (job, turn) => runJob(job, { invocation, task, progress, claims, turn }),
    onResult(report: FileReport) {
      reports.push(report);
      if (report.status === "failed") terminal.error(describeReport(report));
      if (report.status !== "failed" || terminal.json) {
        terminal.result(describeReport(report), report);
      }
    },
  });
  tellOfOthers(others, terminal);
  return summarise(reports, { invocation, task });
}

interface JobContext {
  readonly invocation: Invocation;
  readonly task: BatchTask;
  readonly progress: BatchProgress;
  readonly claims: Claims;
  readonly turn: Turn;
}

/** Works on one file, if the name of its output is free. */
async function runJob(job: Job, context: JobContext): Promise<FileReport> {
  const { invocation: { options }, task, claims, turn } = context;
  const report = { command: task.command, input: job.path, output: job.output, warnings: [] };
  if (job.problem !== undefined) {
    const { problem, replacesItself } = job;
    const error = replacesItself ? await explainKind(job, { task, problem }) : problem;
    return { ...report, status: "failed", error };
  }
  if (job.skip) {
    const warnings = job.rival === undefined ? [] : [describeSharedName(job)];
    for (const warning of warnings) turn.say(`Warning: "${job.path}": ${warning}.`);
    return { ...report, status: "skipped", warnings };
  }
  const claim = await claims.take(job);
  if (claim.holder) {
    const problem = describeClash(job, claim.holder);
    return { ...report, status: "failed", error: await explainKind(job, { task, problem }) };
  }
  if (options["dry-run"]) {
    // What is of another kind will fail, and leave the name to others.
    await claim.settle(task.extensions.includes(endingOf(job.path)));
    return { ...report, status: "planned" };
  }
  let filled = false;
  try {
    const checkOutput = async () => {
      const holder = await claim.findHolder();
      if (holder) throw new Error(describeClash(job, holder));
    };
    const done = await workOnFile(job, { ...context, checkOutput });
    filled = done.status === "done";
    return done;
  } finally {
    await claim.settle(filled);
  }
}

/** A file whose output exists is left out, but then nobody looks which of two inputs that is of. */
function describeSharedName({ output, wholeOutput, rival }: Job): string {
  const way = wholeOutput === rival!.wholeOutput
    ? "--output gives each a folder of its own"
    : "--whole-name keeps both";
  return `Its output "${output}" is that of "${rival!.path}" too, and holds one of them; ${way}`;
}

/** Where a file would go matters less than that it is of a kind that the task is not for. */
async function explainKind(
  { path }: Job,
  { task, problem }: { task: BatchTask; problem: string },
): Promise<string> {
  if (path === STANDARD_STREAM) return problem;
  try {
    task.checkKind(await readFileBounded(path));
    return problem;
  } catch (error) {
    return describeError(error);
  }
}
