/**
 * Warnings that wait until it is known whether what they are about is read at all.
 *
 * @module
 */

import type { GatherOptions } from "./png/metadata.ts";

/**
 * Does work whose warnings hold only if it succeeds, and passes them on then. Of a file that is refused its error
 * says all: "lacks its end marker, and nothing else" would be untrue of it.
 */
export async function holdWarnings<Options extends GatherOptions, Result>(
  options: Options,
  work: (held: Options) => Result | Promise<Result>,
): Promise<Result> {
  const held: string[] = [];
  const result = await work({ ...options, onWarning: (message: string) => held.push(message) });
  for (const message of held) options.onWarning?.(message);
  return result;
}
