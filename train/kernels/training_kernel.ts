/**
 * What a kernel is to training: a way to write and to dispatch the shader for one of three roles.
 *
 * All of them read and write textures of `rgba32float`, a layer for every image and channel quad, so that any kernel of
 * one role goes with any of another.
 *
 * @module
 */

import type { LayerShape } from "../../gpu/kernels/conv_kernel.ts";

/** What a kernel computes of a layer: its output, the gradient of its input, or that of its weights. */
export type Role = "forward" | "backwardData" | "backwardWeights";

/** The roles, in the order in which they run. */
export const ROLES: readonly Role[] = ["forward", "backwardData", "backwardWeights"];

/** Patches that are computed together. */
export interface BatchShape {
  /** Number of patches. */
  readonly batch: number;
  /** Side of a patch in cells. */
  readonly patch: number;
}

/** A dispatch of a kernel, and what its workgroups take of the device's limits. */
export interface Plan {
  /** The shader, as WGSL. */
  readonly code: string;
  /** Its entry point. Default: `main`. */
  readonly entry?: string | undefined;
  /** Values of its `override` declarations. */
  readonly constants?: Readonly<Record<string, number>> | undefined;
  /** Number of workgroups along x, y and z. */
  readonly workgroups: readonly [x: number, y: number, z: number];
  /** Threads of a workgroup. */
  readonly threads: number;
  /** Bytes of workgroup memory. */
  readonly bytes: number;
}

/** A convolution, as it is dispatched for a batch. */
export interface ConvolutionShape extends LayerShape {
  /**
   * How neighbours outside the image are found: with `replicate` their coordinates are clamped; with `border` the output
   * cell (x, y) reads the source cells (x … x + 2, y … y + 2), and the source is two cells wider and higher.
   */
  readonly edges: "replicate" | "border";
  /** Number of images. */
  readonly batch: number;
  /** Side of the output in cells. */
  readonly side: number;
}

/**
 * A convolution for the roles `forward` and `backwardData`. Bindings: source, target, weights as `pack.wgsl` orders them,
 * and with the epilogue `add` what is added.
 */
export interface BatchConvolution {
  /** How users name it. */
  readonly name: string;
  /** Values that a 3×3 filter is stored as: its nine, or those that Winograd's forms transform them into. */
  taps(shape: { inputQuads: number; outputQuads: number }): 9 | 16 | 24;
  /** Output quads that a workgroup computes. */
  groupQuads(shape: { inputQuads: number; outputQuads: number }): number;
  /** The shader and the dispatch for a layer. */
  plan(shape: ConvolutionShape): Plan;
}

/** The dispatch of a weight gradient as far as partial sums, which `reduce.wgsl` adds up. */
export interface WeightGradientPlan extends Plan {
  /** Partial sums of each weight. */
  readonly partials: number;
  /** Output quads that lie side by side in a partial sum, see `reduce.wgsl`. */
  readonly groupQuads: number;
  /** How the rest of the layer's gradients is spread over threads. */
  readonly reduction: {
    /** Threads that add up one value's partial sums together. */
    readonly lanes: number;
    /** Parts of the batch whose gradients of bias and slopes are summed apart. */
    readonly splits: number;
  };
}

/**
 * A kernel for the role `backwardWeights`. Bindings: the layer's input, the gradient of its output with a border of two
 * zero cells, and the partial sums: `[partial][input quad][group][9 taps][4 inputs][quads of group]` of `vec4f` over
 * outputs.
 */
export interface WeightGradient {
  /** How users name it. */
  readonly name: string;
  /** The shader and the dispatch for a layer. */
  plan(layer: { inputQuads: number; outputQuads: number }, shape: BatchShape): WeightGradientPlan;
}

/** The kernels that a graph is built of. */
export interface TrainingKernels {
  /** Activations from those of the layer before. */
  readonly forward: BatchConvolution;
  /** The gradient of a layer's input: the same convolution, transposed. */
  readonly backwardData: BatchConvolution;
  /** The gradient of a layer's weights. */
  readonly backwardWeights: WeightGradient;
}

/**
 * The kernels that a run uses, by their names, and where: on another adapter there is no reason to keep to them.
 *
 * @example
 * ```ts
 * import type { RecordedKernels } from "@nnc/nnc/train";
 * import { equal } from "node:assert/strict";
 *
 * const kernels: RecordedKernels = {
 *   adapter: "llvmpipe (LLVM 15.0.6, 256 bits)",
 *   forward: "winograd",
 *   backwardData: "winograd",
 *   backwardWeights: "columns",
 * };
 * equal(kernels.forward, kernels.backwardData);
 * ```
 */
export interface RecordedKernels {
  /** The adapter's name, as `Device.description` has it. */
  readonly adapter: string;
  /** Name of the kernel that computes activations. */
  readonly forward: string;
  /** Name of the kernel that computes gradients of activations. */
  readonly backwardData: string;
  /** Name of the kernel that computes gradients of weights. */
  readonly backwardWeights: string;
}

/** Rounds threads up to whole vectors of eight lanes, the widest that software adapters compute with. */
export function vectors8(threads: number): number {
  return Math.ceil(threads / 8) * 8;
}
