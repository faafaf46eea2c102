/**
 * Decides where every output goes, before anything is done, so that no input and no other output is lost.
 *
 * @module
 */

import { basename, dirname, extname, join, parse } from "node:path";
import { describeError } from "./describe_error.ts";
import { endingOf, isFileEnding } from "./extensions.ts";
import { checkFileName } from "./file_names.ts";
import { type Input, STANDARD_STREAM } from "./inputs.ts";
import { exists } from "./write_file.ts";
import { UsageError } from "./usage_error.ts";

/** An input with the output it will have. */
export interface Job extends Input {
  /** Where the output goes; `-` is standard output. */
  readonly output: string;
  /** Where it goes if outputs are named after the whole names of inputs. */
  readonly wholeOutput: string;
  /** Whether it is left out because its output exists. */
  readonly skip?: boolean | undefined;
  /** Whether its problem is that its output would replace it. */
  readonly replacesItself?: boolean | undefined;
  /** The first of the inputs that have the same output, where it is another, and both have the ending of one. */
  readonly rival?: Pick<Job, "path" | "wholeOutput"> | undefined;
}

/** How outputs are named. */
export interface PlanOptions {
  /** Endings that inputs usually have. */
  readonly inputEndings: readonly string[];
  /** Ending of the outputs, with its dot. */
  readonly extension: string;
  /** Endings that say of `output` that it is a file, and of the right kind. */
  readonly fileEndings: readonly string[];
  /** Whether of one input `output` is a file even without an ending, unless it is a folder that is there. */
  readonly outputIsFile: boolean;
  /** A file, or a folder; beside the inputs when absent. */
  readonly output?: string | undefined;
  /** Whether outputs are named after whole names: `photo.jpg.nnc`. */
  readonly wholeName: boolean;
  /** Whether outputs that exist may be replaced. */
  readonly force: boolean;
  /** Whether inputs are left out whose output exists. */
  readonly skipExisting: boolean;
  /** Whether folders were expanded: then `output` is a folder. */
  readonly recursive: boolean;
}

/**
 * Names the outputs. Several inputs may get the same one: which of them has it is seen when they are worked on.
 *
 * @throws {UsageError} if many inputs would go to one file or to standard output, or if `output` has the name of another
 * kind of file.
 */
export async function planJobs(inputs: readonly Input[], options: PlanOptions): Promise<Job[]> {
  const intoFolder = await isFolder(inputs, options);
  const protectedFiles = await identify(inputs);
  const isExpected = ({ path }: Input) => options.inputEndings.includes(endingOf(path));
  const named = inputs.map((input) => ({
    ...input,
    output: nameOutput(input, { ...options, intoFolder }),
    wholeOutput: nameOutput(input, { ...options, intoFolder, wholeName: true }),
  }));
  const sharers = Map.groupBy(named.filter(isExpected), ({ output }) => output);
  const jobs: Job[] = [];
  for (const job of named) {
    const [first = job] = isExpected(job) ? sharers.get(job.output)! : [];
    const rival = first === job ? {} : { rival: first };
    const isSettled = job.problem !== undefined || job.output === STANDARD_STREAM;
    jobs.push(isSettled ? job : await check({ ...job, ...rival }, { ...options, protectedFiles }));
  }
  return jobs;
}

/** Why a job cannot be done whose output another one has made. */
export function describeClash(job: Job, holder: Job): string {
  const ways = [
    ...(job.wholeOutput === holder.wholeOutput || job.wholeOutput === job.output
      ? []
      : [`--whole-name names it "${basename(job.wholeOutput)}"`]),
    "--output gives each a folder of its own",
  ];
  return `Its output "${job.output}" is that of "${holder.path}"; ${ways.join(", or ")}`;
}

/** Whether `--output` is a folder. That does not depend on how many files a pattern happened to match. */
async function isFolder(inputs: readonly Input[], options: PlanOptions): Promise<boolean> {
  const { output, recursive, fileEndings } = options;
  if (output === undefined) return false;
  const several = inputs.length > 1 || recursive;
  if (output === STANDARD_STREAM) {
    if (several) {
      throw new UsageError(`Standard output takes one file; ${inputs.length} inputs were given`);
    }
    return false;
  }
  const info = await Deno.stat(output).catch(() => undefined);
  if (info?.isDirectory || /[/\\]$/.test(output)) return true;
  if (several && info) {
    throw new UsageError(`"${output}" is no folder; --output needs one for several inputs`);
  }
  const ending = extname(output).toLowerCase();
  if (several && isFileEnding(ending)) {
    throw new UsageError(
      `"${output}" is the name of a file, and several inputs need a folder; write "${output}/" if it is to be one`,
    );
  }
  if (several) return true;
  checkFileName(output, fileEndings);
  if (info || fileEndings.includes(ending)) return false;
  if (ending === "") return !options.outputIsFile;
  throw new UsageError(
    `"${output}" may be a folder or a file; write "${output}/" for a folder, and for a file a name that ends in ${
      fileEndings.join(" or ")
    }`,
  );
}

function nameOutput(input: Input, options: PlanOptions & { intoFolder: boolean }): string {
  const { output, extension, intoFolder, wholeName, inputEndings } = options;
  if (input.path === STANDARD_STREAM && (output === undefined || intoFolder)) {
    return intoFolder ? join(output!, `stdin${extension}`) : STANDARD_STREAM;
  }
  if (output !== undefined && !intoFolder) return output;
  const { dir, name, base } = parse(intoFolder ? input.place : input.path);
  const ending = endingOf(base);
  const stem = inputEndings.includes(ending) ? base.slice(0, -ending.length) : name;
  const file = (wholeName ? base : stem) + extension;
  return intoFolder ? join(output!, dir, file) : join(dir, file);
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

/** What tells a file from others, by whatever name it goes; `undefined` where there is none. */
export async function identityOf(path: string): Promise<string | undefined> {
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
    const replacesItself = input === job.path;
    // A pattern such as * names the outputs of an earlier run as well.
    if (options.skipExisting && !replacesItself) return { ...job, skip: true };
    const whose = replacesItself ? "the input itself" : `the input "${input}"`;
    return {
      ...job,
      replacesItself,
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
