/**
 * What is known of a coded file's pixels: the steps that are there are decoded from coarse to fine, and verified.
 *
 * @module
 */

import { quantaChecksum, stepChecksum } from "./checksum.ts";
import { type BinRoom, noRoom } from "./coded/bin_room.ts";
import { type DecodedPixels, knownPixels, startOctave } from "./coded/decoded_pixels.ts";
import { toQuanta } from "./coded/lossy_colours.ts";
import { octaveSteps } from "./coded/lossy_steps.ts";
import { decodeOctave, OCTAVE_STEPS } from "./coded/octave_coder.ts";
import { type Rows, runsOf } from "./coded/stripes.ts";
import type { CodingOptions } from "./coded_file.ts";
import type { CodedHeader } from "./coded_header.ts";
import { octavesOf } from "./coded_octaves.ts";
import { Adaptation } from "./entropy/adaptation.ts";
import { CODER_CELLS, type CoderStep } from "./lattice/coder_steps.ts";
import type { Raster, Size } from "./lattice/raster.ts";
import { countInside } from "./lattice/sampling.ts";
import { countWholeSteps, type StepRuns } from "./step_chunks.ts";

/** An octave of which some pixels are not known. */
export interface PartialOctave {
  /** Its pixels; those that are not known mean nothing. */
  readonly image: Raster;
  /** The step that is not whole: all before it is known, nothing behind it. */
  readonly step: CoderStep;
  /** Where pixels of that step are known all the same. */
  readonly rows: readonly Rows[];
}

/** What is known of an image. */
export interface KnownPixels {
  /** The finest octave that is whole. */
  readonly octave: Raster;
  /** How far its colours may move inside of their bins, where that is asked for. */
  readonly room?: BinRoom | undefined;
  /** How many steps are whole. */
  readonly steps: number;
  /** The octave above it, where some of that is known. */
  readonly partial?: PartialOctave | undefined;
  /** The step whose pixels do not agree with their checksum; nothing of it is taken. */
  readonly damagedStep?: number | undefined;
}

/** What is decoded. */
export interface KnownOptions extends CodingOptions {
  /** What the file says. */
  readonly header: CodedHeader;
  /** The runs of its steps. */
  readonly runs: readonly StepRuns[];
  /** Whether it is asked for how far colours of a lossy file may move. Default: no. */
  readonly wantsRoom?: boolean | undefined;
}

/** Decodes the steps that are whole, and of the first that is not those runs that are there. */
export async function decodeKnown(base: Raster, options: KnownOptions): Promise<KnownPixels> {
  const { header, runs, coder, run, workers, signal, onProgress } = options;
  const { maxError, lossy, isGrey, size: { width, height } } = header;
  const octaves = octavesOf(header);
  const whole = countWholeSteps(runs);
  const usable = countUsable(runs, whole);
  let done = base.width * base.height;
  const onCoded = (pixels: number) => onProgress?.(done += pixels, width * height);
  let octave = withQuanta(base, options);
  let adaptation = new Adaptation();
  for (let step = 0; step < usable; step += OCTAVE_STEPS.length) {
    const index = header.octaves - 1 - step / OCTAVE_STEPS.length;
    const steps = runs.slice(step, Math.min(usable, step + OCTAVE_STEPS.length));
    // The coarser one is let go: a quarter of what this one takes.
    octave = startOctave(octave, octaves[index]!.size);
    adaptation = await decodeOctave(octave, {
      networks: index === 0 ? coder.fine : coder.coarse,
      run,
      workers,
      signal,
      onCoded,
      adaptation,
      maxError,
      lossy: lossy && octaveSteps(lossy, { octave: index, isGrey }),
      steps,
    });
    const agreeing = countAgreeing(octave, {
      checksums: header.checksums.slice(1 + step, 1 + Math.min(whole, step + steps.length)),
    });
    if (agreeing === OCTAVE_STEPS.length) continue;
    const { image, room } = knownPixels(octave);
    const isDamaged = agreeing < Math.min(whole - step, OCTAVE_STEPS.length);
    return {
      octave: image,
      room,
      steps: step + agreeing,
      partial: partialOf(octave.image, { agreeing, runs: isDamaged ? [] : steps[agreeing] ?? [] }),
      ...(isDamaged && { damagedStep: step + agreeing }),
    };
  }
  const { image, room } = octave;
  return { octave: image, room, steps: whole };
}

/** The PNG's pixels, which are known exactly. */
function withQuanta(image: Raster, { header, wantsRoom }: KnownOptions): DecodedPixels {
  const { lossy, isGrey } = header;
  if (!lossy) return { image };
  const quanta = toQuanta(image);
  if (!wantsRoom) return { image, quanta };
  // Those of the finest octave, which are the widest.
  const { quanta: steps } = octaveSteps(lossy, { octave: 0, isGrey });
  return { image, quanta, room: noRoom(image, { channels: quanta.channels, steps }) };
}

/** How many steps there is something of, from the first on: what follows one that is not whole cannot be decoded. */
function countUsable(runs: readonly StepRuns[], whole: number): number {
  return runs[whole]?.some((run) => run !== undefined) ? whole + 1 : whole;
}

/** How many steps of an octave agree with their checksums, from the first on. */
function countAgreeing(
  { image, quanta }: DecodedPixels,
  { checksums }: { checksums: readonly number[] },
): number {
  const wrong = checksums.findIndex((checksum, order) => {
    const { step } = OCTAVE_STEPS[order]!;
    return checksum !== (quanta ? quantaChecksum(quanta, step) : stepChecksum(image, step));
  });
  return wrong < 0 ? checksums.length : wrong;
}

function partialOf(
  image: Raster,
  { agreeing, runs }: { agreeing: number; runs: StepRuns },
): PartialOctave | undefined {
  const rows = knownRows(image, runs);
  if (agreeing === 0 && rows.length === 0) return undefined;
  return { image, step: OCTAVE_STEPS[agreeing]!.step, rows };
}

/** The rows of cells in an octave that a step's runs are there for. */
export function knownRows(octave: Size, runs: StepRuns): Rows[] {
  return runsOf(octave).filter((_, index) => runs[index] !== undefined);
}

/** How many pixels of an octave a step has in some rows of cells. */
export function countPixels(
  octave: Size,
  { step, rows }: { step: CoderStep; rows: readonly Rows[] },
): number {
  const { missing } = CODER_CELLS[step];
  return missing.reduce((sum, [x, y]) => {
    const columns = countInside(x, 2, octave.width);
    const height = countInside(y, 2, octave.height);
    return sum +
      rows.reduce(
        (own, { first, end }) => own + columns * Math.max(0, Math.min(end, height) - first),
        0,
      );
  }, 0);
}
