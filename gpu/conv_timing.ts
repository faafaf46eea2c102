/**
 * How fast a convolution kernel is on a device, whatever its results are checked against.
 *
 * @module
 */

import { createActivations } from "./activations.ts";
import { type Convolution, convolutionFor } from "./convolution.ts";
import { type Device, withErrorScopes } from "./device.ts";
import { encodeDispatches } from "./dispatch.ts";
import { type ConvKernel, quadsOf } from "./kernels/conv_kernel.ts";
import type { Epilogue } from "./kernels/epilogue.ts";
import type { ConvLayer } from "./kernels/pack_weights.ts";
import type { PlaneShape } from "./reference_convolution.ts";
import { secondsOfDispatch } from "./timing.ts";

/** Sizes of the plane that is timed, in cells: enough workgroups to fill a device. */
const TIMED_PLANES = {
  software: { width: 128, height: 96 },
  hardware: { width: 544, height: 272 },
};

/**
 * What compiles kernels on a device, and times them with a layer.
 *
 * @param options.layer asked for when a kernel is timed
 * @param options.epilogue what the layer's sums go through
 */
export function convolutionTiming(
  device: Device,
  { layer, epilogue }: { layer: () => ConvLayer; epilogue: Epilogue },
): {
  readonly prepare: (kernel: ConvKernel) => Promise<Convolution>;
  /** Multiply-adds a second. */
  readonly time: (kernel: ConvKernel) => Promise<number>;
} {
  const { gpu, software } = device;
  const prepare = (kernel: ConvKernel) =>
    withErrorScopes(
      { gpu, what: `Preparing the kernel "${kernel.name}"` },
      () => convolutionFor(gpu, kernel),
    );
  const time = async (kernel: ConvKernel) => {
    const plane = software ? TIMED_PLANES.software : TIMED_PLANES.hardware;
    const timed = layer();
    const convolution = await prepare(kernel);
    const seconds = await secondsOfConvolution(device, {
      convolution,
      layer: timed,
      epilogue,
      plane,
    });
    return timed.inputs * timed.outputs * 9 * plane.width * plane.height / seconds;
  };
  return { prepare, time };
}

/** Seconds that a layer takes over a plane, after which nothing is added. */
async function secondsOfConvolution(
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
