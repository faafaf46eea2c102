/**
 * Where the program lies that others are to start.
 *
 * @module
 */

import { fileURLToPath } from "node:url";
import { UsageError } from "../usage_error.ts";
import { isPlainPath } from "./entries.ts";

/**
 * The path of what starts this program.
 *
 * @throws {UsageError} if there is none, or one that cannot stand in a desktop's entries.
 */
export async function findProgram(): Promise<string> {
  const path = Deno.build.standalone ? Deno.execPath() : await findLauncher();
  if (isPlainPath(path)) return path;
  throw new UsageError(
    `The program lies at "${path}", and a desktop's entries cannot hold all of its characters; move it to a folder with ` +
      "a plain name",
  );
}

async function findLauncher(): Promise<string> {
  const url = new URL("../../nnc", import.meta.url);
  const path = url.protocol === "file:" ? fileURLToPath(url) : "";
  const info = path === "" ? undefined : await Deno.stat(path).catch(() => undefined);
  if (info?.isFile) return path;
  throw new UsageError(
    `There is no launcher at "${url.href}" that a desktop could start; run this from a copy of the repository`,
  );
}
