/** Single convolutions, by kernel and channel count. @module */

import { createActivations, QUAD_BYTES } from "../../gpu/activations.ts";
import { Convolution } from "../../gpu/convolution.ts";
import { encodeDispatches } from "../../gpu/dispatch.ts";
import { type Device, withErrorScopes } from "../../gpu/device.ts";
import { type ConvKernel, quadsOf } from "../../gpu/kernels/conv_kernel.ts";
import { runLayer } from "../../gpu/run_layer.ts";
import { expectedOf, largestDifference, makeLayer, makePlane } from "./problems.ts";
import { type Seconds, timeRepeated } from "../clock.ts";

/** One convolution through one kernel. */
export interface ForwardRow extends Seconds {
  readonly kernel: string;
  /** Channels that go in, and as many that come out. */
  readonly channels: number;
  /** Cells of the plane. */
  readonly plane: { readonly width: number; readonly height: number };
  /** 10⁹ operations by the direct convolution. */
  readonly gigaflop: number;
  /** Largest difference of a value from the reference's; values are of order one. */
  readonly difference: number;
}

/** The channel counts of the networks. */
const CHANNELS = [16, 32, 64];

/** The planes: on a processor the larger one takes its time and tells nothing new. */
const PLANES = {
  software: [{ width: 512, height: 384 }],
  hardware: [{ width: 512, height: 384 }, { width: 2048, height: 1365 }],
};

/** Largest difference that is put down to rounding. */
const TOLERANCE = 1e-5;

/** Checks and times every kernel that is given. */
export async function measureForward(
  device: Device,
  kernels: readonly ConvKernel[],
): Promise<ForwardRow[]> {
  const rows: ForwardRow[] = [];
  for (const kernel of kernels) {
    for (const channels of CHANNELS) {
      const shape = { inputQuads: quadsOf(channels), outputQuads: quadsOf(channels) };
      if (kernel.fits?.({ ...shape, epilogue: "prelu" }) === false) continue;
      const difference = await verify(device.gpu, { kernel, channels });
      for (const plane of PLANES[device.software ? "software" : "hardware"]) {
        if (!hasRoom(device.gpu, { kernel, channels, plane })) continue;
        rows.push({
          ...await measureConvolution(device.gpu, { kernel, channels, plane }),
          difference,
        });
      }
    }
  }
  return rows;
}

interface ForwardCase {
  readonly kernel: ConvKernel;
  readonly channels: number;
  readonly plane: { readonly width: number; readonly height: number };
}

/** Whether a plane's activations can be bound, where they are kept in a buffer. */
function hasRoom(gpu: GPUDevice, { kernel, channels, plane }: ForwardCase): boolean {
  const bytes = quadsOf(channels) * QUAD_BYTES * plane.width * plane.height;
  return kernel.activations === "texture" || bytes <= gpu.limits.maxStorageBufferBindingSize;
}

async function measureConvolution(
  gpu: GPUDevice,
  { kernel, channels, plane }: ForwardCase,
): Promise<Omit<ForwardRow, "difference">> {
  const convolution = new Convolution(gpu, kernel);
  const layer = makeLayer({ inputs: channels, outputs: channels }, { prelu: true });
  const { dispatch, owned } = await withErrorScopes({ gpu, what: "Preparing the bench" }, () => {
    const prepared = convolution.prepare(layer, "prelu");
    const shape = { storage: kernel.activations, quads: quadsOf(channels), ...plane };
    const source = createActivations(gpu, { label: "source", ...shape });
    const target = createActivations(gpu, { label: "target", ...shape });
    const usage = GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST;
    const extent = gpu.createBuffer({ size: 8, usage });
    gpu.queue.writeBuffer(extent, 0, Uint32Array.of(plane.width, plane.height));
    return {
      dispatch: convolution.dispatch(convolution.bind(prepared, { source, target, extent }), plane),
      owned: [prepared.owner, source.owner, target.owner, extent],
    };
  });
  const seconds = await timeRepeated(async (times) => {
    await withErrorScopes({ gpu, what: "Convolving" }, () => {
      const encoder = gpu.createCommandEncoder();
      encodeDispatches(encoder, Array(times).fill(dispatch));
      gpu.queue.submit([encoder.finish()]);
    });
    await gpu.queue.onSubmittedWorkDone();
  });
  for (const resource of owned) resource.destroy();
  const gigaflop = 2 * 9 * channels ** 2 * plane.width * plane.height / 1e9;
  return { kernel: kernel.name, channels, plane, gigaflop, ...seconds };
}

async function verify(
  gpu: GPUDevice,
  { kernel, channels }: { kernel: ConvKernel; channels: number },
): Promise<number> {
  const convolution = new Convolution(gpu, kernel);
  const layer = makeLayer({ inputs: channels, outputs: channels }, { prelu: true });
  const source = makePlane({ width: 71, height: 37 }, channels);
  const found = await runLayer({ gpu, convolution }, { layer, source });
  const difference = largestDifference(found, expectedOf(layer, { source }));
  if (difference < TOLERANCE) return difference;
  throw new Error(
    `The kernel "${kernel.name}" is off by ${difference} at ${channels} channels; ` +
      "nothing is reported",
  );
}
