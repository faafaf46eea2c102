/**
 * Names of files that are written: they must not say of a file that it is another kind.
 *
 * @module
 */

import { extname, join, parse } from "node:path";
import { isFileEnding } from "./extensions.ts";
import { UsageError } from "./usage_error.ts";

/**
 * Looks whether a name is one for what is written.
 *
 * @param endings those that are right, in lower case with their dots; the first is proposed
 * @throws {UsageError} if it ends like another kind of file that the program knows.
 */
export function checkFileName(path: string, endings: readonly string[]): void {
  const ending = extname(path);
  if (!isFileEnding(ending) || endings.includes(ending.toLowerCase())) return;
  const { dir, name } = parse(path);
  const kind = ending.slice(1).toUpperCase();
  throw new UsageError(
    `What is written is no ${kind} file; name it "${
      join(dir, name + endings[0]!)
    }" and not "${path}"`,
  );
}
