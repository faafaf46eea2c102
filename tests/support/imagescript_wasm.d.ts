/** The part of ImageScript that needs no permission. @module */

/** Its PNG decoder. */
export const png: WebAssembly.Module;
