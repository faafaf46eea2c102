/**
 * Hands in what Deno has: zlib in native code, compiled codecs, files, and the processor's clock.
 *
 * Importing it is all there is to do; the entries of the library and the program do.
 *
 * @module
 */

import process from "node:process";
import { inflateSync } from "node:zlib";
import { requestAdapter } from "./deno_adapter_request.ts";
import { inflateSlowly } from "./inflate_slowly.ts";
import { fetchAsset, usePlatform } from "./platform.ts";

/** What zlib answers with `info`. */
interface WithEngine {
  readonly buffer: Uint8Array<ArrayBuffer>;
  readonly engine: { readonly bytesWritten: number };
}

usePlatform({
  inflate: inflateNatively,
  inflateCarefully: inflateSlowly,
  // Loaded when first needed, as much of the program needs none.
  compileCodec: async (name) => (await import("./deno_codecs.js"))[name],
  // By way of Deno's own call, an asset inside a compiled program is found too.
  readAsset: (url) => url.protocol === "file:" ? Deno.readFile(url) : fetchAsset(url),
  processorMilliseconds,
  mayStartWorker,
  adapterAdvice:
    "Install a Vulkan driver for your graphics card, or a software one (on Debian and Ubuntu: mesa-vulkan-drivers)",
  requestAdapter,
});

function inflateNatively(compressed: Uint8Array, length: number): Uint8Array | undefined {
  try {
    const options = { maxOutputLength: length, info: true };
    const { buffer, engine } = inflateSync(compressed, options) as unknown as WithEngine;
    if (buffer.length !== length || engine.bytesWritten !== compressed.length) return undefined;
    // A plain view: a Buffer's slice() would share memory with the image.
    return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.length);
  } catch (cause) {
    // zlib's errors have codes; without one it is the memory that is wanting, not the file.
    if (cause instanceof RangeError && !("code" in cause)) throw cause;
    return undefined;
  }
}

/** A worker reads its module under the permissions of the program; a compiled program has its modules elsewhere. */
function mayStartWorker(module: URL): boolean {
  if (module.protocol !== "file:" || Deno.build.standalone) return false;
  return Deno.permissions.querySync({ name: "read", path: module }).state === "granted";
}

function processorMilliseconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000 / navigator.hardwareConcurrency;
}
