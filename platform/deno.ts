/**
 * Hands in what Deno has: zlib in native code, compiled codecs, files, and the processor's clock.
 *
 * Importing it is all there is to do; the entries of the library and the program do.
 *
 * @module
 */

import process from "node:process";
import { requestAdapter } from "./deno_adapter_request.ts";
import { inflateSlowly } from "./inflate_slowly.ts";
import { inflateNatively } from "./node_inflate.ts";
import { fetchAsset, usePlatform } from "./platform.ts";

usePlatform({
  inflate: inflateNatively,
  inflateCarefully: inflateSlowly,
  // Loaded when first needed, as much of the program needs none.
  compileCodec: async (name) => (await import("./deno_codecs.js"))[name],
  // By way of Deno's own call, an asset inside a compiled program is found too.
  readAsset: (url) => url.protocol === "file:" ? Deno.readFile(url) : fetchAsset(url),
  processorMilliseconds,
  mayStartWorker,
  runtime: { name: "Deno", found: `${Deno.version.deno} on ${Deno.build.target}` },
  adapterAdvice:
    "Install a Vulkan driver for your graphics card, or a software one (on Debian and Ubuntu: mesa-vulkan-drivers)",
  requestAdapter,
});

/** A worker reads its module under the permissions of the program; a compiled program has its modules elsewhere. */
function mayStartWorker(module: URL): boolean {
  if (module.protocol !== "file:" || Deno.build.standalone) return false;
  return Deno.permissions.querySync({ name: "read", path: module }).state === "granted";
}

function processorMilliseconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000 / navigator.hardwareConcurrency;
}
