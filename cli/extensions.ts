/**
 * Endings of file names that the program goes by.
 *
 * @module
 */

/** Endings of the images that are looked for in folders. */
export const IMAGE_EXTENSIONS: readonly string[] = [".jpg", ".jpeg", ".jpe", ".jfif", ".png"];

/** Endings of our own files. */
export const NNC_EXTENSIONS: readonly string[] = [".nnc"];

/** Endings of the logs of training. */
export const LOG_EXTENSIONS: readonly string[] = [".jsonl"];
