/**
 * What the help and the manual end with: the meanings of the exit status, and examples.
 *
 * @module
 */

/** What the exit status says. */
export const EXIT_MEANINGS: readonly (readonly [status: number, meaning: string])[] = [
  [0, "All was done."],
  [1, "Something failed; what is not named on standard error was done."],
  [2, "The command line makes no sense; nothing was done."],
  [3, "There was nothing to do."],
  [4, "All was done, but some files are damaged, and what they lost was drawn (--salvage)."],
  [130, "Ctrl-C ended the program; nothing half-made was left."],
];

/** Examples that the help ends with. */
export const EXAMPLES: readonly (readonly [command: string, meaning: string])[] = [
  ["nnc -c photo.jpg", "writes photo.nnc, smaller, with no difference to see"],
  ["nnc -d photo.nnc", "writes photo.png"],
  ["nnc -c *.jpg --output packed/", "many files, into a folder"],
  ["nnc -t *.jpg", "trains on your photos and writes trained-quincunx.safetensors"],
  ["nnc -d photo.nnc --weights trained-quincunx.safetensors", "restores a classic file with that"],
];
