/**
 * Restoring coded files on the command line: what is there is decoded, what is missing is drawn.
 *
 * @module
 */

import { decodeCoded, type DecodedFile } from "../codec/coded_decoder.ts";
import { openCoded } from "../codec/coded_file.ts";
import { latticeNameAt, ratioAtSteps } from "../codec/coded_ratio.ts";
import { canImprove } from "../codec/coded_improve.ts";
import { missingLevels, restoreCoded } from "../codec/coded_restore.ts";
import { ContainerError } from "../codec/container_error.ts";
import type { Image } from "../codec/image/image.ts";
import type { Workers } from "../platform/tasks.ts";
import type { ExactDevice } from "../gpu/exact_device.ts";
import type { WorkContext } from "./batch_task.ts";
import type { RunCoders } from "./coders.ts";
import type { Drawing } from "./drawing.ts";
import { pixelLimit } from "./image_files.ts";
import type { Options } from "./options.ts";
import { exactnessOf, type FileFacts } from "./report.ts";

/** Of the progress on a file whose pixels are drawn or improved, what decoding takes; the rest is drawing. */
const DECODING_SHARE = 0.5;

/** What restoring a coded file takes. */
export interface CodedContext extends Pick<WorkContext, "warn" | "note"> {
  /** The command line. */
  readonly options: Options;
  /** The coders of the run. */
  readonly coders: RunCoders;
  /** What draws. */
  readonly drawing: Drawing;
  /** What the networks of coders run on where that is faster. */
  readonly device: ExactDevice;
  /** What decodes. */
  readonly workers: Workers;
  /** Told how far the work is, and of how many pixels. */
  readonly onProgress: (done: number, total: number, pixels?: number) => void;
}

/** Restores a coded file, and says what it had. */
export async function restoreCodedFile(
  source: Uint8Array,
  context: CodedContext,
): Promise<{ image: Image; facts: Partial<FileFacts> }> {
  const { options, coders, drawing, device, workers, warn, note, onProgress } = context;
  checkUncontradicted(options, warn);
  const { header } = openCoded(source);
  const coder = await coders.forReading(header);
  const pixels = header.size.width * header.size.height;
  const isShort = header.checksums.length - 1 < 2 * header.octaves;
  const wantsRoom = header.lossy !== undefined && await drawing.mayImprove();
  const share = isShort || wantsRoom ? DECODING_SHARE : 1;
  const file = await decodeCoded(source, {
    ...coder,
    ...pixelLimit(options),
    salvage: options.salvage,
    run: device.run.bind(device),
    workers,
    wantsRoom,
    onWarning: warn,
    onProgress: (done, total) => onProgress(share * done / total, 1, pixels),
  });
  const levels = missingLevels(file);
  const facts = { ...codedFacts(file), ...header.octaves > 0 && { coder: coder.name } };
  const improved = canImprove(file) ? file.image : undefined;
  if (levels.length === 0 && !improved) return { image: file.image, facts };
  const drawn = await drawing.use({
    levels,
    improved,
    note,
    onProgress: (done, total) => onProgress(share + (1 - share) * done / total, 1, pixels),
    draw: (how) => restoreCoded(file, how),
  });
  return { image: drawn.image, facts: { ...facts, ...drawn.facts } };
}

/** What a file has: its ratio, or the share of pixels where it was cut off or is damaged. */
function codedFacts({ header, loss }: DecodedFile): Partial<FileFacts> {
  const { octaves, checksums } = header;
  const exactness = exactnessOf(header);
  if (loss) {
    const share = Number(loss.share.toFixed(4));
    return { ...exactness, share, ...loss.isDamaged && { salvaged: true } };
  }
  const ratio = ratioAtSteps(octaves, checksums.length - 1);
  return { ...exactness, ...ratio > 1 && { lattice: latticeNameAt(ratio), ratio } };
}

/** A coded file says which pixels it keeps, so whatever else is stated of that is wrong. */
function checkUncontradicted(options: Options, warn: (message: string) => void): void {
  const stated = (["lattice", "ratio", "size"] as const).find((name) =>
    options[name] !== undefined
  );
  if (stated === undefined) return;
  const says = "The file is a coded one, which says which pixels it keeps";
  if (!options.force) throw new ContainerError(`${says}; leave out "--${stated}"`);
  warn(`${says}: "--${stated}" changes nothing`);
}
