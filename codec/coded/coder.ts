/**
 * A coder: the networks of whole numbers that predict a coded file's samples, and how their outputs are read.
 *
 * @module
 */

import type { ExactNetwork } from "../../gpu/exact_network.ts";
import type { Cells, Geometry } from "../../gpu/geometry.ts";
import { MEAN_STEPS, PREDICTIONS } from "../entropy/phase_coder.ts";
import { SCALE_CLASSES } from "../entropy/scales.ts";
import { CODER_GEOMETRIES, type CoderStep } from "../lattice/coder_steps.ts";

/** Grey level that reaches a network as 0. */
export const INPUT_CENTRE = 128;

/** Parts of an octave in which the width of bins reaches a network. */
export const WIDTH_STEPS = 16;

/** The networks of one file. */
export interface Coder {
  /** For the octave of spacing 1. */
  readonly fine: Readonly<Record<CoderStep, ExactNetwork>>;
  /** For all coarser ones. */
  readonly coarse: Readonly<Record<CoderStep, ExactNetwork>>;
}

/** The binary logarithm of a bin's width in sixteenths, by largest error: table, as engines differ in `Math.log2`. */
export const WIDTH_LOGARITHMS: readonly number[] = [
  0,
  25,
  37,
  45,
  51,
  55,
  59,
  63,
  65,
  68,
  70,
  72,
  74,
  76,
  78,
  79,
  81,
];

/**
 * What a network is given of known phases.
 *
 * @returns `[height][width][3 · phases + 1]`: R, G, B of every phase less {@link INPUT_CENTRE}, then the width of bins
 */
export function networkInput(known: Cells, maxError: number): Int32Array {
  const { width, height, phases, data } = known;
  const channels = 3 * phases + 1;
  const cells = width * height;
  const input = new Int32Array(cells * channels);
  for (let cell = 0; cell < cells; cell++) {
    const to = cell * channels;
    for (let phase = 0; phase < phases; phase++) {
      const from = (phase * cells + cell) * 4;
      for (let colour = 0; colour < 3; colour++) {
        input[to + 3 * phase + colour] = data[from + colour]! - INPUT_CENTRE;
      }
    }
    input[to + 3 * phases] = WIDTH_LOGARITHMS[maxError]!;
  }
  return input;
}

/** Colours in the order in which they are coded: G, R, B. */
export const CODED_COLOURS = [1, 0, 2] as const;

/**
 * The predictions of one coded phase from a network's outputs: the fixed interpolation is added to the means, and scale
 * classes are held to those there are.
 *
 * @param outputs `[height][width][9 · coded phases]`
 * @returns `[height][width][9]`
 */
export function phasePredictions(
  outputs: ArrayLike<number>,
  { step, index, known }: { step: CoderStep; index: number; known: Cells },
): Int16Array {
  const geometry = CODER_GEOMETRIES[step];
  const { width, height } = known;
  const stride = PREDICTIONS * geometry.missing;
  const predictions = new Int16Array(width * height * PREDICTIONS);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const cell = row * width + column;
      const from = cell * stride + index * PREDICTIONS;
      const to = cell * PREDICTIONS;
      CODED_COLOURS.forEach((colour, order) => {
        const base = interpolate(known, { geometry, index, row, column, colour });
        predictions[to + order] = bounded(outputs[from + order]! + base, 32767);
        const scale = outputs[from + 3 + order]!;
        predictions[to + 3 + order] = scale < 0 ? 0 : Math.min(SCALE_CLASSES - 1, scale);
        predictions[to + 6 + order] = outputs[from + 6 + order]!;
      });
    }
  }
  return predictions;
}

/** The mean of the nearest known neighbours, in sixteenths of a grey level. */
function interpolate(
  { width, height, data }: Cells,
  { geometry, index, row, column, colour }: {
    geometry: Geometry;
    index: number;
    row: number;
    column: number;
    colour: number;
  },
): number {
  let sum = 0;
  for (const { phase, dx, dy, weight } of geometry.base[index]!) {
    const x = Math.min(width - 1, Math.max(0, column + dx));
    const y = Math.min(height - 1, Math.max(0, row + dy));
    // Weights are quarters, so this is a whole number.
    sum += data[((phase * height + y) * width + x) * 4 + colour]! * weight * MEAN_STEPS;
  }
  return sum;
}

function bounded(value: number, most: number): number {
  return Math.min(most, Math.max(-most, value));
}
