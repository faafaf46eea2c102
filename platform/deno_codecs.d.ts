/**
 * Compiled codecs, ready to be instantiated.
 *
 * @module
 */

/** oxipng 9.1 with libdeflate 1.20, single-threaded. */
export const oxipng: WebAssembly.Module;

/** The JPEG decoder of mozjpeg, which is libjpeg-turbo's. */
export const mozjpegDecoder: WebAssembly.Module;
