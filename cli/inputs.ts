/**
 * Turns what was named on the command line into files: patterns and folders are expanded, in a fixed order.
 *
 * @module
 */

import { basename, dirname, extname, isAbsolute, join, relative, resolve } from "node:path";
import { isNncFile } from "../codec/nnc_file.ts";
import { describeError } from "./describe_error.ts";
import { endingOf, NNC_AS_PNG } from "./extensions.ts";
import { explainMissing, readFileBounded } from "./streams.ts";
import { exists } from "./write_file.ts";

/** Standard input, or output. */
export const STANDARD_STREAM = "-";

/** One file to work on. */
export interface Input {
  /** How to open it; `-` is standard input. */
  readonly path: string;
  /** Its path inside the folder that was named, for keeping a tree; its name otherwise. */
  readonly place: string;
  /** Why it cannot be worked on, if it cannot. */
  readonly problem?: string | undefined;
}

/** What {@link listInputs} takes from folders. */
export interface ListOptions {
  /** Whether folders are taken. */
  readonly recursive: boolean;
  /** Endings of the names taken from folders, in lower case with their dots. */
  readonly extensions: readonly string[];
  /** Kinds of files that are counted where folders hold them, by ending. Default: none. */
  readonly otherKinds?: ReadonlyMap<string, string> | undefined;
}

/** The files that operands stand for, and what folders hold besides. */
export interface InputList {
  /** The files, each once. */
  readonly inputs: readonly Input[];
  /** How many files of other kinds were passed over, by kind. */
  readonly passedOver: ReadonlyMap<string, number>;
  /** Paths of hidden files and folders, which were left out: a card of a Mac has a `._` file beside each photo. */
  readonly hidden: readonly string[];
}

/** Collects what folders hold. */
interface Walk extends ListOptions {
  readonly inputs: Map<string, Input>;
  readonly passedOver: Map<string, number>;
  readonly hidden: string[];
}

/** Turns operands into files. */
export async function listInputs(
  operands: readonly string[],
  options: ListOptions,
): Promise<InputList> {
  const walk: Walk = { ...options, inputs: new Map(), passedOver: new Map(), hidden: [] };
  const places = await placeFolders(operands);
  for (const operand of operands) await expand(operand, { walk, place: places.get(operand) });
  return { ...walk, inputs: [...walk.inputs.values()] };
}

/**
 * Where the tree of each folder among the operands is to begin. A single operand is emptied into the output; of
 * several, each folder keeps its name, or its path from what holds them all where two have the same name, so that
 * equal names in them stay apart.
 */
async function placeFolders(operands: readonly string[]): Promise<Map<string, string>> {
  const several = new Set(operands.map((operand) => resolve(operand))).size > 1;
  const folders = new Map<string, string>();
  for (const operand of operands) {
    const info = await Deno.stat(operand).catch(() => undefined);
    if (info?.isDirectory) folders.set(operand, resolve(operand));
  }
  const paths = [...new Set(folders.values())];
  const names = new Set(paths.map((path) => basename(path)));
  const common = names.size < paths.length ? commonFolder(paths) : undefined;
  const placeOf = (path: string) =>
    !several ? "" : common === undefined ? basename(path) : relative(common, path);
  return new Map([...folders].map(([operand, path]) => [operand, placeOf(path)]));
}

function commonFolder(paths: readonly string[]): string {
  const isInside = (path: string, folder: string) => {
    const rest = relative(folder, path);
    return rest !== "" && rest.split(/[/\\]/)[0] !== ".." && !isAbsolute(rest);
  };
  let folder = dirname(paths[0]!);
  while (!paths.every((path) => isInside(path, folder)) && dirname(folder) !== folder) {
    folder = dirname(folder);
  }
  return folder;
}

/** `place` is where the tree of a folder begins; it is absent for what is none. */
async function expand(
  operand: string,
  { walk, place }: { walk: Walk; place: string | undefined },
): Promise<void> {
  const plain = { path: operand, place: basename(operand) };
  if (place !== undefined && operand !== STANDARD_STREAM) {
    if (walk.recursive) return await walkFolder(operand, { walk, place });
    return add(walk, { ...plain, problem: "It is a folder; --recursive takes folders" });
  }
  if (!/[*?]/.test(basename(operand)) || await exists(operand)) return add(walk, plain);
  for (const input of await matchPattern(operand)) add(walk, input);
}

function add({ inputs }: Walk, input: Input): void {
  const key = input.path === STANDARD_STREAM ? input.path : resolve(input.path);
  if (!inputs.has(key)) inputs.set(key, input);
}

async function walkFolder(
  folder: string,
  { walk, place }: { walk: Walk; place: string },
): Promise<void> {
  let entries: Deno.DirEntry[];
  try {
    entries = await Array.fromAsync(Deno.readDir(folder));
  } catch (error) {
    return add(walk, {
      path: folder,
      place,
      problem: describeError(explainMissing(error, folder)),
    });
  }
  entries.sort((a, b) => a.name < b.name ? -1 : 1);
  for (const { name, isDirectory } of entries) {
    const path = join(folder, name);
    const inside = join(place, name);
    const ending = await kindOfEnding(path);
    const kind = walk.otherKinds?.get(ending);
    const isWanted = walk.extensions.includes(ending);
    if (name.startsWith(".")) {
      if (isDirectory || isWanted || kind !== undefined) walk.hidden.push(path);
    } else if (isDirectory) await walkFolder(path, { walk, place: inside });
    else if (isWanted) add(walk, { path, place: inside });
    else if (kind !== undefined) walk.passedOver.set(kind, (walk.passedOver.get(kind) ?? 0) + 1);
  }
}

/**
 * The ending that says what a file is. One that ends in `.nnc.png` may be a file of ours, or a PNG that was restored from
 * one under its whole name: its contents tell.
 */
async function kindOfEnding(path: string): Promise<string> {
  const ending = endingOf(path);
  if (ending !== NNC_AS_PNG) return ending;
  try {
    return isNncFile(await readFileBounded(path)) ? NNC_AS_PNG : extname(NNC_AS_PNG);
  } catch {
    // Whoever takes it by its name says what is wrong.
    return NNC_AS_PNG;
  }
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
