/**
 * May a convolution kernel be used on a device, and how fast is it there? Asked of the device, never guessed from its name.
 *
 * @module
 */

import { createActivations } from "./activations.ts";
import { type Convolution, convolutionFor } from "./convolution.ts";
import { type Device, withErrorScopes } from "./device.ts";
import { encodeDispatches } from "./dispatch.ts";
import type { KernelTrial } from "./kernel_choice.ts";
import { type ConvKernel, quadsOf } from "./kernels/conv_kernel.ts";
import type { Epilogue } from "./kernels/epilogue.ts";
import type { ConvLayer } from "./kernels/pack_weights.ts";
import type { Layer } from "./network.ts";
import { convolve, type PlaneShape } from "./reference_convolution.ts";
import { type Plane, runLayer } from "./run_layer.ts";
import { secondsOfDispatch } from "./timing.ts";

/** Channels of the layer that is checked and timed: those of the networks most used. */
const CHANNELS = 32;

/** Size of the plane that is checked: odd, and wider than one workgroup of any kernel whose threads lie as their cells do. */
const CHECKED = { width: 37, height: 19 };

/** Largest difference from the reference, for sums of 288 products of order 1/10: rounding stays below 1e-6. */
const TOLERANCE = 2e-5;

/** Sizes of the plane that is timed, in cells: enough workgroups to fill a device. */
export const TIMED_PLANES = {
  software: { width: 128, height: 96 },
  hardware: { width: 544, height: 272 },
};

/** Checks convolution kernels on a device against the reference, and times them there. */
export function convTrial(device: Device): KernelTrial<ConvKernel> {
  const { gpu, software } = device;
  const prepare = (kernel: ConvKernel) =>
    withErrorScopes(
      { gpu, what: `Preparing the kernel "${kernel.name}"` },
      () => convolutionFor(gpu, kernel),
    );
  return {
    check: async (kernel) => {
      const error = await largestError(gpu, await prepare(kernel));
      // A value that is not a number fails, too.
      if (error <= TOLERANCE) return undefined;
      return `its results are off by ${error.toExponential(1)}`;
    },
    time: async (kernel) => {
      const plane = software ? TIMED_PLANES.software : TIMED_PLANES.hardware;
      const seconds = await secondsOfConvolution(device, {
        convolution: await prepare(kernel),
        layer: syntheticLayer(),
        epilogue: "prelu",
        plane,
      });
      return CHANNELS * CHANNELS * 9 * plane.width * plane.height / seconds;
    },
  };
}

/** The layer, the plane and the result that kernels are checked with, made at the first use. */
let problem: { layer: Layer; source: Plane; expected: Float64Array } | undefined;

function checkedProblem(): NonNullable<typeof problem> {
  if (!problem) {
    const layer = syntheticLayer();
    const data = syntheticValues(CHECKED.width * CHECKED.height * CHANNELS, { scale: 1 });
    const source = { ...CHECKED, data: Float64Array.from(data) };
    problem = { layer, source, expected: convolve(layer, source.data, CHECKED) };
  }
  return problem;
}

async function largestError(gpu: GPUDevice, convolution: Convolution): Promise<number> {
  const { layer, source, expected } = checkedProblem();
  const found = await runLayer({ gpu, convolution }, { layer, source });
  return expected.reduce((most, value, index) => {
    const difference = Math.abs(value - found[index]!);
    // A value that is not a number must fail, and would not survive Math.max in every order.
    return difference <= most ? most : difference;
  }, 0);
}

/** Seconds that a layer takes over a plane, after which nothing is added. */
export async function secondsOfConvolution(
  device: Device,
  { convolution, layer: timed, epilogue, plane }: {
    convolution: Convolution;
    layer: ConvLayer;
    epilogue: Epilogue;
    plane: PlaneShape;
  },
): Promise<number> {
  const { gpu } = device;
  const { dispatch, owned } = await withErrorScopes({ gpu, what: "Timing a kernel" }, () => {
    const layer = convolution.prepare(timed, epilogue);
    const storage = convolution.kernel.activations;
    const allocate = (label: string, channels: number) =>
      createActivations(gpu, { label, storage, quads: quadsOf(channels), ...plane });
    const source = allocate("source", timed.inputs);
    const target = allocate("target", timed.outputs);
    const usage = GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST;
    const extent = gpu.createBuffer({ label: "extent", size: 8, usage });
    gpu.queue.writeBuffer(extent, 0, Uint32Array.of(plane.width, plane.height));
    return {
      dispatch: convolution.dispatch(convolution.bind(layer, { source, target, extent }), plane),
      owned: [layer.owner, source.owner, target.owner, extent],
    };
  });
  const submit = (runs: number) =>
    withErrorScopes({ gpu, what: "Timing a kernel" }, () => {
      const encoder = gpu.createCommandEncoder();
      encodeDispatches(encoder, Array(runs).fill(dispatch));
      gpu.queue.submit([encoder.finish()]);
    });
  try {
    return await secondsOfDispatch(device, submit);
  } finally {
    for (const resource of owned) resource.destroy();
  }
}

/** Values between ±scale / 2 that are the same every time. */
function syntheticValues(count: number, { scale }: { scale: number }): Float32Array {
  let state = 1;
  return Float32Array.from({ length: count }, () => {
    state = Math.imul(state, 1664525) + 1013904223 >>> 0;
    return (state / 2 ** 32 - 0.5) * scale;
  });
}

function syntheticLayer(): Layer {
  return {
    inputs: CHANNELS,
    outputs: CHANNELS,
    weights: syntheticValues(CHANNELS * CHANNELS * 9, { scale: 0.25 }),
    bias: syntheticValues(CHANNELS, { scale: 1 }),
    slopes: syntheticValues(CHANNELS, { scale: 0.5 }),
  };
}
