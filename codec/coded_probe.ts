/**
 * What a coded file says of itself, and whether all of it is there; nothing is decoded.
 *
 * @module
 */

import { ALPHA_CHUNK_TYPE, LOW_CHUNK_TYPE } from "./apart_chunks.ts";
import { findApartLoss } from "./coded_complete.ts";
import { checkOpened, openCoded } from "./coded_file.ts";
import type { CodedHeader } from "./coded_header.ts";
import { findLoss, type Loss } from "./coded_loss.ts";
import { runCountsOf } from "./coded_octaves.ts";
import { ratioAtSteps } from "./coded_ratio.ts";
import type { Size } from "./lattice/raster.ts";
import { travellingMetadata } from "./png/metadata.ts";
import { isAncillary } from "./png/png_chunks.ts";
import { decodeSteps, STEP_CHUNK_TYPE } from "./step_chunks.ts";

/** The facts of a coded file. */
export interface CodedFacts {
  /** What it says. */
  readonly header: CodedHeader;
  /** Original pixels over those that it was written with: 1 where it has all of them. */
  readonly ratio: number;
  /** Size of the picture that it shows. */
  readonly shown: Size;
  /** Bytes of every step that it was written with, coarse to fine. */
  readonly steps: readonly number[];
  /** Bytes of alpha, where that is coded apart. */
  readonly alphaBytes: number;
  /** Bytes of the lower halves of samples of 16 bits. */
  readonly lowBytes: number;
  /** What it lacks of that; absent where it lacks nothing. */
  readonly loss?: Loss | undefined;
  /** Types of the chunks that travel with the pixels. */
  readonly metadata: readonly string[];
}

/**
 * Reads the facts of a coded file.
 *
 * @throws {ImageError} if the file is no PNG, damaged up to its pixels, or too large.
 * @throws {ContainerError} if it is no coded file, or its header or the form of its chunks is damaged.
 *
 * @example
 * ```ts
 * import { compressCoded, NO_METADATA, probeCoded } from "@nnc/nnc";
 * import { deepEqual } from "node:assert/strict";
 *
 * const data = Uint8Array.from({ length: 40 * 30 }, (_, i) => (i * i) % 251);
 * const image = { width: 40, height: 30, channels: 1 as const, data, metadata: NO_METADATA };
 * const { header, ratio, loss } = probeCoded(await compressCoded(image, { maxError: 3, ratio: 4 }));
 * deepEqual([header.size.width, header.maxError, ratio, loss], [40, 3, 4, undefined]);
 * ```
 */
export function probeCoded(
  file: Uint8Array,
  options: {
    readonly maxPixels?: number | undefined;
    readonly onWarning?: ((message: string) => void) | undefined;
  } = {},
): CodedFacts {
  const opened = openCoded(file, options);
  checkOpened(opened, options.maxPixels);
  const { chunks, header, faults, shown } = opened;
  const stepChunks = chunks.filter(({ type }) => type === STEP_CHUNK_TYPE);
  const runs = decodeSteps(stepChunks, runCountsOf(header));
  const steps = runs.map((_, step) =>
    stepChunks.reduce((sum, { data }) => data[0] === step ? sum + data.length : sum, 0)
  );
  const bytesOf = (kind: string) =>
    chunks.reduce((sum, { type, data }) => type === kind ? sum + data.length : sum, 0);
  const loss = findLoss(header, { runs, faults }) ?? findApartLoss(header, chunks);
  return {
    header,
    ratio: ratioAtSteps(header.octaves, header.checksums.length - 1),
    shown,
    steps,
    alphaBytes: bytesOf(ALPHA_CHUNK_TYPE),
    lowBytes: bytesOf(LOW_CHUNK_TYPE),
    ...(loss && { loss }),
    metadata: travellingMetadata(chunks.filter(({ type }) => isAncillary(type)), options).chunks
      .map(({ type }) => type),
  };
}
