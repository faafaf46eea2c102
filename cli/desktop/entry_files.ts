/**
 * Files in a user's home that hold what we wrote: whole ones of ours, and lines of ours in those of others.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { describeError } from "../describe_error.ts";
import { makeFolderFor } from "../outputs.ts";
import { writeFileSafely } from "../write_file.ts";
import { MARK } from "./entries.ts";
import { BlockError, type BlockStyle, putBlock, takeBlock } from "./marked_block.ts";

/** What became of a file, or would. */
export type EntryStatus = "written" | "removed" | "unchanged" | "left" | "failed";

/** A file that was to be written, or cleared of what was. */
export interface EntryReport {
  /** What it is for, for people. */
  readonly what: string;
  /** Where it lies. */
  readonly path: string;
  /** What became of it; `left` where it is somebody else's. */
  readonly status: EntryStatus;
  /** Why it was left, or what failed. */
  readonly reason?: string | undefined;
}

/** An entry of ours, and the file that it lies in. */
export interface Entry {
  /** What it is for, for people. */
  readonly what: string;
  /** Where the file lies. */
  readonly path: string;
  /** All that the file holds, or the lines of ours in it. */
  readonly text: string;
  /** How lines are put into a file of others. Default: the file is ours alone. */
  readonly style?: BlockStyle | undefined;
}

/** What is done with an entry. */
export interface EntryAction {
  /** Whether it is taken away. */
  readonly remove: boolean;
  /** Whether nothing is written, only said. */
  readonly dryRun: boolean;
}

/** Writes an entry, or takes it away, and says what became of it, be it a failure. */
export async function settleEntry(entry: Entry, action: EntryAction): Promise<EntryReport> {
  const { what, path } = entry;
  try {
    const before = await readBytes(path);
    const after = action.remove ? without(entry, before) : wanted(entry, before);
    if (after === before) return { what, path, status: "unchanged" };
    if (!action.dryRun) await replace(path, after);
    return { what, path, status: action.remove ? "removed" : "written" };
  } catch (error) {
    const isForeign = error instanceof BlockError;
    const reason = isForeign ? error.message : describeError(error);
    return { what, path, status: isForeign ? "left" : "failed", reason };
  }
}

function wanted({ text, style }: Entry, before: string | undefined): string {
  if (style) return putBlock(before, { style, lines: text });
  if (before !== undefined && !before.includes(MARK)) {
    throw new BlockError("it is not ours");
  }
  return text;
}

/** What is left of a file without the entry; `undefined` where nothing is. */
function without({ style }: Entry, before: string | undefined): string | undefined {
  if (before === undefined) return undefined;
  if (style) return takeBlock(before, style) || undefined;
  return before.includes(MARK) ? undefined : before;
}

/** A file's bytes, each as a character, so that what others wrote stays as it is in whatever encoding. */
async function readBytes(path: string): Promise<string | undefined> {
  try {
    return Buffer.from(await Deno.readFile(path)).toString("latin1");
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    if (error instanceof Deno.errors.IsADirectory) throw new BlockError("it is a folder");
    throw error;
  }
}

async function replace(path: string, text: string | undefined): Promise<void> {
  if (text === undefined) return await Deno.remove(path);
  await makeFolderFor(path);
  const info = await Deno.stat(path).catch(() => undefined);
  const attributes = info && info.mode !== null ? { mode: info.mode } : {};
  await writeFileSafely(path, { bytes: Buffer.from(text, "latin1"), replace: true, attributes });
}
