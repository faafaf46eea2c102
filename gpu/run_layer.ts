/**
 * One layer on one plane of numbers, there and back: how kernels are checked against the reference.
 *
 * @module
 */

import { type Activations, createActivations, QUAD_BYTES } from "./activations.ts";
import type { Convolution } from "./convolution.ts";
import { encodeDispatches } from "./dispatch.ts";
import { mapForReading, withErrorScopes } from "./device.ts";
import type { Epilogue } from "./kernels/conv_kernel.ts";
import type { Layer } from "./network.ts";

/** A plane of activations on the host, `[height][width][channels]`. */
export interface Plane {
  /** Cells per row. */
  readonly width: number;
  /** Number of rows. */
  readonly height: number;
  /** The values. */
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
  { layer, source, skip }: { layer: Layer; source: Plane; skip?: Plane },
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
    const staging = await withErrorScopes({ gpu, what }, () => {
      const epilogue: Epilogue = skip ? "add" : layer.slopes ? "prelu" : "linear";
      const prepared = convolution.prepare(layer, epilogue);
      const extent = gpu.createBuffer({
        size: 8,
        usage: GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST,
      });
      gpu.queue.writeBuffer(extent, 0, Uint32Array.of(width, height));
      const { inputQuads, outputQuads } = prepared.shape;
      const from = allocate("source", inputQuads);
      const added = skip && allocate("skip", outputQuads);
      const to = allocate("target", outputQuads);
      upload(gpu, { activations: from, plane: source, channels: layer.inputs });
      if (skip && added) upload(gpu, { activations: added, plane: skip, channels: layer.outputs });
      const bound = convolution.bind(prepared, { source: from, target: to, skip: added, extent });
      const dispatch = convolution.dispatch(bound, source);
      const encoder = gpu.createCommandEncoder();
      encodeDispatches(encoder, [dispatch]);
      const bytesPerRow = alignRow(width, to);
      const staging = gpu.createBuffer({
        size: bytesPerRow * height * outputQuads,
        usage: GPUBufferUsage.COPY_DST | GPUBufferUsage.MAP_READ,
      });
      if (to.owner instanceof GPUTexture) {
        encoder.copyTextureToBuffer(
          { texture: to.owner },
          { buffer: staging, bytesPerRow, rowsPerImage: height },
          { width, height, depthOrArrayLayers: outputQuads },
        );
      } else {
        encoder.copyBufferToBuffer(to.owner, 0, staging, 0, staging.size);
      }
      gpu.queue.submit([encoder.finish()]);
      owned.push(prepared.owner, extent, staging);
      return { buffer: staging, bytesPerRow };
    });
    await mapForReading(gpu, { buffer: staging.buffer, what });
    const quads = new Float32Array(staging.buffer.getMappedRange());
    return toPlane(quads, {
      width,
      height,
      channels: layer.outputs,
      stride: staging.bytesPerRow / 4,
    });
  } finally {
    for (const resource of owned) resource.destroy();
  }
}

/** Bytes from row to row in a readback: textures are copied in rows of whole 256 bytes. */
function alignRow(width: number, { owner }: Activations): number {
  const bytes = width * QUAD_BYTES;
  return owner instanceof GPUTexture ? Math.ceil(bytes / 256) * 256 : bytes;
}

function upload(
  gpu: GPUDevice,
  { activations, plane, channels }: { activations: Activations; plane: Plane; channels: number },
): void {
  const { width, height, data } = plane;
  const { owner, quads } = activations;
  const values = new Float32Array(quads * height * width * 4);
  for (let cell = 0; cell < width * height; cell++) {
    for (let channel = 0; channel < channels; channel++) {
      const quad = channel >> 2;
      values[(quad * width * height + cell) * 4 + (channel & 3)] = data[cell * channels + channel]!;
    }
  }
  if (owner instanceof GPUTexture) {
    gpu.queue.writeTexture(
      { texture: owner },
      values,
      { bytesPerRow: width * QUAD_BYTES, rowsPerImage: height },
      { width, height, depthOrArrayLayers: quads },
    );
  } else {
    gpu.queue.writeBuffer(owner, 0, values);
  }
}

function toPlane(
  values: Float32Array,
  { width, height, channels, stride }: {
    width: number;
    height: number;
    channels: number;
    stride: number;
  },
): Float64Array {
  const plane = new Float64Array(width * height * channels);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      for (let channel = 0; channel < channels; channel++) {
        const line = ((channel >> 2) * height + row) * stride;
        plane[(row * width + column) * channels + channel] =
          values[line + column * 4 + (channel & 3)]!;
      }
    }
  }
  return plane;
}
