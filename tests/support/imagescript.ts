/**
 * The parts of ImageScript that need no permission. It knows nothing of ours: what its PNG decoder sees in our files is what
 * other programs see, and its framebuffer puts pictures together in its own way.
 *
 * @module
 */

import framebuffer from "npm:imagescript@1.3.1/v2/framebuffer.mjs";
import { png } from "./imagescript_wasm.js";

/** Pixels that can be cut, scaled and put into others. Its types are those of a CommonJS module, which it is not. */
export const Framebuffer = framebuffer as unknown as typeof framebuffer.default;

/** What ImageScript sees. */
export interface ShownImage {
  /** Columns. */
  readonly width: number;
  /** Rows. */
  readonly height: number;
  /** R, G, B and A of each pixel. */
  readonly rgba: Uint8Array;
}

/** What the decoder exports; lengths and addresses are in bytes. */
interface Decoder {
  readonly memory: WebAssembly.Memory;
  walloc(length: number): number;
  decode(address: number, length: number): number;
  width(): number;
  height(): number;
}

/**
 * Decodes a PNG of 8 bits a sample. Transparency of a colour (tRNS of grey and RGB) is forgotten.
 *
 * @throws {Error} if it is damaged.
 */
export function decodeByImageScript(file: Uint8Array): ShownImage {
  const env = { emscripten_notify_memory_growth() {} };
  const instance = new WebAssembly.Instance(png, { env });
  const decoder = instance.exports as unknown as Decoder;
  const at = decoder.walloc(file.length);
  new Uint8Array(decoder.memory.buffer).set(file, at);
  const pixels = decoder.decode(at, file.length);
  if (pixels < 0) throw new Error(`ImageScript cannot decode the file (${pixels})`);
  const [width, height] = [decoder.width(), decoder.height()];
  const rgba = new Uint8Array(decoder.memory.buffer).slice(pixels, pixels + 4 * width * height);
  return { width, height, rgba };
}
