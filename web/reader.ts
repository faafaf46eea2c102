/**
 * Reading NNC files in a browser: what they hold, and the whole image. Nothing here writes NNC files, trains, or needs
 * anything but web standards.
 *
 * `deno task web` makes one file of it, `web/dist/reader.js`, that a page can import; shaders are inside. Weights are fetched
 * when they are needed, from `weights/` beside that file, or from where `weights` of {@link RestoreOptions} says. Without WebGPU
 * the networks run on the processor.
 *
 * ```js ignore
 * import { encodePng, restore } from "./reader.js";
 *
 * const file = await (await fetch("photo.nnc")).arrayBuffer();
 * const image = await restore(file, { tier: "draft" });
 * document.querySelector("img").src = URL.createObjectURL(new Blob([await encodePng(image)], { type: "image/png" }));
 * ```
 *
 * @module
 */

export { probe, restore } from "./read.ts";
export { openEngine } from "./engine.ts";
export { encodePng } from "./png_encoder.ts";
export type { RestoreOptions } from "../weights/restore.ts";
export type { RestoredFile } from "../weights/restore_file.ts";
export type { OpenOptions } from "../codec/file_shape.ts";
export type { ChecksumState } from "../codec/nnc_file.ts";
export type { Facts } from "../codec/probe.ts";
export type { Engine, EngineOptions } from "../gpu/engine.ts";

export { ContainerError } from "../codec/container_error.ts";
export { ImageError } from "../codec/image/image_error.ts";
export { LatticeError } from "../codec/lattice/lattice_error.ts";
export { GpuError } from "../gpu/errors.ts";
export { WeightsError } from "../weights/weights_error.ts";
