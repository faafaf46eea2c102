/**
 * Makes programs of what is written in AssemblyScript: `deno task assemble`. The same source gives the same bytes.
 *
 * @module
 */

import asc from "npm:assemblyscript@0.28.20/asc";

const ROOT = new URL("../", import.meta.url);
const LINE = 96;
const OPTIONS = ["-O3", "--noAssert", "--enable", "simd", "--runtime", "stub"];

/** A kernel: its source, what it becomes, and how that names it. */
export interface KernelSource {
  readonly source: string;
  readonly target: string;
  readonly constant: string;
  readonly about: string;
}

/** All kernels of the processor. */
export const KERNEL_SOURCES: readonly KernelSource[] = [
  {
    source: "gpu/assembly/convolve.ts",
    target: "gpu/exact_kernel.ts",
    constant: "EXACT_KERNEL",
    about: "The kernel of exact networks",
  },
  {
    source: "codec/entropy/assembly/phase.ts",
    target: "codec/entropy/phase_kernel.ts",
    constant: "PHASE_KERNEL",
    about: "The kernel of the samples of a phase",
  },
];

/** The text of the module that has the compiled kernel. */
export async function assemble(kernel: KernelSource): Promise<string> {
  const { source, constant, about } = kernel;
  const stderr = asc.createMemoryStream();
  let binary: Uint8Array | undefined;
  const { error } = await asc.main([source, "--outFile", "kernel.wasm", ...OPTIONS], {
    stderr,
    readFile: (name) => Deno.readTextFile(new URL(name, ROOT)).catch(() => null),
    writeFile: (name, contents) => {
      if (name === "kernel.wasm") binary = contents as Uint8Array;
    },
    listFiles: () => [],
  });
  if (error || !binary) throw new Error(`AssemblyScript failed: ${stderr.toString()}`);
  const text = binary.toBase64();
  const lines = Array.from(
    { length: Math.ceil(text.length / LINE) },
    (_, index) => `  "${text.slice(index * LINE, (index + 1) * LINE)}",`,
  );
  return [
    "/**",
    ` * ${about}, WebAssembly in base64, made by \`deno task assemble\` of \`${source}\`.`,
    " *",
    " * @module",
    " */",
    "",
    "/** Lines of base64. */",
    "// deno-fmt-ignore",
    `export const ${constant}: readonly string[] = [`,
    ...lines,
    "];",
    "",
  ].join("\n");
}

if (import.meta.main) {
  for (const kernel of KERNEL_SOURCES) {
    await Deno.writeTextFile(new URL(kernel.target, ROOT), await assemble(kernel));
  }
}
