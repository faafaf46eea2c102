/**
 * Restoring whatever is an NNC file, with the shipped weights and an engine that opens by itself.
 *
 * @module
 */

import { decodeCoded } from "../codec/coded_decoder.ts";
import { openCoded } from "../codec/coded_file.ts";
import { isCodedFile } from "../codec/is_coded_file.ts";
import { latticeNameAt, ratioAtSteps } from "../codec/coded_ratio.ts";
import { canImprove } from "../codec/coded_improve.ts";
import { missingLevels, restoreCoded, restoreOctave } from "../codec/coded_restore.ts";
import { findContainer } from "../codec/container.ts";
import { takeBytes } from "../codec/image/given.ts";
import type { Image } from "../codec/image/image.ts";
import { type Lattice, resolveLattice } from "../codec/lattice/lattice.ts";
import type { ChecksumState } from "../codec/nnc_file.ts";
import { qualityOf } from "../codec/coded_quality.ts";
import { coderForReading } from "./coder_choice.ts";
import { chooseWithin } from "./within_choice.ts";
import { drawWith, restoreOpened, type RestoreOptions } from "./restore.ts";

/** An image, and what its file said of it. */
export interface RestoredFile extends Image {
  /** Which of its pixels were kept; absent of a coded file that was written with all of them. */
  readonly lattice?: Lattice | undefined;
  /** Whether the file had an `nnCX` chunk. */
  readonly hasChunk: boolean;
  /** Whether the kept pixels are those that were compressed; of a coded file, those of them that are there. */
  readonly checksum: ChecksumState;
  /** Largest error of a sample that was kept in grey levels, 0 being lossless; absent of a classic file, and of a lossy one. */
  readonly maxError?: number | undefined;
  /** Of a lossy file, the quality from 1 to 100 that gives it, to two decimals. */
  readonly quality?: number | undefined;
}

/**
 * Restores an NNC file, classic or coded; or, where `lattice` is stated, a PNG without a chunk, as the program of 2020 wrote them.
 *
 * Kept pixels come back exactly, those of a coded file within its largest error; what a coded file lacks is drawn, be it that it
 * was cut off. Pixels of a lossy file come back inside of their bins, where the tier's network puts them; `"draft"` takes what stands
 * for the bins. Whatever drew it, it compresses to the same file again. Grey is drawn as R = G = B; alpha is interpolated, and colours under zero alpha do
 * not tint what is drawn beside them.
 *
 * @throws {ImageError} if the file is no PNG of 8 bits, damaged or too large.
 * @throws {ContainerError} if its `nnCX` chunk is damaged, contradicts the pixels, is of a newer version, or is missing and no
 * lattice is stated.
 * @throws {LatticeError} if `lattice` or `size` does not fit the pixels, or contradicts the chunk without `override`.
 * @throws {WeightsError} if there is no such tier, a coded file names a coder that there is not, or weights cannot be read.
 * @throws {GpuError} if the device fails.
 * @throws {TypeError} if it is given something else than bytes.
 *
 * @example
 * ```ts
 * import { compress, type Image, NO_METADATA, restore } from "@nnc/nnc";
 * import { equal } from "node:assert/strict";
 *
 * const data = new Uint8Array(9 * 7).fill(200);
 * const image: Image = { width: 9, height: 7, channels: 1, data, metadata: NO_METADATA };
 * const file = await compress(image, { ratio: 4 });
 * const restored = await restore(file, { tier: "standard" });
 * equal(restored.lattice?.name, "grid");
 * equal(restored.data[0], 200);
 * ```
 */
export async function restore(
  file: Uint8Array | ArrayBuffer,
  options: RestoreOptions = {},
): Promise<RestoredFile> {
  const bytes = takeBytes(file, "restore");
  return isCodedFile(bytes)
    ? await restoreCodedFile(bytes, options)
    : await restoreOpened(bytes, options);
}

/**
 * Restores a coded file.
 *
 * @throws {Error} as {@link restore} does.
 */
export async function restoreCodedFile(
  bytes: Uint8Array,
  options: RestoreOptions,
): Promise<RestoredFile> {
  const { coder: own, weights: folder, workers, salvage, maxPixels, signal, onWarning } = options;
  const { header, chunks } = openCoded(bytes);
  const { octaves, maxError, lossy, size } = header;
  const ratio = ratioAtSteps(octaves, header.checksums.length - 1);
  const all = size.width * size.height;
  const within = lossy && chooseWithin({ tier: options.tier, own: options.network, folder });
  // Where pixels are missing or improved, half of the progress is drawing them.
  const part = ratio > 1 || within ? 0.5 : 1;
  const report = (share: number) => options.onProgress?.(Math.round(all * share), all);
  const decoded = await decodeCoded(bytes, {
    ...await coderForReading(header.coder, { own, folder }),
    ...{ workers, salvage, maxPixels, signal, onWarning },
    wantsRoom: within !== undefined,
    onProgress: (done, total) => report(part * done / total),
  });
  const isDrawn = missingLevels(decoded).length > 0 || canImprove(decoded);
  if (!isDrawn) report(1);
  const image = !isDrawn ? decoded.image : await drawWith(
    options,
    async (how) =>
      await restoreCoded(decoded, {
        ...how,
        within,
        ...{ tile: options.tile, signal },
        onProgress: (done, total) => report(part + (1 - part) * done / total),
      }),
  );
  const lattice = ratio > 1
    ? resolveLattice({ lattice: latticeNameAt(ratio), ratio: Math.min(16, ratio) })
    : undefined;
  const exactness = lossy ? { quality: qualityOf(lossy) } : { maxError };
  const hasChunk = findContainer(chunks) !== undefined;
  return { ...image, hasChunk, checksum: "matches", ...exactness, ...lattice && { lattice } };
}

/**
 * What has come in of a coded file, for looking at while more is on its way: its finest octave, smaller than the original.
 *
 * @throws {Error} as {@link restore} does.
 */
export async function restoreCodedPart(
  bytes: Uint8Array,
  options: RestoreOptions,
): Promise<Image> {
  const { coder: own, weights: folder, tile, workers, maxPixels, signal } = options;
  const { header } = openCoded(bytes);
  const chosen = await coderForReading(header.coder, { own, folder });
  const decoded = await decodeCoded(bytes, { ...chosen, workers, maxPixels, signal });
  return await drawWith(
    options,
    async (how) => await restoreOctave(decoded, { ...how, tile, workers, signal }),
  );
}
