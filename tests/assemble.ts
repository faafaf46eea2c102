/**
 * Makes `gpu/exact_kernel.ts` of `gpu/assembly/convolve.ts`: `deno task assemble`. The same source gives the same bytes.
 *
 * @module
 */

import asc from "npm:assemblyscript@0.28.20/asc";

const SOURCE = new URL("../gpu/assembly/convolve.ts", import.meta.url);
const TARGET = new URL("../gpu/exact_kernel.ts", import.meta.url);
const LINE = 96;

/** The text of the module that has the compiled kernel. */
export async function assemble(): Promise<string> {
  const sources = { "convolve.ts": await Deno.readTextFile(SOURCE) };
  const options = {
    optimizeLevel: 3,
    shrinkLevel: 0,
    noAssert: true,
    enable: ["simd"],
    runtime: "stub",
  };
  const { error, binary, stderr } = await asc.compileString(sources, options) as {
    error: Error | null;
    binary: Uint8Array | null;
    stderr: { toString(): string };
  };
  if (error || !binary) throw new Error(`AssemblyScript failed: ${stderr.toString()}`);
  const text = binary.toBase64();
  const lines = Array.from(
    { length: Math.ceil(text.length / LINE) },
    (_, index) => `  "${text.slice(index * LINE, (index + 1) * LINE)}",`,
  );
  return [
    "/**",
    " * The kernel of exact networks, WebAssembly in base64, made by `deno task assemble` of `gpu/assembly/convolve.ts`.",
    " *",
    " * @module",
    " */",
    "",
    "/** Lines of base64. */",
    "// deno-fmt-ignore",
    "export const EXACT_KERNEL: readonly string[] = [",
    ...lines,
    "];",
    "",
  ].join("\n");
}

if (import.meta.main) await Deno.writeTextFile(TARGET, await assemble());
