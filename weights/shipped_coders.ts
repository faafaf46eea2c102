/**
 * The coders that are shipped: what coded files are written and read with.
 *
 * `coders/shipped.json` lists them, from fast to small; `deno task bench coders` writes it with every coder that it makes.
 * A file names its coder by digest, so one is found there before any weights are read.
 *
 * @module
 */

import type { Effort } from "../codec/png/png_pixels.ts";
import { type CoderFile, decodeCoderFile } from "./coder_file.ts";
import shipped from "./coders/shipped.json" with { type: "json" };
import { readShippedFile } from "./shipped_file.ts";
import { WeightsError } from "./weights_error.ts";

/** A coder that is shipped. */
export interface ShippedCoder {
  /** Its rung on the ladder from fast to small, and the name of its file. */
  readonly name: string;
  /** What coded files name it by, in hexadecimal digits. */
  readonly digest: string;
  /** Whether it is one for lossy files. Default: it is for all others. */
  readonly isLossy?: boolean;
}

/** All of them, from fast to small, those for lossy files behind the others. */
export const SHIPPED_CODERS: readonly ShippedCoder[] = shipped;

const FOLDER = new URL(".", import.meta.url);

const loaded = new Map<string, Promise<CoderFile>>();

/**
 * The coder that files are written with: the last one for `"max"`, otherwise the first.
 *
 * @throws {WeightsError} if none is shipped for lossy files, and one is asked for.
 */
export function coderOfEffort(
  effort: Effort = "default",
  { isLossy = false }: { isLossy?: boolean | undefined } = {},
): ShippedCoder {
  const coders = SHIPPED_CODERS.filter((coder) => (coder.isLossy ?? false) === isLossy);
  const coder = effort === "max" ? coders.at(-1) : coders[0];
  if (!coder) {
    throw new WeightsError(
      'No coder for lossy files is shipped with this version; give one of your own as "coder"',
    );
  }
  return coder;
}

/** The shipped coder of a digest, if it is one's. */
export function findShippedCoder(digest: Uint8Array): ShippedCoder | undefined {
  const text = digest.toHex();
  return SHIPPED_CODERS.find((coder) => coder.digest === text);
}

/**
 * Loads a shipped coder, once a process.
 *
 * @param folder address of the folder that the weights lie in; default: that of this module
 * @throws {WeightsError} if its file cannot be read, is damaged, or is another coder.
 */
export async function loadShippedCoder(
  { name, digest }: ShippedCoder,
  folder: string | URL = FOLDER,
): Promise<CoderFile> {
  const url = new URL(`${String(folder).replace(/\/?$/, "/")}coders/${name}.safetensors`);
  let promise = loaded.get(url.href);
  if (!promise) {
    promise = load(url, digest);
    loaded.set(url.href, promise);
    promise.catch(() => loaded.delete(url.href));
  }
  return await promise;
}

async function load(url: URL, digest: string): Promise<CoderFile> {
  const file = await readShippedFile(url, {
    what: "weights of the coder",
    decode: decodeCoderFile,
  });
  const found = file.digest.toHex();
  if (found !== digest) {
    throw new WeightsError(`The coder "${url.href}" must be ${digest}, found ${found}`);
  }
  return file;
}
