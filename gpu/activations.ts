/**
 * Planes of channel quads on the device, in a texture array or in a buffer.
 *
 * @module
 */

import type { Storage } from "./kernels/conv_kernel.ts";

/** Bytes of a quad: four float32. */
export const QUAD_BYTES = 16;

/** Activations of one plane: `[quads][height][width]` of `vec4f`. */
export interface Activations {
  /** What a shader is bound to: the whole buffer, or a view of all layers. */
  readonly resource: GPUBindingResource;
  /** The texture or buffer itself, to be copied from and destroyed. */
  readonly owner: GPUTexture | GPUBuffer;
  /** Number of quads. */
  readonly quads: number;
}

/**
 * The size of a texture that holds a plane: never a power of two in either direction, because llvmpipe compiles a
 * shader anew for textures whose sides are, which takes a second.
 */
export function textureSize(
  { width, height }: { width: number; height: number },
): { width: number; height: number } {
  const avoid = (side: number) => side < 3 ? 3 : (side & (side - 1)) === 0 ? side + 1 : side;
  return { width: avoid(width), height: avoid(height) };
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
    size: { ...textureSize({ width, height }), depthOrArrayLayers: quads },
    format: "rgba32float",
    usage: GPUTextureUsage.STORAGE_BINDING | GPUTextureUsage.TEXTURE_BINDING |
      GPUTextureUsage.COPY_SRC | GPUTextureUsage.COPY_DST,
  });
  return { resource: owner.createView({ dimension: "2d-array" }), owner, quads };
}
