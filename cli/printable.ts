/**
 * Text that is safe to show on a terminal.
 *
 * @module
 */

/** Controls but tab, and the marks that turn the direction of writing. */
// deno-lint-ignore no-control-regex
const COMMANDS = /[\x00-\x08\x0a-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/**
 * Escapes what would command a terminal: a file from a stranger's archive may have a name that clears the screen,
 * one that reads backwards, or one of two lines, of which the second looks like a message of its own. JSON that is escaped in this
 * way still says the same.
 */
export function printable(text: string): string {
  return text.replace(
    COMMANDS,
    (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
