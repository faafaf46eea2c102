/** The device's gradients against the reference's, on a small case: nothing is timed before they agree. @module */

import { readBuffer } from "../../gpu/device.ts";
import { encodeDispatches } from "../../gpu/dispatch.ts";
import { buildGraph } from "../../train/graph.ts";
import type { TrainingKernels } from "../../train/kernels/training_kernel.ts";
import { layoutParameters, unflattenNetwork } from "../../train/parameters.ts";
import { DispatchFactory } from "../../train/dispatch_factory.ts";
import { Random } from "../../train/random.ts";
import { referenceGradients } from "../../train/reference_gradients.ts";
import { downloadTexels, type Texels, uploadTexels } from "../../train/texels.ts";
import type { Architecture, Network } from "../../gpu/network.ts";

/** Two patches with the gradient of what a network makes of them. */
export interface GradientCase {
  readonly network: Network;
  /** Its values, in the order of `train/parameters.ts`. */
  readonly flat: Float32Array<ArrayBuffer>;
  /** Side of a patch in cells. */
  readonly patch: number;
  /** `[patch][patch][channels]` each. */
  readonly images: readonly { x: Float64Array; outputGradient: Float64Array }[];
  readonly expected: Float64Array;
}

const ARCHITECTURE: Architecture = { inputs: 6, outputs: 6, channels: 16, blocks: 2 };

/** Largest difference that is put down to rounding, as a share of the largest gradient. */
const TOLERANCE = 1e-4;

/** A small network with random values, and its gradient by the reference. */
export function makeGradientCase(): GradientCase {
  const patch = 9;
  const random = new Random(7);
  const { layers, length } = layoutParameters(ARCHITECTURE);
  const flat = Float32Array.from({ length }, () => 0.1 * random.normal());
  for (const { slopesAt, outputs } of layers) {
    if (slopesAt !== undefined) flat.fill(0.2, slopesAt, slopesAt + outputs);
  }
  const network = unflattenNetwork(ARCHITECTURE, flat);
  const values = (channels: number) =>
    Float64Array.from({ length: patch * patch * channels }, () => Math.fround(random.normal()));
  const images = Array.from({ length: 2 }, () => ({
    x: values(ARCHITECTURE.inputs),
    outputGradient: values(ARCHITECTURE.outputs),
  }));
  const expected = new Float64Array(length);
  for (const image of images) {
    referenceGradients(network, { ...image, shape: { width: patch, height: patch } })
      .forEach((value, at) => expected[at]! += value);
  }
  return { network, flat, patch, images, expected };
}

/**
 * The largest difference from the expected gradient, as a share of its largest value.
 *
 * @throws {Error} if it is more than rounding explains.
 */
export function checkGradient(
  found: ArrayLike<number>,
  { expected, what }: { expected: Float64Array; what: string },
): number {
  let [largest, most] = [0, 0];
  expected.forEach((value, at) => {
    const off = Math.abs(value - found[at]!);
    if (!(off <= largest)) largest = Number.isNaN(off) ? Infinity : off;
    most = Math.max(most, Math.abs(value));
  });
  if (!(largest <= TOLERANCE * most)) {
    throw new Error(`The gradients of ${what} are off by ${largest} of ${most}`);
  }
  return largest / most;
}

/** What a device makes of images and of the gradients of its output. */
export interface DeviceGradients {
  /** In the order of `train/parameters.ts`, summed over the images. */
  readonly gradients: Float32Array;
  /** What the network put out. */
  readonly output: Texels;
}

/** Runs a network forward and backward on a device; kernels are the first of the catalogue, unless some are given. */
export async function gradientsOn(
  gpu: GPUDevice,
  { network: { architecture }, flat, patch, images, kernels }: Omit<GradientCase, "expected"> & {
    readonly kernels?: TrainingKernels | undefined;
  },
): Promise<DeviceGradients> {
  const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST;
  const parameters = gpu.createBuffer({ size: flat.byteLength, usage });
  gpu.queue.writeBuffer(parameters, 0, flat);
  const factory = new DispatchFactory(gpu);
  const batch = images.length;
  const graph = buildGraph(gpu, { architecture, batch, patch, parameters, factory, kernels });
  images.forEach(({ x, outputGradient }, image) => {
    const { inputs, outputs } = architecture;
    uploadTexels(gpu, { texture: graph.input, values: x, channels: inputs, image });
    const gradient = { texture: graph.outputGradient, values: outputGradient, border: 2 };
    uploadTexels(gpu, { ...gradient, channels: outputs, image });
  });
  const encoder = gpu.createCommandEncoder();
  const packs = [...graph.packForward(parameters), ...graph.packBackward];
  encodeDispatches(encoder, [...packs, ...graph.forward, ...graph.backward]);
  gpu.queue.submit([encoder.finish()]);
  return {
    gradients: new Float32Array((await readBuffer(gpu, { buffer: graph.gradients })).buffer),
    output: await downloadTexels(gpu, { texture: graph.output, border: 0 }),
  };
}

/** Checks the trainer's gradients on a device. */
export async function verifyGradients(gpu: GPUDevice): Promise<number> {
  const { expected, ...problem } = makeGradientCase();
  const { gradients } = await gradientsOn(gpu, problem);
  return checkGradient(gradients, { expected, what: "the trainer" });
}
