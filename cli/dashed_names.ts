/**
 * Files whose names begin with a dash, as a shell's `*` hands them over: they read as options.
 *
 * @module
 */

import { commandWords } from "./command_words.ts";
import { COMMANDS } from "./definitions.ts";
import { OPTIONS } from "./option_definitions.ts";
import { STANDARD_STREAM } from "./inputs.ts";
import { UsageError } from "./usage_error.ts";

/**
 * Looks whether a word that is no option of ours is the name of a file. The parser would take it apart, into letters or
 * into an option with its value: of `-output.jpg` it would make an output called `utput.jpg`.
 *
 * @throws {UsageError} if one is, that says how to write it.
 */
export function checkDashedNames(args: readonly string[]): void {
  const end = args.indexOf("--");
  const known = knownWords();
  const words = end < 0 ? args : args.slice(0, end);
  const name = words.find((word) => word.startsWith("-") && !known.has(word) && isThere(word));
  if (name === undefined) return;
  throw new UsageError(
    `"${name}" is a file, but reads as an option; write "./${name}" (for a pattern, "./*"), or -- before all files`,
  );
}

function knownWords(): Set<string> {
  const commands = (Object.keys(COMMANDS) as (keyof typeof COMMANDS)[]).flatMap(commandWords);
  const options = Object.entries(OPTIONS).flatMap(([name, definition]) =>
    "short" in definition ? [`--${name}`, `-${definition.short}`] : [`--${name}`]
  );
  return new Set([STANDARD_STREAM, ...commands, ...options]);
}

function isThere(path: string): boolean {
  try {
    Deno.lstatSync(path);
    return true;
  } catch {
    return false;
  }
}
