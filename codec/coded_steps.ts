/**
 * An image's coded steps, each predicted from what a reader knows of those before: exact samples, or what stands for their bins.
 *
 * @module
 */

import { stepChecksum } from "./checksum.ts";
import { encodeOctave, OCTAVE_STEPS } from "./coded/octave_coder.ts";
import { spreadOut } from "./coded/octave_rows.ts";
import { ratioAtSteps } from "./coded_ratio.ts";
import { type FileOptions, writeCoded } from "./coded_writer.ts";
import { Adaptation } from "./entropy/adaptation.ts";
import { Bins } from "./entropy/bins.ts";
import type { Chunk } from "./image/metadata.ts";
import { packStep } from "./lattice/packing.ts";
import type { Raster, Size } from "./lattice/raster.ts";
import { encodeStep } from "./step_chunks.ts";

/** Pixels from which on the PNG shows every sixteenth pixel, and not every eighth: below, another octave takes more than it saves. */
const LARGE = 2 ** 16;

/** Octaves that are coded unless the picture is stored whole. */
export function countOctaves({ width, height }: Size): number {
  return width * height < LARGE ? 3 : 4;
}

/** A file of coded steps, and what it says. */
export interface WrittenSteps {
  /** The file. */
  readonly bytes: Uint8Array;
  /** The colours that a reader knows of it; those of pixels that are not coded mean nothing. */
  readonly colours: Raster;
}

/** Writes an image with its first coded steps. */
export async function writeSteps(
  options: FileOptions & { readonly steps: number },
): Promise<WrittenSteps> {
  const { planes, maxError, run, workers, signal, onProgress } = options;
  const octaves = thinOut(planes.colours, maxError);
  const [colours, count] = [octaves[0]!, octaves.length - 1];
  const shown = octaves.at(-1)!;
  const chunks: Chunk[] = [];
  let done = shown.width * shown.height;
  const all = Math.ceil(colours.width * colours.height / ratioAtSteps(count, options.steps));
  const onCoded = (pixels: number) => onProgress?.(done = Math.min(all, done + pixels), all);
  let adaptation = new Adaptation();
  for (let index = count - 1; index >= 0; index--) {
    if (maxError > 0) spreadOut(octaves[index + 1]!, octaves[index]!);
    const step = OCTAVE_STEPS.length * (count - 1 - index);
    if (step >= options.steps) continue;
    const coded = await encodeOctave(octaves[index]!, {
      networks: index === 0 ? options.coder.fine : options.coder.coarse,
      run,
      workers,
      signal,
      onCoded,
      adaptation,
      maxError,
      stepCount: options.steps - step,
    });
    adaptation = coded.adaptation;
    coded.steps.forEach((runs, order) => chunks.push(...encodeStep(step + order, runs)));
  }
  onProgress?.(all, all);
  const checksums = stepChecksums(octaves, options.steps);
  const bytes = await writeCoded({ shown, octaves: count, chunks, checksums }, options);
  return { bytes, colours };
}

/** The octaves of an image, from the finest to that of the PNG: what may change of them is the writer's own. */
function thinOut(colours: Raster, maxError: number): Raster[] {
  const octaves = [maxError > 0 ? { ...colours, data: colours.data.slice() } : colours];
  for (let index = countOctaves(colours); index > 0; index--) {
    octaves.push(packStep(octaves.at(-1)!, "grid"));
  }
  const bins = new Bins(maxError);
  const { data } = octaves.at(-1)!;
  if (maxError > 0) {
    data.forEach((value, at) => data[at] = bins.representative(bins.binOf(value)));
  }
  return octaves;
}

/** The checksums of what each of the first steps adds. */
function stepChecksums(octaves: readonly Raster[], steps: number): number[] {
  const added = octaves.slice(0, -1).reverse().flatMap((octave) =>
    OCTAVE_STEPS.map(({ step }) => ({ octave, step }))
  );
  return added.slice(0, steps).map(({ octave, step }) => stepChecksum(octave, step));
}
