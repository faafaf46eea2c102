/**
 * An image that is compared, read from its file: of a coded file, what it restores to.
 *
 * @module
 */

import { decodeCoded } from "../../codec/coded_decoder.ts";
import { openCoded } from "../../codec/coded_file.ts";
import { isCodedFile } from "../../codec/is_coded_file.ts";
import { missingLevels } from "../../codec/coded_restore.ts";
import { ContainerError } from "../../codec/container_error.ts";
import type { Image } from "../../codec/image/image.ts";
import { openWorkers } from "../../codec/workers.ts";
import { RunCoders } from "../coders.ts";
import { describeError } from "../describe_error.ts";
import { decodeFile, pixelLimit } from "../image_files.ts";
import type { Options } from "../options.ts";
import { readFileBounded } from "../streams.ts";

/** An image that was read to be compared. */
export interface ComparedImage {
  /** Its file. */
  readonly path: string;
  /** Size of the file. */
  readonly bytes: number;
  /** Its pixels. */
  readonly image: Image;
  /** Time it took to read and decode. */
  readonly seconds: number;
}

/**
 * Reads a PNG, a JPEG, or a coded file that has all of its pixels.
 *
 * @throws {Error} that names the file which cannot be read.
 */
export async function readComparedImage(path: string, options: Options): Promise<ComparedImage> {
  const started = performance.now();
  try {
    const source = await readFileBounded(path);
    const image = isCodedFile(source)
      ? await readWhole(source, options)
      : await decodeFile(source, { ...options, isWide: true });
    return { path, bytes: source.length, image, seconds: (performance.now() - started) / 1000 };
  } catch (error) {
    throw new Error(`"${path}" cannot be compared. ${describeError(error)}`, { cause: error });
  }
}

async function readWhole(source: Uint8Array, options: Options): Promise<Image> {
  const coder = await new RunCoders(options).forReading(openCoded(source).header);
  using workers = openWorkers();
  const file = await decodeCoded(source, { ...coder, ...pixelLimit(options), workers });
  if (missingLevels(file).length === 0) return file.image;
  throw new ContainerError(
    "It is a coded file that lacks pixels; restore it first, which draws them, and compare what comes back",
  );
}
