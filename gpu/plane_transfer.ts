/**
 * Planes of numbers between host and device: `[height][width][channels]` here, quads of channels there.
 *
 * @module
 */

import { type Activations, QUAD_BYTES } from "./activations.ts";
import { mapForReading, withErrorScopes } from "./device.ts";

/** A plane's cells, and how many channels of the activations count. */
export interface PlaneSize {
  /** Cells per row. */
  readonly width: number;
  /** Number of rows. */
  readonly height: number;
  /** Channels of a cell. */
  readonly channels: number;
}

/** Writes `values` into activations; channels beyond are zero. */
export function uploadPlane(
  gpu: GPUDevice,
  { activations, values, width, height, channels }: PlaneSize & {
    readonly activations: Activations;
    readonly values: ArrayLike<number>;
  },
): void {
  const { owner, quads } = activations;
  const cells = width * height;
  const ordered = new Float32Array(quads * cells * 4);
  for (let at = 0; at < cells * channels; at++) {
    const channel = at % channels;
    ordered[((channel >> 2) * cells + Math.floor(at / channels)) * 4 + (channel & 3)] = values[at]!;
  }
  if (owner instanceof GPUBuffer) return gpu.queue.writeBuffer(owner, 0, ordered);
  gpu.queue.writeTexture(
    { texture: owner },
    ordered,
    { bytesPerRow: width * QUAD_BYTES, rowsPerImage: height },
    { width, height, depthOrArrayLayers: quads },
  );
}

/**
 * Reads activations back.
 *
 * @returns `[height][width][channels]`
 * @throws {GpuError} if the device fails.
 */
export async function downloadPlane(
  gpu: GPUDevice,
  { activations, width, height, channels }: PlaneSize & { readonly activations: Activations },
): Promise<Float64Array> {
  const { owner, quads } = activations;
  const what = "Reading activations";
  // Textures are copied in rows of whole 256 bytes.
  const alignment = owner instanceof GPUTexture ? 256 : 1;
  const bytesPerRow = Math.ceil(width * QUAD_BYTES / alignment) * alignment;
  const buffer = await withErrorScopes({ gpu, what }, () => {
    const usage = GPUBufferUsage.COPY_DST | GPUBufferUsage.MAP_READ;
    const buffer = gpu.createBuffer({ size: bytesPerRow * height * quads, usage });
    const encoder = gpu.createCommandEncoder();
    if (owner instanceof GPUTexture) {
      encoder.copyTextureToBuffer(
        { texture: owner },
        { buffer, bytesPerRow, rowsPerImage: height },
        { width, height, depthOrArrayLayers: quads },
      );
    } else encoder.copyBufferToBuffer(owner, 0, buffer, 0, buffer.size);
    gpu.queue.submit([encoder.finish()]);
    return buffer;
  });
  try {
    await mapForReading(gpu, { buffer, what });
    const values = new Float32Array(buffer.getMappedRange());
    const stride = bytesPerRow / 4;
    return Float64Array.from({ length: width * height * channels }, (_, at) => {
      const channel = at % channels;
      const cell = Math.floor(at / channels);
      const row = (channel >> 2) * height + Math.floor(cell / width);
      return values[row * stride + cell % width * 4 + (channel & 3)]!;
    });
  } finally {
    buffer.destroy();
  }
}
