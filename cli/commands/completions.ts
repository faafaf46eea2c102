/**
 * `nnc completions`: what lets a shell complete command lines.
 *
 * @module
 */

import { bashCompletion } from "../completions/bash.ts";
import { fishCompletion } from "../completions/fish.ts";
import { zshCompletion } from "../completions/zsh.ts";
import { EXIT, type Invocation } from "../invocation.ts";
import { UsageError } from "../usage_error.ts";

const SCRIPTS: ReadonlyMap<string, () => string> = new Map([
  ["bash", bashCompletion],
  ["zsh", zshCompletion],
  ["fish", fishCompletion],
]);

/** Prints the script for the operand. */
export function run({ operands, terminal }: Invocation): Promise<number> {
  const [shell] = operands;
  const script = SCRIPTS.get(shell!);
  if (!script) {
    const known = [...SCRIPTS.keys()].join(", ");
    throw new UsageError(`There are completions for ${known}; found "${shell}"`);
  }
  terminal.result(script().trimEnd().split("\n"), undefined);
  return Promise.resolve(EXIT.done);
}
