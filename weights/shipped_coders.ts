/**
 * The coders that are shipped: what coded files are written and read with.
 *
 * @module
 */

import { currentPlatform } from "../platform/platform.ts";
import { type CoderFile, decodeCoderFile } from "./coder_file.ts";
import { WeightsError } from "./weights_error.ts";

const FOLDER = new URL("./coders/", import.meta.url);

/**
 * Loads the coder that files are written with: `swift`.
 *
 * @throws {WeightsError} if its file cannot be read, or is damaged.
 */
export async function loadCoder(): Promise<CoderFile> {
  const url = new URL("swift.safetensors", FOLDER);
  let bytes: Uint8Array;
  try {
    bytes = await currentPlatform().readAsset(url);
  } catch (cause) {
    throw new WeightsError(`The coder "${url.href}" cannot be read: ${(cause as Error).message}`, {
      cause,
    });
  }
  return await decodeCoderFile(bytes);
}
