/**
 * Lines of ours in files that others write in, too: between two marks, by which they are found again.
 *
 * @module
 */

import { MARK } from "./entries.ts";

/** How a file has comments, and where lines are put. */
export interface BlockStyle {
  /** A comment that holds a text, with its line break. */
  comment(text: string): string;
  /** What a file has that holds nothing else, before and after the block. */
  readonly frame: readonly [before: string, after: string];
  /** Whether lines of somebody else speak of the same. */
  readonly isForeign: (text: string) => boolean;
}

/** What `file` reads. */
export const MAGIC_STYLE: BlockStyle = {
  comment: (text) => `# ${text}\n`,
  frame: ["", ""],
  isForeign: (text) => text.includes("nnCX"),
};

/** ImageMagick's `delegates.xml`. */
export const DELEGATES_STYLE: BlockStyle = {
  comment: (text) => `  <!-- ${text} -->\n`,
  frame: ['<?xml version="1.0" encoding="UTF-8"?>\n<delegatemap>\n', "</delegatemap>\n"],
  isForeign: (text) => /\bdecode\s*=\s*["']nnc["':]/i.test(text),
};

/** Why lines of ours are not put into a file. */
export class BlockError extends Error {
  /** Name of the class. */
  override readonly name = "BlockError";
}

/**
 * A file's text with our lines in the place of earlier ones, at its end.
 *
 * @param text what the file holds; `undefined` where there is none
 * @throws {BlockError} if somebody else's lines speak of the same, or the file does not end as it should.
 */
export function putBlock(
  text: string | undefined,
  { style, lines }: { style: BlockStyle; lines: string },
): string {
  const [before, after] = style.frame;
  const rest = cutBlock(text ?? before + after, style);
  if (style.isForeign(rest)) throw new BlockError("it has an entry for NNC files that is not ours");
  const end = after === "" ? rest.length : rest.lastIndexOf(after.trimEnd());
  if (end < 0) {
    throw new BlockError(`it has no "${after.trimEnd()}", so it is not what it should be`);
  }
  const head = rest.slice(0, end);
  const separator = head === "" || head.endsWith("\n") ? "" : "\n";
  const [begin, close] = marks(style);
  return head + separator + begin + lines + close + rest.slice(end);
}

/** A file's text without our lines; empty where nothing else is in it. */
export function takeBlock(text: string, style: BlockStyle): string {
  const rest = cutBlock(text, style);
  return rest === style.frame.join("") ? "" : rest;
}

function cutBlock(text: string, style: BlockStyle): string {
  const [begin, close] = marks(style);
  const start = text.indexOf(begin);
  const end = text.indexOf(close, start);
  return start < 0 || end < 0 ? text : text.slice(0, start) + text.slice(end + close.length);
}

function marks(style: BlockStyle): [begin: string, close: string] {
  return [style.comment(`${MARK}:`), style.comment("The end of what nnc integrate wrote.")];
}
