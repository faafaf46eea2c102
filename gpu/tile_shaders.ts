/**
 * The shaders at the two ends of a network: bytes to activations, and activations to bytes.
 *
 * @module
 */

import type { Geometry } from "./geometry.ts";
import type { Storage } from "./kernels/conv_kernel.ts";
import inBuffers from "./shaders/activations_buffer.wgsl" with { type: "text" };
import inTextures from "./shaders/activations_texture.wgsl" with { type: "text" };
import average from "./shaders/average.wgsl" with { type: "text" };
import drawing from "./shaders/drawing.wgsl" with { type: "text" };
import finish from "./shaders/finish.wgsl" with { type: "text" };
import unpack from "./shaders/unpack.wgsl" with { type: "text" };

/** Width and height of the workgroups of both shaders, in cells. */
export const END_WORKGROUP = { width: 16, height: 8 } as const;

/** The compiled ends of a network. */
export interface TileShaders {
  /** Bytes of the region to input quads. */
  readonly unpack: GPUComputePipeline;
  /** Output quads and bytes of the region to bytes of the tile. */
  readonly finish: GPUComputePipeline;
}

/** Compiles both ends for activations in textures or in buffers. */
export function compileTileShaders(gpu: GPUDevice, storage: Storage): TileShaders {
  return {
    unpack: compileEnd(gpu, { label: "unpack", storage, source: unpack }),
    finish: compileEnd(gpu, { label: "finish", storage, source: drawing + finish }),
  };
}

/** Compiles what takes the place of `finish` where several views of an image are averaged. */
export function compileAverage(gpu: GPUDevice, storage: Storage): GPUComputePipeline {
  return compileEnd(gpu, { label: "average", storage, source: drawing + average });
}

function compileEnd(
  gpu: GPUDevice,
  { label, storage, source }: { label: string; storage: Storage; source: string },
): GPUComputePipeline {
  const code = (storage === "texture" ? inTextures : inBuffers) + source;
  const module = gpu.createShaderModule({ label, code });
  return gpu.createComputePipeline({
    label,
    layout: "auto",
    compute: { module, entryPoint: "main" },
  });
}

/** A geometry's taps as `drawing.wgsl` reads them. */
export function packTaps(
  geometry: Geometry,
): { taps: ArrayBuffer; starts: Uint32Array<ArrayBuffer> } {
  const all = geometry.base.flat();
  // A buffer must not be empty, even if no phase has a tap.
  const taps = new ArrayBuffer(Math.max(1, all.length) * 16);
  const integers = new Int32Array(taps);
  const floats = new Float32Array(taps);
  all.forEach(({ phase, dx, dy, weight }, index) => {
    integers.set([phase, dx, dy], index * 4);
    floats[index * 4 + 3] = weight;
  });
  const starts = new Uint32Array(geometry.missing + 1);
  geometry.base.forEach((list, phase) => starts[phase + 1] = starts[phase]! + list.length);
  return { taps, starts };
}
