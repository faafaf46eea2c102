/**
 * Where the program lies that others are to start.
 *
 * @module
 */

import { dirname, join } from "node:path";
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

/** The launcher beside the program, or where there is none the program itself, as npm installs it. */
async function findLauncher(): Promise<string> {
  const { mainModule } = Deno;
  const path = mainModule.startsWith("file:") ? fileURLToPath(mainModule) : "";
  if (path.includes("/_npx/")) {
    throw new UsageError(
      "npx keeps the program for a while alone, and a desktop starts it any time; install it with: npm install --global",
    );
  }
  for (const candidate of [join(dirname(path), "nnc"), path]) {
    const info = await Deno.stat(candidate).catch(() => undefined);
    if (info?.isFile && ((info.mode ?? 0) & 0o111) !== 0) return candidate;
  }
  throw new UsageError(
    `There is no launcher beside "${mainModule}" that a desktop could start; run this from a copy of the repository`,
  );
}
