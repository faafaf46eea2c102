/**
 * Says in a sentence what went wrong.
 *
 * @module
 */

/** What went wrong, for people: no type names, no stack. Errors of our own are sentences already. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return `Something went wrong: ${String(error)}`;
  // Deno's advice is to allow everything, which is not ours.
  if (error instanceof Deno.errors.NotCapable && error.message.startsWith("Requires all access")) {
    return "Programs with limited permissions do not get at this; name one outside /dev, /proc and /sys";
  }
  const system = SYSTEM_ERRORS.find(([kind]) => error instanceof kind);
  if (system) return system[1];
  if (isOutOfMemory(error)) {
    return "There is not enough memory for it; close other programs, or work on a smaller image";
  }
  const code = (error as { code?: unknown }).code;
  const known = typeof code === "string" ? SYSTEM_CODES[code] : undefined;
  return known ?? UNCODED.find(([words]) => error.message.startsWith(words))?.[1] ??
    asSentence(error.message || error.name);
}

const SYSTEM_ERRORS: readonly (readonly [new (message?: string) => Error, string])[] = [
  [Deno.errors.NotFound, "There is no such file or folder"],
  [Deno.errors.IsADirectory, "It is a folder, where a file is expected; name the files in it"],
  [Deno.errors.NotADirectory, "A part of its path is not a folder"],
  [Deno.errors.PermissionDenied, "Permission is denied"],
  [Deno.errors.BrokenPipe, "What reads the output ended before all of it was there"],
  [
    Deno.errors.AlreadyExists,
    "The output came to exist meanwhile; --output names another, --force replaces it",
  ],
];

const SYSTEM_CODES: Readonly<Record<string, string>> = {
  ENOSPC: "The disk is full; make room and try again",
  EDQUOT: "The disk quota is used up; make room and try again",
  EROFS: "The file system is read-only; name another place with --output",
  ELOOP: "Its links lead round in a circle",
  EIO: "The disk reported an error",
  ENAMETOOLONG: "The name is longer than the file system takes; name another with --output",
};

/** What Deno has no code for. */
const UNCODED: readonly (readonly [words: string, meaning: string])[] = [
  ["Empty path is not allowed", "The name is empty; in a script, a variable may be that holds it"],
  [
    "File too large (os error",
    "The file is larger than the file system takes, or than this session may write (ulimit -f)",
  ],
];

/** What V8 throws where a buffer cannot be had. */
function isOutOfMemory(error: Error): boolean {
  return error instanceof RangeError &&
    /allocation failed|Invalid (typed array|array buffer) length/.test(error.message);
}

function asSentence(message: string): string {
  // The library speaks of its options; on the command line they have other names.
  const text = message.trim().replace(/\.$/, "").replaceAll('"maxPixels"', "--max-pixels")
    .replaceAll('"depth: 8"', "--depth 8").replaceAll('"lossless"', "--lossless").replaceAll(
      '"lattice: rows"',
      "--lattice rows",
    )
    .replaceAll('give one of your own as "coder"', "name one of your own with --coder")
    .replaceAll('"override"', "--force").replaceAll('"salvage"', "--salvage")
    .replaceAll('"compressCoded"', "compress --coded").replaceAll(
      'give it as "coder"',
      "name it with --coder",
    );
  return text.charAt(0).toUpperCase() + text.slice(1);
}
