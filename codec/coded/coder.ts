/**
 * A coder: the networks of whole numbers that predict a coded file's samples, and how their outputs are read.
 *
 * @module
 */

import type { ExactNetwork } from "../../gpu/exact_network.ts";
import type { Cells } from "../../gpu/geometry.ts";
import { MEAN_STEPS, PREDICTIONS } from "../entropy/coded_phase.ts";
import { CODER_GEOMETRIES, type CoderStep } from "../lattice/coder_steps.ts";
import type { Size } from "../lattice/raster.ts";

/** Grey level that reaches a network as 0. */
export const INPUT_CENTRE = 128;

/** Parts of an octave in which the width of bins reaches a network. */
export const WIDTH_STEPS = 16;

/** Largest magnitude of a mean, in sixteenths of a grey level. */
const MOST_MEAN = 32767;

/** The networks of one file. */
export interface Coder {
  /** For the octave of spacing 1. */
  readonly fine: Readonly<Record<CoderStep, ExactNetwork>>;
  /** For all coarser ones. */
  readonly coarse: Readonly<Record<CoderStep, ExactNetwork>>;
}

/** Runs a network over a plane: `[height][width][inputs]` to `[height][width][outputs]`. */
export type RunNetwork = (
  network: ExactNetwork,
  options: { input: Int32Array; shape: Size },
) => ArrayLike<number> | Promise<ArrayLike<number>>;

/**
 * May run a network over a plane in place of the processor, which does where it gives nothing. The input is made when it is
 * asked for, `[height][width][inputs]`.
 */
export type OfferNetwork = (
  network: ExactNetwork,
  options: { shape: Size; input: () => Int32Array; signal?: AbortSignal | undefined },
) => ArrayLike<number> | undefined | Promise<ArrayLike<number> | undefined>;

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
 * The predictions of one coded phase from a network's outputs: the fixed interpolation is added to the means.
 *
 * @param outputs `[height][width][9 · coded phases]`
 * @param options.rows of which rows of cells; default: all
 * @param options.units grey levels of a unit of what is known, in the places of R, G and B; default: 1
 * @returns `[rows][width][9]`
 */
export function phasePredictions(
  outputs: ArrayLike<number>,
  { step, index, known, rows, units = [1, 1, 1] }: {
    step: CoderStep;
    index: number;
    known: Size & { readonly data: ArrayLike<number> };
    rows?: { readonly first: number; readonly end: number };
    units?: readonly [number, number, number] | undefined;
  },
): Int16Array {
  const geometry = CODER_GEOMETRIES[step];
  const { width, height, data } = known;
  const { first, end } = rows ?? { first: 0, end: height };
  const stride = PREDICTIONS * geometry.missing;
  const predictions = new Int16Array(width * (end - first) * PREDICTIONS);
  const neighbours = geometry.base[index]!.map(({ phase, dx, dy, weight }) => ({
    plane: phase * height,
    dx,
    dy,
    // Weights are quarters, and units at least that, so sums come out whole.
    weight: weight * MEAN_STEPS,
  }));
  let to = 0;
  for (let row = first; row < end; row++) {
    let from = row * width * stride + index * PREDICTIONS;
    const lines = neighbours.map(({ plane, dy }) => (plane + clamp(row + dy, height)) * width);
    for (let column = 0; column < width; column++) {
      let [red, green, blue] = [0, 0, 0];
      for (let neighbour = 0; neighbour < lines.length; neighbour++) {
        const { dx, weight } = neighbours[neighbour]!;
        const at = (lines[neighbour]! + clamp(column + dx, width)) * 4;
        red += data[at]! * weight;
        green += data[at + 1]! * weight;
        blue += data[at + 2]! * weight;
      }
      predictions[to] = bounded(outputs[from]! + green * units[1]);
      predictions[to + 1] = bounded(outputs[from + 1]! + red * units[0]);
      predictions[to + 2] = bounded(outputs[from + 2]! + blue * units[2]);
      for (let place = 3; place < PREDICTIONS; place++) {
        predictions[to + place] = outputs[from + place]!;
      }
      from += stride;
      to += PREDICTIONS;
    }
  }
  return predictions;
}

function clamp(at: number, length: number): number {
  return at < 0 ? 0 : at < length ? at : length - 1;
}

function bounded(value: number): number {
  return value > MOST_MEAN ? MOST_MEAN : value < -MOST_MEAN ? -MOST_MEAN : value;
}
