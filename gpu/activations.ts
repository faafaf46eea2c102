/**
 * Planes of channel quads on the device, in a texture array or in a buffer.
 *
 * @module
 */

import type { Storage } from "./kernels/kernel.ts";

/** Bytes of a quad: four float32. */
export const QUAD_BYTES = 16;

/** Activations of one plane: `[quads][height][width]` of `vec4f`. */
export interface Activations {
  /** What to bind to a shader. */
  readonly resource: GPUBindingResource;
  /** The texture or buffer itself. */
  readonly owner: GPUTexture | GPUBuffer;
  /** Number of quads. */
  readonly quads: number;
}

/** Allocates activations. Call inside error scopes: an allocation fails silently otherwise. */
export function createActivations(
  gpu: GPUDevice,
  { label, storage, quads, width, height }: {
    label: string;
    storage: Storage;
    quads: number;
    width: number;
    height: number;
  },
): Activations {
  if (storage === "buffer") {
    const size = width * height * quads * QUAD_BYTES;
    const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
    const owner = gpu.createBuffer({ label, size, usage });
    return { resource: { buffer: owner }, owner, quads };
  }
  const owner = gpu.createTexture({
    label,
    size: { width, height, depthOrArrayLayers: quads },
    format: "rgba32float",
    usage: GPUTextureUsage.STORAGE_BINDING | GPUTextureUsage.TEXTURE_BINDING |
      GPUTextureUsage.COPY_SRC | GPUTextureUsage.COPY_DST,
  });
  return { resource: owner.createView({ dimension: "2d-array" }), owner, quads };
}
