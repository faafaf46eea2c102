/** The arguments of `deno task bench engine`. @module */

import { parseArgs } from "node:util";
import { KERNEL_NAMES } from "../../gpu/selection.ts";

/** The sections of the bench, in the order in which they run, and what each measures. */
export const SECTIONS = {
  forward: "single convolutions, by kernel and channel count",
  agreement: "whole networks through every kernel beside the reference",
  restore: "whole images, by tier and size; decoding and encoding apart",
  tile: "where the time of a tile goes",
  training: "training steps, their parts, and backward convolutions by channel count",
  start: "what a small photo waits for, cold and warm",
  peers: "the same networks through other libraries",
} as const;

/** A section of the bench. */
export type Section = keyof typeof SECTIONS;

/** What to measure, and how to say it. */
export interface EngineBenchOptions {
  /** The sections to run. */
  readonly sections: ReadonlySet<Section>;
  /** The only kernel to measure; absent: all of them, and the engine's choice for whole images. */
  readonly kernel?: string;
  /** Whether to print JSON instead of tables. */
  readonly json: boolean;
}

/** The arguments cannot be followed. */
export class UsageError extends Error {
  /** Always `"UsageError"`. */
  override readonly name = "UsageError";
}

/** How the bench is used. */
export const USAGE = `deno task bench engine [options]

  --only LIST        run these sections alone, separated by commas; default: all but peers
${
  Object.entries(SECTIONS).map(([name, what]) => `${" ".repeat(21)}${name.padEnd(11)}${what}`).join(
    "\n",
  )
}
  --peers            run the section peers, too; the libraries are fetched the first time
  --kernel NAME      one of ${
  KERNEL_NAMES.join(", ")
}; default: all of them, and the engine's choice for images
  --json             print JSON`;

/**
 * Reads the arguments.
 *
 * @throws {UsageError} if one is unknown or malformed.
 */
export function parseOptions(args: string[]): EngineBenchOptions {
  const { only, peers, kernel, json } = parseValues(args);
  const all = Object.keys(SECTIONS) as Section[];
  const names = only?.split(",") ?? all.filter((name) => name !== "peers");
  const unknown = names.find((name) => !all.some((known) => known === name));
  if (unknown !== undefined) {
    throw new UsageError(`There is no section "${unknown}"; there are ${all.join(", ")}`);
  }
  if (kernel !== undefined && !KERNEL_NAMES.includes(kernel)) {
    throw new UsageError(`There is no kernel "${kernel}"; there are ${KERNEL_NAMES.join(", ")}`);
  }
  const sections = new Set(names as Section[]);
  if (peers) sections.add("peers");
  return { sections, json: json ?? false, ...(kernel !== undefined && { kernel }) };
}

function parseValues(args: string[]) {
  try {
    return parseArgs({
      args,
      options: {
        only: { type: "string" },
        peers: { type: "boolean" },
        kernel: { type: "string" },
        json: { type: "boolean" },
      },
    }).values;
  } catch (cause) {
    throw new UsageError((cause as Error).message, { cause });
  }
}
