/**
 * Hands in what Node has: zlib in native code, compiled codecs, files, threads, and the graphics card where the package
 * `webgpu` is installed.
 *
 * The npm package has it in the place of `platform/deno.ts`; paths are those of that package, whose modules lie in one folder.
 *
 * @module
 */

import { readFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import process from "node:process";
import { inflateSlowly } from "./inflate_slowly.ts";
import { requestAdapter } from "./node_adapter_request.ts";
import { inflateNatively } from "./node_inflate.ts";
import "./node_standards.ts";
import { beWorkerScope, startWorker } from "./node_worker.ts";
import { type CodecName, fetchAsset, usePlatform } from "./platform.ts";
import { CODEC_FILES } from "./web.ts";

beWorkerScope();

const compiled = new Map<CodecName, Promise<WebAssembly.Module>>();

usePlatform({
  inflate: inflateNatively,
  inflateCarefully: inflateSlowly,
  compileCodec(name) {
    let codec = compiled.get(name);
    if (!codec) compiled.set(name, codec = compileCodec(name));
    return codec;
  },
  readAsset: (url) => url.protocol === "file:" ? readPlain(url) : fetchAsset(url),
  processorMilliseconds,
  mayStartWorker: (module) => module.protocol === "file:",
  startWorker,
  runtime: {
    name: "Node",
    found: `${process.versions.node} on ${process.arch}-${process.platform}`,
  },
  adapterAdvice:
    'Install the npm package "webgpu" beside this one (it needs Node 22.12), and a Vulkan driver for your graphics card',
  requestAdapter,
});

async function compileCodec(name: CodecName): Promise<WebAssembly.Module> {
  return await WebAssembly.compile(
    await readPlain(new URL(`./codecs/${CODEC_FILES[name]}`, import.meta.url)),
  );
}

/** A plain array: a Buffer's slice() would share memory. */
async function readPlain(url: URL): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await readFile(url));
}

function processorMilliseconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000 / availableParallelism();
}
