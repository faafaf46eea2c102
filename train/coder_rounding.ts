/**
 * Coder networks of floats to such of whole numbers, and back to train on: units of `coder_units.ts` become those of
 * `codec/coded/coder.ts`.
 *
 * @module
 */

import { networkInput, WIDTH_STEPS } from "../codec/coded/coder.ts";
import { knownQuanta, quantaInput } from "../codec/coded/lossy_cells.ts";
import { toQuanta } from "../codec/coded/lossy_colours.ts";
import { stepLogarithm } from "../codec/coded/lossy_steps.ts";
import { MEAN_STEPS, SLOPE_STEPS } from "../codec/entropy/coded_phase.ts";
import { CLASSES_PER_OCTAVE, SCALES } from "../codec/entropy/scales.ts";
import { splitCells } from "../codec/lattice/cells.ts";
import { CODER_CELLS, type CoderStep } from "../codec/lattice/coder_steps.ts";
import type { Raster } from "../codec/lattice/raster.ts";
import { type ExactNetwork, SLOPE_SHIFT } from "../gpu/exact_network.ts";
import { describeLayers, type Network } from "../gpu/network.ts";
import { coderInputLimits } from "../weights/coder_tensors.ts";
import { INPUT_UNIT, MEAN_UNIT, WIDTH_UNIT } from "../weights/coder_units.ts";
import { quantiseNetwork } from "./quantise.ts";

/** Side of what is looked at of a photo, and of how many photos: a few hundred thousand cells show how far activations reach. */
const CROP = 192;
const CROPS = 16;

/** The steps, in levels, at which photos are looked at for lossy files, in turn. */
const LOSSY_STEPS = [1, 4, 16] as const;

/** What a hidden activation of 1 is in whole numbers, of networks that are made of those. */
const HIDDEN_UNIT = 256;

/**
 * Rounds a network to whole numbers.
 *
 * @param options the network's step, photos of the kind that it is for, by which one sees how large its activations get, and
 * whether it is for lossy files
 * @throws {RangeError} if its weights are too large for whole numbers, or no numbers.
 */
export function roundCoderNetwork(
  network: Network,
  { step, photos, isLossy = false }: {
    step: CoderStep;
    photos: readonly Raster[];
    isLossy?: boolean | undefined;
  },
): ExactNetwork {
  const { inputs, outputs, offsets } = unitsOf(step);
  return quantiseNetwork(network, {
    inputScales: inputs,
    inputLimits: coderInputLimits(step, isLossy),
    outputScales: outputs,
    outputOffsets: offsets,
    samples: spread(photos, CROPS).map((photo, index) => {
      const crop = middleOf(photo, CROP);
      const { shape, numbers } = isLossy
        ? lossyInput(crop, { step, levels: LOSSY_STEPS[index % LOSSY_STEPS.length]! })
        : exactInput(crop, step);
      const input = Float64Array.from(numbers, (value, at) => value / inputs[at % inputs.length]!);
      return { shape, input };
    }),
  });
}

function exactInput(crop: Raster, step: CoderStep) {
  const { kept } = splitCells(crop, step === "diagonal" ? "grid" : "quincunx");
  return { shape: kept, numbers: networkInput(kept, 0) };
}

function lossyInput(crop: Raster, { step, levels }: { step: CoderStep; levels: number }) {
  const known = knownQuanta(toQuanta(crop), step);
  return { shape: known, numbers: quantaInput(known, stepLogarithm(levels)) };
}

/** The network of floats that computes what one of whole numbers does, but for its rounding and its limits. */
export function unroundCoderNetwork(exact: ExactNetwork, step: CoderStep): Network {
  const { architecture, layers } = exact;
  const units = unitsOf(step);
  const shapes = describeLayers(architecture);
  return {
    architecture,
    layers: layers.map(({ inputs, outputs, weights, bias, shifts, slopes }, index) => {
      const { role } = shapes[index]!;
      const from = (input: number) => role === "head" ? units.inputs[input]! : HIDDEN_UNIT;
      const to = (output: number) => role === "tail" ? units.outputs[output]! : HIDDEN_UNIT;
      const offset = (output: number) => role === "tail" ? units.offsets[output]! : 0;
      return {
        inputs,
        outputs,
        weights: Float32Array.from(weights, (weight, at) => {
          const output = Math.floor(at / (inputs * 9));
          return weight / 2 ** shifts[output]! * from(Math.floor(at / 9) % inputs) / to(output);
        }),
        bias: Float32Array.from(
          bias,
          (sum, output) => (sum / 2 ** shifts[output]! - offset(output)) / to(output),
        ),
        ...(slopes && { slopes: Float32Array.from(slopes, (slope) => slope / 2 ** SLOPE_SHIFT) }),
      };
    }),
  };
}

/** What an input and an output of 1 are in whole numbers, and what is added to outputs. */
function unitsOf(step: CoderStep): { inputs: number[]; outputs: number[]; offsets: number[] } {
  const { kept, missing } = CODER_CELLS[step];
  const perPhase = (mean: number, scale: number, slope: number) =>
    missing.flatMap(() => [mean, mean, mean, scale, scale, scale, slope, slope, slope]);
  return {
    inputs: [...new Array<number>(3 * kept.length).fill(INPUT_UNIT), WIDTH_UNIT * WIDTH_STEPS],
    outputs: perPhase(MEAN_UNIT * MEAN_STEPS, CLASSES_PER_OCTAVE, SLOPE_STEPS),
    offsets: perPhase(0, -CLASSES_PER_OCTAVE * Math.log2(SCALES[0]!), 0),
  };
}

/** At most so many of a list, from all over it. */
function spread<Item>(items: readonly Item[], most: number): Item[] {
  const count = Math.min(most, items.length);
  return Array.from(
    { length: count },
    (_, index) => items[Math.floor(index * items.length / count)]!,
  );
}

/** The middle of a photo, of three channels. */
export function middleOf({ width, height, channels, data }: Raster, side: number): Raster {
  const size = { width: Math.min(side, width), height: Math.min(side, height) };
  const left = Math.floor((width - size.width) / 2);
  const top = Math.floor((height - size.height) / 2);
  const crop = new Uint8Array(size.width * size.height * 3);
  for (let pixel = 0; pixel < size.width * size.height; pixel++) {
    const [x, y] = [left + pixel % size.width, top + Math.floor(pixel / size.width)];
    for (let colour = 0; colour < 3; colour++) {
      crop[pixel * 3 + colour] = data[(y * width + x) * channels + (channels < 3 ? 0 : colour)]!;
    }
  }
  return { ...size, channels: 3, data: crop };
}
