/**
 * Decides where every output goes, before anything is done, so that no input and no other output is lost.
 *
 * @module
 */

import { dirname, join, parse } from "node:path";
import { describeError } from "./describe_error.ts";
import { type Input, STANDARD_STREAM } from "./inputs.ts";
import { exists } from "./write_file.ts";
import { UsageError } from "./usage_error.ts";

/** An input with the output it will have. */
export interface Job extends Input {
  /** Where the output goes; `-` is standard output. */
  readonly output: string;
  /** Whether it is left out because its output exists. */
  readonly skip?: boolean;
}

/** How outputs are named. */
export interface PlanOptions {
  /** Ending of the outputs, with its dot. */
  readonly extension: string;
  /** A file, or a folder for several inputs; beside the inputs when absent. */
  readonly output?: string | undefined;
  /** Whether outputs that exist may be replaced. */
  readonly force: boolean;
  /** Whether inputs are left out whose output exists. */
  readonly skipExisting: boolean;
  /** Whether folders were expanded: then `output` is a folder. */
  readonly recursive: boolean;
}

/**
 * Names the outputs.
 *
 * @throws {UsageError} if many inputs would go to one file or to standard output.
 */
export async function planJobs(inputs: readonly Input[], options: PlanOptions): Promise<Job[]> {
  const intoFolder = await isFolder(inputs, options);
  const protectedFiles = await identify(inputs);
  const taken = new Map<string, string>();
  const jobs: Job[] = [];
  for (const input of inputs) {
    const output = nameOutput(input, { ...options, intoFolder });
    const job = { ...input, output };
    if (input.problem !== undefined || output === STANDARD_STREAM) {
      jobs.push(job);
      continue;
    }
    const other = taken.get(output);
    taken.set(output, input.path);
    jobs.push(
      other === undefined ? await check(job, { ...options, protectedFiles }) : {
        ...job,
        problem:
          `Its output "${output}" is that of "${other}" too; give --output a folder for each`,
      },
    );
  }
  return jobs;
}

async function isFolder(inputs: readonly Input[], options: PlanOptions): Promise<boolean> {
  const { output, recursive } = options;
  if (output === undefined) return false;
  const several = inputs.length > 1 || recursive;
  if (output === STANDARD_STREAM) {
    if (several) {
      throw new UsageError(`Standard output takes one file; ${inputs.length} inputs were given`);
    }
    return false;
  }
  const info = await Deno.stat(output).catch(() => undefined);
  if (several && info && !info.isDirectory) {
    throw new UsageError(`"${output}" is no folder; --output needs one for several inputs`);
  }
  return several || (info?.isDirectory ?? /[/\\]$/.test(output));
}

function nameOutput(input: Input, options: PlanOptions & { intoFolder: boolean }): string {
  const { output, extension, intoFolder } = options;
  if (input.path === STANDARD_STREAM && (output === undefined || intoFolder)) {
    return intoFolder ? join(output!, `stdin${extension}`) : STANDARD_STREAM;
  }
  const { dir, name } = parse(intoFolder ? input.place : input.path);
  if (intoFolder) return join(output!, dir, name + extension);
  return output ?? join(dir, name + extension);
}

/** Device and inode of every input: a file is never an output, whatever name leads to it. */
async function identify(inputs: readonly Input[]): Promise<Map<string, string>> {
  const identities = new Map<string, string>();
  for (const { path } of inputs) {
    const identity = await identityOf(path);
    if (identity !== undefined) identities.set(identity, path);
  }
  return identities;
}

/** Whether a path leads to one of some files, by whatever name. */
export async function isOneOf(path: string, files: readonly string[]): Promise<boolean> {
  const identities = await Promise.all(files.map(identityOf));
  const identity = await identityOf(path);
  return identity !== undefined && identities.includes(identity);
}

async function identityOf(path: string): Promise<string | undefined> {
  try {
    const { dev, ino } = await Deno.stat(path);
    return ino === null ? await Deno.realPath(path) : `${dev}:${ino}`;
  } catch {
    return undefined;
  }
}

async function check(
  job: Job,
  options: PlanOptions & { protectedFiles: ReadonlyMap<string, string> },
): Promise<Job> {
  try {
    return await checkOutput(job, options);
  } catch (error) {
    return {
      ...job,
      problem: `Its output "${job.output}" cannot be written. ${describeError(error)}`,
    };
  }
}

async function checkOutput(
  job: Job,
  options: PlanOptions & { protectedFiles: ReadonlyMap<string, string> },
): Promise<Job> {
  if (!await exists(job.output)) return job;
  const input = options.protectedFiles.get(await identityOf(job.output) ?? "");
  if (input !== undefined) {
    const whose = input === job.path ? "the input itself" : `the input "${input}"`;
    return {
      ...job,
      problem: `Its output would replace ${whose}; name another with --output`,
    };
  }
  if (options.skipExisting) return { ...job, skip: true };
  const info = await Deno.stat(job.output).catch(() => undefined);
  if (info && !info.isFile) {
    return { ...job, problem: `Its output "${job.output}" exists and is not a file` };
  }
  if (!options.force) {
    return {
      ...job,
      problem: `Its output "${job.output}" exists; --output names another, --force replaces it`,
    };
  }
  return job;
}

/** Makes the folder that a file is to lie in. */
export async function makeFolderFor(path: string): Promise<void> {
  await Deno.mkdir(dirname(path), { recursive: true });
}
