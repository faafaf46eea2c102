/**
 * Images to lossy files: a PNG of every 2ᵏ-th pixel, exactly, and behind its pixels luma and chroma of all others by bins
 * around what is expected of them.
 *
 * A bin holds what a reader restores of it, and all that a second encoder knows are representatives and the PNG. So it finds
 * the same expectations and bins, and writes the same file, however often. For that, a file is never one of another form
 * where that would be smaller: of what was restored it might be.
 *
 * @module
 */

import { quantaChecksum } from "./checksum.ts";
import { toQuanta } from "./coded/lossy_colours.ts";
import { LOSSY_LIMITS, type LossySettings, octaveSteps } from "./coded/lossy_steps.ts";
import { encodeOctave, OCTAVE_STEPS } from "./coded/octave_coder.ts";
import { spreadOut } from "./coded/octave_rows.ts";
import type { CodingOptions } from "./coded_file.ts";
import { type Planes, planesOf, withColours } from "./coded_planes.ts";
import { codedPixels, ratioAtSteps, stepsAtRatio } from "./coded_ratio.ts";
import { type CodedParts, type FileOptions, writeCoded } from "./coded_writer.ts";
import { Adaptation } from "./entropy/adaptation.ts";
import type { Image } from "./image/image.ts";
import type { Chunk } from "./image/metadata.ts";
import type { Ratio } from "./lattice/lattice.ts";
import { packStep } from "./lattice/packing.ts";
import type { Raster, Size } from "./lattice/raster.ts";
import type { Effort } from "./png/png_pixels.ts";
import { encodeStep } from "./step_chunks.ts";

/** How a lossy file is written; see `EncodeOptions`. */
export interface LossyOptions extends CodingOptions {
  /** How coarsely samples are told. */
  readonly lossy: LossySettings;
  /** Original pixels over those that are coded. Default: all are. */
  readonly ratio?: Ratio | undefined;
  /** How hard to compress the PNG. Default: `"default"`. */
  readonly effort?: Effort | undefined;
}

/** Pixels from which on the PNG shows fewer of them, every 32nd or every 64th instead of every 16th: each takes 24 bits. */
const LARGE = 2 ** 16;
const LARGER = 2 ** 18;

/** Octaves that are coded. */
function countOctaves({ width, height }: Size): number {
  const pixels = width * height;
  return pixels < LARGE ? 4 : pixels < LARGER ? 5 : 6;
}

/**
 * Writes a lossy file. Alpha is exact. The same settings give what is restored from it the same bytes.
 *
 * @throws {RangeError} if the settings are none that a file can state.
 */
export async function encodeLossy(image: Image, options: LossyOptions): Promise<Uint8Array> {
  checkSettings(options.lossy);
  const { ratio } = options;
  const octaves = countOctaves(image);
  const steps = ratio === undefined ? 2 * octaves : stepsAtRatio(octaves, ratio);
  const planes = planesOf(image, codedPixels(octaves, steps));
  const file = { ...options, metadata: image.metadata, maxError: 0, octaves, steps };
  const { parts, colours } = await codeSteps(planes, file);
  // What is restored in grey is read as grey, so that is what is coded.
  if (colours) {
    const grey = { ...planes, colours: asGrey(colours), isColoured: true };
    return await writeCoded((await codeSteps(grey, file)).parts, { ...file, planes: grey });
  }
  return await writeCoded(parts, { ...file, planes });
}

function checkSettings(lossy: LossySettings): void {
  for (const [name, [least, most]] of Object.entries(LOSSY_LIMITS)) {
    const value = lossy[name as keyof typeof LOSSY_LIMITS];
    if (Number.isInteger(value) && value >= least && value <= most) continue;
    throw new RangeError(
      `The setting "${name}" of a lossy file is a whole number from ${least} to ${most}, found ${value}`,
    );
  }
}

function asGrey(colours: Raster): Planes["colours"] {
  const { width, height, data } = withColours(colours, 1);
  return { width, height, channels: 1, data };
}

/** Codes the steps; gives the colours that are restored of them, at their places, where these may turn out to be grey. */
async function codeSteps(
  { colours: all }: Planes,
  options: Omit<FileOptions, "planes"> & {
    readonly lossy: LossySettings;
    readonly octaves: number;
    readonly steps: number;
  },
): Promise<{ parts: CodedParts; colours?: Raster }> {
  const { lossy, octaves: count, steps, run, workers, signal, onProgress, coder } = options;
  const octaves: Raster[] = [all];
  for (let index = 0; index < count; index++) octaves.push(packStep(octaves.at(-1)!, "grid"));
  const shown = octaves.at(-1)!;
  let done = shown.width * shown.height;
  const whole = Math.ceil(all.width * all.height / ratioAtSteps(count, steps));
  const onCoded = (pixels: number) => onProgress?.(done = Math.min(whole, done + pixels), whole);
  const chunks: Chunk[] = [];
  const checksums: number[] = [];
  let adaptation = new Adaptation();
  let known = toQuanta(shown);
  let colours = all.channels === 3 && isGrey(shown) ? shown : undefined;
  for (let step = 0; step < steps; step += OCTAVE_STEPS.length) {
    const index = count - 1 - step / OCTAVE_STEPS.length;
    const octave = toQuanta(octaves[index]!);
    spreadOut(known, octave);
    colours = colours && spread(colours, octave);
    const coded = await encodeOctave(octave, {
      networks: index === 0 ? coder.fine : coder.coarse,
      run,
      workers,
      signal,
      onCoded,
      adaptation,
      maxError: 0,
      lossy: octaveSteps(lossy, { octave: index, isGrey: all.channels === 1 }),
      stepCount: steps - step,
      colours,
    });
    adaptation = coded.adaptation;
    coded.steps.forEach((runs, order) => {
      chunks.push(...encodeStep(step + order, runs));
      checksums.push(quantaChecksum(octave, OCTAVE_STEPS[order]!.step));
    });
    known = octave;
    if (colours && !isGrey(colours)) colours = undefined;
  }
  onProgress?.(whole, whole);
  const parts = { shown, octaves: count, chunks, checksums };
  if (!colours) return { parts };
  while (colours.width < all.width || colours.height < all.height) {
    const finer = octaves[
      octaves.findIndex(({ width, height }) =>
        width === colours!.width && height === colours!.height
      ) - 1
    ]!;
    colours = spread(colours, finer);
  }
  return { parts, colours };
}

/** Colours at even columns and rows of an octave, black elsewhere. */
function spread({ width, height, data }: Raster, size: Size): Raster {
  const octave = new Uint8Array(size.width * size.height * 3);
  let from = 0;
  for (let row = 0; row < height; row++) {
    let to = 2 * row * size.width * 3;
    for (let column = 0; column < width; column++) {
      for (let channel = 0; channel < 3; channel++) octave[to + channel] = data[from++]!;
      to += 6;
    }
  }
  return { width: size.width, height: size.height, channels: 3, data: octave };
}

function isGrey({ data }: Raster): boolean {
  for (let at = 0; at < data.length; at += 3) {
    if (data[at] !== data[at + 1] || data[at] !== data[at + 2]) return false;
  }
  return true;
}
