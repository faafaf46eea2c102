/**
 * Coded files cut to a higher ratio: later steps go, and nothing is decoded.
 *
 * @module
 */

import { checkOpened, openCoded } from "./coded_file.ts";
import { type CodedHeader, cutCodedHeader } from "./coded_header.ts";
import { findLoss, type Loss } from "./coded_loss.ts";
import { runCountsOf } from "./coded_octaves.ts";
import { probeCoded } from "./coded_probe.ts";
import { ratioAtSteps, stepsAtRatio } from "./coded_ratio.ts";
import { CHUNK_TYPE } from "./container.ts";
import { ContainerError } from "./container_error.ts";
import type { Chunk } from "./image/metadata.ts";
import { ALL_LATTICES, type Ratio } from "./lattice/lattice.ts";
import { writeChunks } from "./png/png_chunks.ts";
import { countWholeSteps, decodeSteps, STEP_CHUNK_TYPE } from "./step_chunks.ts";

/** The highest ratio that files are cut to. */
const MOST_RATIO = Math.max(...ALL_LATTICES.map(({ ratio }) => ratio));

/** How a file is cut. */
export interface TrimOptions {
  /** Original pixels over those that are left. */
  readonly ratio: Ratio;
  /** Pixels above which a file is refused. Default: 400 million. */
  readonly maxPixels?: number | undefined;
  /** Told of what is wrong with a file that can be cut all the same. Default: nobody. */
  readonly onWarning?: ((message: string) => void) | undefined;
}

/** A file that was cut. */
export interface TrimmedFile {
  /** Its bytes: those of the image compressed at that ratio, unless colour is in missing pixels alone: that still counts here. */
  readonly bytes: Uint8Array;
  /** What the file said that it was cut from. */
  readonly header: CodedHeader;
}

/**
 * Cuts a coded file to a ratio that it has or a higher one. What it lacks behind the steps that are left does not matter.
 *
 * @throws {ImageError} if the file is no PNG, damaged or too large.
 * @throws {ContainerError} if it is no coded file, stores its picture whole, or does not have the pixels of that ratio.
 */
export function trimCoded(file: Uint8Array, options: TrimOptions): TrimmedFile {
  const { ratio, maxPixels, onWarning } = options;
  const opened = openCoded(file, { onWarning });
  checkOpened(opened, maxPixels);
  const { chunks, header, faults } = opened;
  const steps = stepsAtRatio(header.octaves, ratio);
  checkDepth(header);
  checkRatio(header, { ratio, steps });
  const kept = chunks.filter(({ type, data }) =>
    type !== "IEND" && (type !== STEP_CHUNK_TYPE || data.length > 0 && data[0]! < steps)
  );
  const runs = decodeSteps(
    kept.filter(({ type }) => type === STEP_CHUNK_TYPE),
    runCountsOf(header).slice(0, steps),
  );
  const missing = findLoss(header, { runs, faults });
  if (missing) {
    throw new ContainerError(adviseLess(header, { missing, steps: countWholeSteps(runs) }));
  }
  const bytes = writeTrimmed(kept, steps);
  const { loss } = probeCoded(bytes, { maxPixels });
  if (loss) throw new ContainerError(`${loss.what}: the file is damaged. Get it again`);
  return { bytes, header };
}

/** What can be had of a file that has fewer whole steps than are to be left. */
function adviseLess(
  { octaves }: CodedHeader,
  { missing: { what, isDamaged }, steps }: { missing: Loss; steps: number },
): string {
  const ratio = ratioAtSteps(octaves, steps);
  const why = `${what}: what is whole of it has a ratio of ${ratio}`;
  if (ratio <= MOST_RATIO) return `${why}; trim it to that`;
  const how = isDamaged ? 'let "salvage" restore it' : "restore it as it is";
  return `${why}, and files are trimmed to ${MOST_RATIO} at most; get it again, or ${how}`;
}

function writeTrimmed(kept: readonly Chunk[], steps: number): Uint8Array {
  const chunks = kept.map((chunk) =>
    chunk.type === CHUNK_TYPE ? { ...chunk, data: cutCodedHeader(chunk.data, steps) } : chunk
  );
  return writeChunks([...chunks, { type: "IEND", data: new Uint8Array(0) }]);
}

function checkDepth({ isWide }: CodedHeader): void {
  if (!isWide) return;
  throw new ContainerError(
    "The file has 16 bits a sample, of which the lower ones belong to all pixels together; restore it, and compress that " +
      "at a ratio and a depth of 8",
  );
}

function checkRatio(
  { octaves, checksums }: CodedHeader,
  { ratio, steps }: { ratio: Ratio; steps: number },
): void {
  if (octaves === 0) {
    throw new ContainerError(
      "The file stores its picture as a PNG of all pixels, so there are no steps to leave out; restore it, and compress " +
        "that at a ratio",
    );
  }
  if (steps < 0) {
    throw new ContainerError(
      `The picture that the file shows has a ratio of ${
        ratioAtSteps(octaves, 0)
      }, more cannot be left out than all steps`,
    );
  }
  if (checksums.length - 1 < steps) {
    throw new ContainerError(
      `The file has a ratio of ${
        ratioAtSteps(octaves, checksums.length - 1)
      } already, which trimming to ${ratio} does not undo`,
    );
  }
}
