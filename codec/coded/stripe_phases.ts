/**
 * A stripe of an octave as what is coded of it: phases with their predictions and samples, from pixels and back to them.
 *
 * @module
 */

import type { Cells } from "../../gpu/geometry.ts";
import { COLOURS } from "../entropy/adaptation.ts";
import { type CodedPhase, ErrorPlane } from "../entropy/coded_phase.ts";
import { PHASE_PLACES } from "../entropy/pixel_inputs.ts";
import { PixelPlane, PLANE_MARGIN } from "../entropy/pixel_plane.ts";
import { gatherKept } from "../lattice/cells.ts";
import type { CoderStep } from "../lattice/coder_steps.ts";
import type { Raster } from "../lattice/raster.ts";
import { countInside } from "../lattice/sampling.ts";
import { CODED_COLOURS, networkInput, phasePredictions } from "./coder.ts";
import { knownQuanta, LEVELS_OF_PLACES, type QuantaCells, quantaInput } from "./lossy_cells.ts";
import type { QuantaImage } from "./lossy_colours.ts";
import type { OctaveStepWidths } from "./lossy_steps.ts";
import type { Rows } from "./stripes.ts";

/** The steps of an octave, and which phases each codes. */
export const OCTAVE_STEPS: readonly {
  readonly step: CoderStep;
  readonly phases: readonly number[];
}[] = [
  { step: "diagonal", phases: [0] },
  { step: "quincunx", phases: [1, 2] },
];

/** Pixels of an octave as they are coded: grey levels, or quanta where the file is lossy. */
export type OctavePixels = Raster | QuantaImage;

/** How coarsely the samples of an octave are told. */
export interface Coarseness {
  /** Largest error in grey levels; 0 where the file is lossless or lossy. */
  readonly maxError: number;
  /** The steps of a lossy file, whose pixels are quanta. */
  readonly lossy?: OctaveStepWidths | undefined;
}

/** Whether bins have several values, so that what comes later must be predicted from what stands for them. */
export function isCoarse({ maxError, lossy }: Coarseness): boolean {
  return maxError > 0 || lossy !== undefined;
}

/** What a network is shown of pixels. */
export function knownCells(window: OctavePixels, step: CoderStep): Cells | QuantaCells {
  return isQuanta(window)
    ? knownQuanta(window, step)
    : gatherKept(window, step === "diagonal" ? "grid" : "quincunx");
}

/** What it is given of them, `[height][width][3 · phases + 1]`. */
export function cellsInput(
  known: Cells | QuantaCells,
  { maxError, lossy }: Coarseness,
): Int32Array {
  return lossy
    ? quantaInput(known as QuantaCells, lossy.logarithm)
    : networkInput(known as Cells, maxError);
}

function isQuanta(pixels: OctavePixels): pixels is QuantaImage {
  return pixels.data instanceof Int16Array;
}

/** What phases are made of. */
export interface PhaseOptions extends Coarseness {
  /** Whose phases. */
  readonly step: CoderStep;
  /** What the network was shown of the window. */
  readonly known: Cells | QuantaCells;
  /** What it answered, `[height][width][9 · coded phases]`. */
  readonly outputs: ArrayLike<number>;
  /** Which rows of the window's cells; theirs alone count from here on. */
  readonly rows: Rows;
  /** Errors of phase (1,1) in these rows, where it is known. */
  readonly diagonal?: Int16Array | undefined;
}

/** The phases of a step, in rows of a window. */
export function stripePhases(window: OctavePixels, options: PhaseOptions): CodedPhase[] {
  const { step, known, outputs, rows, diagonal, maxError, lossy } = options;
  const count = known.width * (rows.end - rows.first) * 4;
  const units = lossy && { units: LEVELS_OF_PLACES };
  const planes = PHASE_PLACES.map(({ x, y }) =>
    new ErrorPlane(
      countInside(x, 2, window.width),
      Math.max(0, Math.min(rows.end, countInside(y, 2, window.height)) - rows.first),
    )
  );
  if (diagonal) planes[0]!.errors.set(diagonal);
  const { phases } = OCTAVE_STEPS.find((octaveStep) => octaveStep.step === step)!;
  return phases.map((phase, index) => ({
    phase,
    width: planes[phase]!.width,
    height: planes[phase]!.height,
    stride: known.width,
    predictions: phasePredictions(outputs, { step, index, known, rows, ...units }),
    samples: new Uint8Array(lossy ? 0 : count),
    planes,
    colours: window.channels < 3 ? 1 : 3,
    maxError,
    ...lossy && {
      lossy: {
        steps: lossy.quanta,
        isEven: lossy.isEven,
        quanta: new Int16Array(count),
        bounds: new Int16Array(2 * count),
      },
    },
  }));
}

/**
 * What is known of the pixels of a run and around it before its step: phases of the step itself count as unknown in other
 * runs, too, so that each decodes by itself.
 *
 * @param run in rows of the window's cells
 */
export function knownPixels(
  window: OctavePixels,
  { step, run }: { step: CoderStep; run: Rows },
): PixelPlane {
  const { width, height, channels, data } = window;
  const top = 2 * run.first;
  const plane = new PixelPlane(width, Math.min(2 * run.end, height) - top);
  const offsets = channels < 3 ? [0] : CODED_COLOURS;
  const [first, end] = [Math.max(0, top - PLANE_MARGIN), top + plane.height + PLANE_MARGIN];
  for (let row = first; row < Math.min(height, end); row++) {
    const isOdd = row % 2 === 1;
    if (isOdd && step === "diagonal") continue;
    let at = plane.at(row - top, isOdd ? 1 : 0);
    for (let column = isOdd ? 1 : 0; column < width; column += 2) {
      const from = (row * width + column) * channels;
      for (let order = 0; order < offsets.length; order++) {
        plane.data[at + order] = data[from + offsets[order]!]!;
      }
      at += 2 * COLOURS;
    }
  }
  return plane;
}

/** Where in a window a phase's pixels lie that belong to its rows. */
export interface Pixels {
  /** The phase, in these rows alone. */
  readonly phase: CodedPhase;
  /** Rows of the window's cells. */
  readonly rows: Rows;
}

/** Takes what is to be coded of a phase from the window's samples. */
export function takeSamples(window: OctavePixels, pixels: Pixels): void {
  const to = samplesOf(pixels);
  walkSamples(window, pixels, (sample, at) => to[at] = window.data[sample]!);
}

/** Puts what stands for the bins of a phase into the window's samples. */
export function putRepresentatives(window: OctavePixels, pixels: Pixels): void {
  const from = samplesOf(pixels);
  walkSamples(window, pixels, (sample, at) => window.data[sample] = from[at]!);
}

function samplesOf({ phase: { samples, lossy } }: Pixels): Uint8Array | Int16Array {
  return lossy ? lossy.quanta : samples;
}

/** Visits the samples of a phase: which of the window's, and which of the phase's. */
function walkSamples(
  { width, channels }: OctavePixels,
  { phase, rows }: Pixels,
  visit: (sample: number, at: number) => void,
): void {
  const { x, y } = PHASE_PLACES[phase.phase]!;
  const offsets = phase.colours === 1 ? [0] : CODED_COLOURS;
  for (let row = 0; row < phase.height; row++) {
    let sample = ((2 * (rows.first + row) + y) * width + x) * channels;
    let at = row * phase.stride * 4;
    for (let column = 0; column < phase.width; column++) {
      for (let order = 0; order < offsets.length; order++) {
        visit(sample + offsets[order]!, at + order);
      }
      sample += 2 * channels;
      at += 4;
    }
  }
}
