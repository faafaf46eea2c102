/**
 * May a convolution kernel run exact networks on a device, and how fast? It must give every integer of the reference.
 *
 * @module
 */

import { convolutionTiming } from "./conv_timing.ts";
import type { Device } from "./device.ts";
import { ACTIVATION_LIMIT, type ExactLayer, SUM_LIMIT } from "./exact_network.ts";
import { convolveExactly } from "./exact_reference.ts";
import type { KernelTrial } from "./kernel_choice.ts";
import type { ConvKernel } from "./kernels/conv_kernel.ts";
import { runLayer } from "./run_layer.ts";

/** Channels of the layer that is checked and timed: those of the networks that are shipped. */
const CHANNELS = 24;

/** Size of the plane that is checked: odd, and wider than one workgroup of any kernel. */
const CHECKED = { width: 37, height: 19 };

/** Checks convolution kernels on a device against the exact reference, and times them there. */
export function exactTrial(device: Device): KernelTrial<ConvKernel> {
  const { prepare, time } = convolutionTiming(device, {
    layer: () => problem().layer,
    epilogue: "exact-prelu",
  });
  return {
    check: async (kernel) => {
      const { layer, data, expected } = problem();
      const convolution = await prepare(kernel);
      const found = await runLayer({ gpu: device.gpu, convolution }, {
        layer,
        source: { ...CHECKED, data },
      });
      const wrong = expected.findIndex((value, index) => value !== found[index]);
      if (wrong < 0) return undefined;
      return `it gives ${found[wrong]} where the reference gives ${expected[wrong]}`;
    },
    time,
  };
}

let made: { layer: ExactLayer; data: Float64Array; expected: Int32Array } | undefined;

/** The layer, the plane and the result that kernels are checked with, made at the first use. */
function problem(): NonNullable<typeof made> {
  if (!made) {
    const layer = syntheticLayer();
    const next = numbers(2);
    const input = Int32Array.from(
      { length: CHECKED.width * CHECKED.height * CHANNELS },
      () => next(ACTIVATION_LIMIT),
    );
    const expected = convolveExactly(layer, {
      input,
      shape: CHECKED,
      skip: undefined,
      isTail: false,
    });
    made = { layer, data: Float64Array.from(input), expected };
  }
  return made;
}

/** A layer whose sums come near to what they must not reach, with every kind of shift and slope. */
function syntheticLayer(): ExactLayer {
  const next = numbers(1);
  const most = Math.floor(SUM_LIMIT / 2 / (ACTIVATION_LIMIT * CHANNELS * 9));
  return {
    inputs: CHANNELS,
    outputs: CHANNELS,
    weights: Int16Array.from({ length: CHANNELS * CHANNELS * 9 }, () => next(most)),
    bias: Int32Array.from({ length: CHANNELS }, () => next(SUM_LIMIT / 4)),
    shifts: Uint8Array.from({ length: CHANNELS }, (_, output) => output % 24),
    // Sums that are hardly divided must not be multiplied by much, either.
    slopes: Int16Array.from(
      { length: CHANNELS },
      (_, output) => next(2 ** Math.min(7, output % 24)),
    ),
  };
}

/** Whole numbers from −most to most that are the same every time. */
function numbers(seed: number): (most: number) => number {
  let state = seed;
  return (most) => {
    state = Math.imul(state, 1664525) + 1013904223 >>> 0;
    return Math.floor(state / 2 ** 32 * (2 * most + 1)) - most;
  };
}
