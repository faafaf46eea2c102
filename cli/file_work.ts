/**
 * The work on one file: it is read, the task is done, and its output is written.
 *
 * @module
 */

import type { BatchProgress } from "./batch_progress.ts";
import type { BatchTask } from "./batch_task.ts";
import { describeError } from "./describe_error.ts";
import { STANDARD_STREAM } from "./inputs.ts";
import { InterruptError } from "./interrupt.ts";
import type { Invocation } from "./invocation.ts";
import type { Options } from "./options.ts";
import { type Job, makeFolderFor } from "./outputs.ts";
import { type FileReport, sizesOf, warnOfGrowth } from "./report.ts";
import { readFileBounded, readStandardInput, writeStandardOutput } from "./streams.ts";
import type { Turn } from "./turns.ts";
import { type Attributes, writeFileSafely, type WriteOptions } from "./write_file.ts";

/** What the work on a file needs. */
export interface FileWorkOptions {
  /** The command line. */
  readonly invocation: Invocation;
  /** What is done. */
  readonly task: BatchTask;
  /** Shown how far the work is. */
  readonly progress: BatchProgress;
  /** When the output may be written, and something be said. */
  readonly turn: Turn;
  /** Looks, when the turn has come, whether the output is another's by now, and throws if so. */
  readonly checkOutput: () => Promise<void>;
}

/** Works on one file; resolves to what became of it, be it a failure. */
export async function workOnFile(
  job: Job,
  { invocation, task, progress, turn, checkOutput }: FileWorkOptions,
): Promise<FileReport> {
  const { options, terminal } = invocation;
  const warnings: string[] = [];
  const report = { command: task.command, input: job.path, output: job.output, warnings };
  const warn = (message: string) => {
    warnings.push(message);
    turn.say(`Warning: "${job.path}": ${message}.`);
  };
  let started = performance.now();
  let pixels = 0;
  const file = progress.begin(job.path);
  try {
    const source = await readSource(job.path);
    const attributes = await readAttributes(job.path, options);
    const { bytes, facts } = await task.work(source, {
      begin: () => started = performance.now(),
      warn,
      note: (message) => turn.say(`${job.path}: ${message}.`),
      progress: (share, count) => file.update(share, count),
    });
    pixels = facts.width * facts.height;
    const worked = performance.now() - started;
    await turn.come;
    const resumed = performance.now() - worked;
    await checkOutput();
    const replace = options.force ?? false;
    await writeOutput(job.output, { bytes, replace, attributes, onWarning: warn });
    const seconds = Number(((performance.now() - resumed) / 1000).toFixed(3));
    const done: FileReport = {
      ...report,
      status: "done",
      ...facts,
      ...sizesOf(source, bytes),
      seconds,
    };
    const growth = warnOfGrowth(done);
    // For people it stands beside the sizes.
    if (growth !== undefined) warnings.push(growth);
    return done;
  } catch (error) {
    if (error instanceof InterruptError) throw error;
    if (terminal.verbose && error instanceof Error) error.stack?.split("\n").forEach(turn.say);
    return { ...report, status: "failed", error: describeError(error) };
  } finally {
    file.finish(pixels);
  }
}

/** What an output is to have of its input's attributes; nothing of standard input's. */
async function readAttributes(path: string, { preserve }: Options): Promise<Attributes> {
  if (path === STANDARD_STREAM) return {};
  const { mode, atime, mtime } = await Deno.stat(path);
  return { ...(mode !== null && { mode }), ...(preserve && atime && mtime && { atime, mtime }) };
}

async function readSource(path: string): Promise<Uint8Array> {
  return path === STANDARD_STREAM ? await readStandardInput() : await readFileBounded(path);
}

async function writeOutput(path: string, options: WriteOptions): Promise<void> {
  if (path === STANDARD_STREAM) return await writeStandardOutput(options.bytes);
  try {
    await makeFolderFor(path);
    await writeFileSafely(path, options);
  } catch (cause) {
    throw new Error(`Its output "${path}" cannot be written. ${describeError(cause)}`, { cause });
  }
}
