/**
 * Kernels that are compiled to WebAssembly and lie in the program's own text.
 *
 * @module
 */

/**
 * Instantiates a kernel.
 *
 * @param text its module in base64, in pieces
 * @returns what it exports; `undefined` where there is no WebAssembly with SIMD, or a page's policy forbids it
 */
export async function openKernel<Exports>(text: readonly string[]): Promise<Exports | undefined> {
  const bytes = Uint8Array.from(atob(text.join("")), (letter) => letter.charCodeAt(0));
  if (typeof WebAssembly === "undefined" || !WebAssembly.validate(bytes)) return undefined;
  try {
    const { instance } = await WebAssembly.instantiate(bytes, { env: { abort: () => {} } });
    return instance.exports as Exports;
  } catch (error) {
    // What was found valid fails to compile only where it may not.
    if (error instanceof WebAssembly.CompileError) return undefined;
    throw error;
  }
}
