/**
 * One layer on one plane of numbers, there and back: how kernels are checked against the reference.
 *
 * @module
 */

import { createActivations } from "./activations.ts";
import type { Convolution } from "./convolution.ts";
import { encodeDispatches } from "./dispatch.ts";
import { withErrorScopes } from "./device.ts";
import { quadsOf } from "./kernels/conv_kernel.ts";
import type { DrawingEpilogue } from "./kernels/epilogue.ts";
import type { ConvLayer } from "./kernels/pack_weights.ts";
import { downloadPlane, uploadPlane } from "./plane_transfer.ts";

/** A plane of activations on the host, `[height][width][channels]`. */
export interface Plane {
  /** Cells per row. */
  readonly width: number;
  /** Number of rows. */
  readonly height: number;
  /** The values, channels of a cell side by side. */
  readonly data: Float64Array;
}

/**
 * Convolves a plane on the device and reads the result back.
 *
 * `skip` is added after the layer, as in the second convolution of a block.
 *
 * @returns `[height][width][outputs]`
 * @throws {GpuError} if the device fails.
 */
export async function runLayer(
  { gpu, convolution }: { gpu: GPUDevice; convolution: Convolution },
  { layer, source, skip }: { layer: ConvLayer; source: Plane; skip?: Plane | undefined },
): Promise<Float64Array> {
  const what = `Running the kernel "${convolution.kernel.name}"`;
  const { width, height } = source;
  const owned: (GPUBuffer | GPUTexture)[] = [];
  const allocate = (label: string, quads: number) => {
    const storage = convolution.kernel.activations;
    const made = createActivations(gpu, { label, storage, quads, width, height });
    owned.push(made.owner);
    return made;
  };
  try {
    const { outputs } = layer;
    const target = await withErrorScopes({ gpu, what }, () => {
      const epilogue: DrawingEpilogue = skip ? "add" : layer.slopes ? "prelu" : "linear";
      const prepared = convolution.prepare(
        layer,
        "shifts" in layer ? `exact-${epilogue}` : epilogue,
      );
      const usage = GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST;
      const extent = gpu.createBuffer({ size: 8, usage });
      owned.push(prepared.owner, extent);
      gpu.queue.writeBuffer(extent, 0, Uint32Array.of(width, height));
      const load = (label: string, { plane, channels }: { plane: Plane; channels: number }) => {
        const activations = allocate(label, quadsOf(channels));
        uploadPlane(gpu, { activations, values: plane.data, width, height, channels });
        return activations;
      };
      const from = load("source", { plane: source, channels: layer.inputs });
      const added = skip && load("skip", { plane: skip, channels: outputs });
      const to = allocate("target", quadsOf(outputs));
      const bound = convolution.bind(prepared, { source: from, target: to, skip: added, extent });
      const encoder = gpu.createCommandEncoder();
      encodeDispatches(encoder, [convolution.dispatch(bound, source)]);
      gpu.queue.submit([encoder.finish()]);
      return to;
    });
    return await downloadPlane(gpu, { activations: target, width, height, channels: outputs });
  } finally {
    for (const resource of owned) resource.destroy();
  }
}
