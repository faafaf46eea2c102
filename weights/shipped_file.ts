/**
 * The files that are shipped, read from wherever they lie.
 *
 * @module
 */

import { currentPlatform } from "../platform/platform.ts";
import { WeightsError } from "./weights_error.ts";

/**
 * Reads a shipped file. What is wrong with it is told as its own fault, as it is read for the sake of another file, which may
 * be sound.
 *
 * @param what what it is, for people: `weights`
 * @throws {WeightsError} if it cannot be read, or is damaged.
 */
export async function readShippedFile<File>(
  url: URL,
  { what, decode }: {
    readonly what: string;
    readonly decode: (bytes: Uint8Array) => File | Promise<File>;
  },
): Promise<File> {
  let bytes: Uint8Array;
  try {
    bytes = await currentPlatform().readAsset(url);
  } catch (cause) {
    throw new WeightsError(`The ${what} "${url.href}" cannot be read: ${messageOf(cause)}`, {
      cause,
    });
  }
  try {
    return await decode(bytes);
  } catch (cause) {
    const reason = messageOf(cause).replace(/\.$/, "");
    throw new WeightsError(
      `The ${what} "${url.href}", which come with NNC, are damaged: ${reason}. Get them anew`,
      { cause },
    );
  }
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
