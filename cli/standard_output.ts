/**
 * Standard output as the place of a file.
 *
 * @module
 */

import type { Invocation } from "./invocation.ts";
import { UsageError } from "./usage_error.ts";

/**
 * Keeps standard output for a file, so that what is said goes elsewhere.
 *
 * @param what the file is, for people: "an image"
 * @throws {UsageError} if JSON is to go there, or a terminal would be written to.
 */
export function claimStandardOutput({ options, terminal }: Invocation, what: string): void {
  if (options.json) throw new UsageError("Standard output takes the file or --json, not both");
  if (Deno.stdout.isTerminal() && !options["dry-run"]) {
    throw new UsageError(
      `Standard output is a terminal, which cannot show ${what}; send it to a file with > FILE, or name one with --output`,
    );
  }
  terminal.keepOutputForData();
}
