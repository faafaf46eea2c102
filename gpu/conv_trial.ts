/**
 * May a convolution kernel be used on a device, and how fast is it there? Asked of the device, never guessed from its name.
 *
 * @module
 */

import type { Convolution } from "./convolution.ts";
import { convolutionTiming } from "./conv_timing.ts";
import type { Device } from "./device.ts";
import type { KernelTrial } from "./kernel_choice.ts";
import type { ConvKernel } from "./kernels/conv_kernel.ts";
import type { Layer } from "./network.ts";
import { convolve } from "./reference_convolution.ts";
import { type Plane, runLayer } from "./run_layer.ts";

/** Channels of the layer that is checked and timed: those of the networks most used. */
const CHANNELS = 32;

/** Size of the plane that is checked: odd, and wider than one workgroup of any kernel whose threads lie as their cells do. */
const CHECKED = { width: 37, height: 19 };

/** Largest difference from the reference, for sums of 288 products of order 1/10: rounding stays below 1e-6. */
const TOLERANCE = 2e-5;

/** Checks convolution kernels on a device against the reference, and times them there. */
export function convTrial(device: Device): KernelTrial<ConvKernel> {
  const { prepare, time } = convolutionTiming(device, {
    layer: () => checkedProblem().layer,
    epilogue: "prelu",
  });
  return {
    check: async (kernel) => {
      const error = await largestError(device.gpu, await prepare(kernel));
      // A value that is not a number fails, too.
      if (error <= TOLERANCE) return undefined;
      return `its results are off by ${error.toExponential(1)}`;
    },
    time,
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
