/**
 * Text to the program's outputs.
 *
 * @module
 */

const encoder = new TextEncoder();

/** Writes all of a text, now. */
export function writeAll(where: "stdout" | "stderr", text: string): void {
  const bytes = encoder.encode(text);
  try {
    for (let sent = 0; sent < bytes.length;) sent += Deno[where].writeSync(bytes.subarray(sent));
  } catch (error) {
    // Whoever read our output has gone, as `head` does; what is left to say has no listener.
    if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
  }
}
