/**
 * Exact layers at the bounds of what is exact, and how a device's numbers differ from the reference's. Runs in browsers, too.
 *
 * @module
 */

import { convolutionFor } from "../../gpu/convolution.ts";
import type { Device } from "../../gpu/device.ts";
import {
  ACTIVATION_LIMIT,
  type ExactLayer,
  type ExactNetwork,
  SLOPE_SHIFT,
  SUM_LIMIT,
} from "../../gpu/exact_network.ts";
import { type ExactRun, ExactSession } from "../../gpu/exact_session.ts";
import { convolveExactly, runExactNetwork } from "../../gpu/exact_reference.ts";
import type { ConvKernel } from "../../gpu/kernels/conv_kernel.ts";
import { type Architecture, describeLayers, type LayerRole } from "../../gpu/network.ts";
import type { PlaneShape } from "../../gpu/reference_convolution.ts";
import { runLayer } from "../../gpu/run_layer.ts";
import { Random } from "../../train/random.ts";

/** A device with the kernel that is tried there. */
export interface Tried {
  readonly gpu: GPUDevice;
  readonly kernel: ConvKernel;
}

/** Planes on which layers are tried: a cell, a row, a column, and one that is no multiple of anything. */
export const SHAPES: readonly PlaneShape[] = [
  { width: 1, height: 1 },
  { width: 9, height: 1 },
  { width: 1, height: 7 },
  { width: 37, height: 19 },
];

/** Layers of every role, of which none has a multiple of four channels at both ends. */
export const ROLES: readonly { role: LayerRole; inputs: number; outputs: number }[] = [
  { role: "head", inputs: 7, outputs: 12 },
  { role: "second", inputs: 12, outputs: 12 },
  { role: "tail", inputs: 12, outputs: 18 },
];

/** A layer whose largest sums are the largest there may be, whatever the shift, and products with slopes likewise. */
export function extremeLayer(
  { role, inputs, outputs }: typeof ROLES[number],
  seed: number,
): ExactLayer {
  const random = new Random(seed);
  const sign = () => random.below(2) === 0 ? -1 : 1;
  const shifts = Uint8Array.from({ length: outputs }, (_, output) => (5 * output + seed) % 24);
  const weights = new Int16Array(outputs * inputs * 9);
  const bias = new Int32Array(outputs);
  const hasSlopes = role === "head" || role === "first";
  const slopes = new Int16Array(outputs);
  shifts.forEach((shift, output) => {
    const room = SUM_LIMIT - 1 - Math.ceil(2 ** shift / 2);
    // Mostly full weights; a few outputs have all of their sum in one weight, or in the bias.
    const most = Math.floor(room / (ACTIVATION_LIMIT * inputs * 9));
    const kind = output % 4;
    for (let place = 0; place < inputs * 9; place++) {
      const magnitude = kind === 3 ? 0 : kind === 2 ? random.below(most + 1) : most;
      weights[output * inputs * 9 + place] = sign() * magnitude;
    }
    if (kind === 1) {
      weights.fill(0, output * inputs * 9, (output + 1) * inputs * 9);
      weights[output * inputs * 9 + random.below(inputs * 9)] = sign() *
        Math.min(32767, Math.floor(room / ACTIVATION_LIMIT));
    }
    const own = weights.subarray(output * inputs * 9, (output + 1) * inputs * 9);
    const used = own.reduce((sum, weight) => sum + Math.abs(weight), 0) * ACTIVATION_LIMIT;
    bias[output] = sign() * (room - used);
    const factor = Math.floor((SUM_LIMIT - 65) / (room / 2 ** shift));
    slopes[output] = sign() *
      Math.min(32767, factor, random.below(3) === 0 ? 2 ** SLOPE_SHIFT : factor);
  });
  return { inputs, outputs, weights, bias, shifts, ...(hasSlopes && { slopes }) };
}

/** A plane on which every output of a layer has its largest sums, of both signs, and the numbers between. */
export function extremePlane(
  { inputs, outputs, weights }: ExactLayer,
  { width, height }: PlaneShape,
  seed: number,
): Int32Array {
  const random = new Random(seed);
  return Int32Array.from({ length: width * height * inputs }, (_, at) => {
    const [cell, input] = [Math.floor(at / inputs), at % inputs];
    const [x, y] = [cell % width, Math.floor(cell / width)];
    if ((x + y) % 7 === 6) return random.below(2 * ACTIVATION_LIMIT + 1) - ACTIVATION_LIMIT;
    const block = Math.floor(y / 3) * 5 + Math.floor(x / 3);
    const tap = y % 3 * 3 + x % 3;
    const weight = weights[(block % outputs * inputs + input) * 9 + tap]!;
    return (block % 2 === 0 ? 1 : -1) * Math.sign(weight) * ACTIVATION_LIMIT;
  });
}

/** A network of such layers, whose inputs may be as large as activations. */
export function extremeNetwork(architecture: Architecture, seed: number): ExactNetwork {
  const layers = describeLayers(architecture).map((shape, index) =>
    extremeLayer(shape, seed + index)
  );
  return {
    architecture,
    inputLimits: new Array<number>(architecture.inputs).fill(ACTIVATION_LIMIT),
    layers,
  };
}

/** Tries layers of every role at the bounds, on every shape: a line for each that differs from the reference. */
export async function layerFaults({ gpu, kernel }: Tried): Promise<string[]> {
  const convolution = convolutionFor(gpu, kernel);
  const faults: string[] = [];
  for (const [index, role] of ROLES.entries()) {
    const layer = extremeLayer(role, index + 1);
    for (const shape of SHAPES) {
      const input = extremePlane(layer, shape, index);
      const cells = shape.width * shape.height;
      const random = new Random(9);
      const skip = role.role === "second"
        ? Int32Array.from(
          { length: cells * role.outputs },
          () => random.below(2 * ACTIVATION_LIMIT + 1) - ACTIVATION_LIMIT,
        )
        : undefined;
      const isTail = role.role === "tail";
      const expected = convolveExactly(layer, { input, shape, skip, isTail });
      const plane = (data: Int32Array) => ({ ...shape, data: Float64Array.from(data) });
      const found = await runLayer({ gpu, convolution }, {
        layer,
        source: plane(input),
        skip: skip && plane(skip),
      });
      faults.push(
        ...differences(found, expected, `${role.role} on ${shape.width}×${shape.height}`),
      );
    }
  }
  return faults;
}

/** Runs a network layer by layer on the reference's activations: a line for each layer that differs from it. */
export async function networkFaults(
  { gpu, kernel }: Tried,
  { network, input, shape }: { network: ExactNetwork; input: Int32Array; shape: PlaneShape },
): Promise<string[]> {
  const convolution = convolutionFor(gpu, kernel);
  const outputs: Int32Array[] = [];
  runExactNetwork(network, { input, shape, onLayer: (output) => outputs.push(output) });
  const faults: string[] = [];
  for (const [index, layer] of network.layers.entries()) {
    const isSecond = index > 0 && index % 2 === 0 && index < network.layers.length - 1;
    const plane = (data: Int32Array) => ({ ...shape, data: Float64Array.from(data) });
    const found = await runLayer({ gpu, convolution }, {
      layer,
      source: plane(outputs[index - 1] ?? input),
      skip: isSecond ? plane(outputs[index - 2]!) : undefined,
    });
    faults.push(...differences(found, outputs[index]!, `layer ${index}`));
  }
  return faults;
}

/** Runs a network in tiles, as coded files do: a line if the outputs differ from the reference's. */
export async function sessionFaults(
  { device, kernel }: { device: Device; kernel: ConvKernel },
  { network, ...run }: { network: ExactNetwork } & ExactRun,
): Promise<string[]> {
  const session = new ExactSession(device, { kernels: [kernel], checked: new Set([kernel]) });
  const found = await session.run(network, run).finally(() => session.freeMemory());
  return differences(found, runExactNetwork(network, run), "in tiles");
}

/** Inputs of a network at random; `extreme` ones are at their limits. */
export function networkInputs(
  { architecture: { inputs }, inputLimits }: ExactNetwork,
  { shape, seed, extreme = false }: { shape: PlaneShape; seed: number; extreme?: boolean },
): Int32Array {
  const random = new Random(seed);
  return Int32Array.from({ length: shape.width * shape.height * inputs }, (_, at) => {
    const limit = inputLimits[at % inputs]!;
    if (extreme) return random.below(2) === 0 ? limit : -limit;
    return random.below(2 * limit + 1) - limit;
  });
}

function differences(
  found: ArrayLike<number>,
  expected: Int32Array,
  what: string,
): string[] {
  const wrong = expected.findIndex((value, at) => value !== found[at]);
  const isLong = found.length !== expected.length;
  if (wrong < 0 && !isLong) return [];
  return [`${what}: number ${wrong} is ${found[wrong]}, in the reference ${expected[wrong]}`];
}
