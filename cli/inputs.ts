/**
 * Turns what was named on the command line into files: patterns and folders are expanded, in a fixed order.
 *
 * @module
 */

import { basename, dirname, join, relative } from "node:path";

/** Standard input, or output. */
export const STANDARD_STREAM = "-";

/** One file to work on. */
export interface Input {
  /** How to open it; `-` is standard input. */
  readonly path: string;
  /** Its path inside the folder that was named, for keeping a tree; its name otherwise. */
  readonly place: string;
  /** Why it cannot be worked on, if it cannot. */
  readonly problem?: string;
}

/** What {@link listInputs} takes from folders. */
export interface ListOptions {
  /** Whether folders are taken. */
  readonly recursive: boolean;
  /** Endings of the names taken from folders, in lower case with their dots. */
  readonly extensions: readonly string[];
}

/** The files that operands stand for, each once. */
export async function listInputs(
  operands: readonly string[],
  options: ListOptions,
): Promise<Input[]> {
  const inputs = new Map<string, Input>();
  for (const operand of operands) {
    for (const input of await expand(operand, options)) {
      if (!inputs.has(input.path)) inputs.set(input.path, input);
    }
  }
  return [...inputs.values()];
}

async function expand(operand: string, options: ListOptions): Promise<Input[]> {
  const plain = { path: operand, place: basename(operand) };
  if (operand === STANDARD_STREAM) return [plain];
  const info = await Deno.stat(operand).catch(() => undefined);
  if (info?.isDirectory) {
    if (options.recursive) return await walk(operand, { ...options, root: operand });
    return [{ ...plain, problem: "It is a folder; --recursive takes folders" }];
  }
  if (!info && /[*?]/.test(basename(operand))) return await matchPattern(operand);
  return [plain];
}

async function walk(folder: string, options: ListOptions & { root: string }): Promise<Input[]> {
  const entries = await Array.fromAsync(Deno.readDir(folder));
  entries.sort((a, b) => a.name < b.name ? -1 : 1);
  const inputs: Input[] = [];
  for (const { name, isDirectory } of entries) {
    const path = join(folder, name);
    if (isDirectory) inputs.push(...await walk(path, options));
    else if (options.extensions.some((ending) => name.toLowerCase().endsWith(ending))) {
      inputs.push({ path, place: relative(options.root, path) });
    }
  }
  return inputs;
}

/** For shells that leave `*.jpg` as it is: `*` and `?` in the last part of a path. */
async function matchPattern(pattern: string): Promise<Input[]> {
  const folder = dirname(pattern);
  const escaped = basename(pattern).replace(/[.+^${}()|[\]\\]/g, "\\$&");
  const expression = new RegExp(`^${escaped.replaceAll("*", ".*").replaceAll("?", ".")}$`, "i");
  const names: string[] = [];
  try {
    for await (const { name, isDirectory } of Deno.readDir(folder)) {
      if (!isDirectory && !name.startsWith(".") && expression.test(name)) names.push(name);
    }
  } catch {
    // An unreadable folder matches nothing, which is said below.
  }
  if (names.length === 0) {
    return [{ path: pattern, place: basename(pattern), problem: "No file matches it" }];
  }
  return names.sort().map((name) => ({ path: join(folder, name), place: name }));
}
