/**
 * Reading NNC files in a browser: what they hold, and the whole image. Nothing here writes, trains, or needs anything but web
 * standards.
 *
 * ```sh
 * deno bundle --platform browser web/reader.ts --output reader.js
 * ```
 *
 * makes one file of it that a page can import; shaders are inside. Weights are fetched when they are needed, from beside that
 * file, or from where `weights` of {@link RestoreOptions} says. Without WebGPU the networks run on the processor, slowly.
 *
 * @module
 */

export { restore, type RestoreOptions } from "../weights/restore.ts";
export type { RestoredImage } from "../codec/restore.ts";
export type { OpenOptions } from "../codec/file_shape.ts";
export type { ChecksumState } from "../codec/nnc_file.ts";
export { type Facts, probe } from "../codec/probe.ts";
export { type Engine, type EngineOptions, openEngine } from "../gpu/engine.ts";

export { ContainerError } from "../codec/container_error.ts";
export { ImageError } from "../codec/image/image_error.ts";
export { LatticeError } from "../codec/lattice/lattice_error.ts";
export { GpuError } from "../gpu/errors.ts";
export { WeightsError } from "../weights/weights_error.ts";
