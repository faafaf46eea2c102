/** The arguments of `deno task bench quality`. @module */

import { parseArgs } from "node:util";
import { ALL_LATTICES, type Lattice } from "../../codec/lattice/lattice.ts";

/** What to measure, and how to say it. */
export interface QualityOptions {
  /** Folders with PNG and JPEG files. */
  readonly images: readonly string[];
  /** The lattices to measure. */
  readonly lattices: readonly Lattice[];
  /**
   * The tiers to measure; absent: every tier that all steps of the lattice have. With `weights`, the first is that of the other
   * steps, and `max` averages the file's network.
   */
  readonly tiers?: readonly string[];
  /** A weights file that stands in for the shipped network of its step. */
  readonly weights?: string;
  /** The kernel to run; absent: the engine's choice. */
  readonly kernel?: string;
  /** Images to take of every folder, in the order of their names. */
  readonly limit: number;
  /** Whether to print JSON instead of a table. */
  readonly json: boolean;
}

/** The arguments cannot be followed. */
export class UsageError extends Error {
  /** Always `"UsageError"`. */
  override readonly name = "UsageError";
}

/** How the bench is used. */
export const USAGE = `deno task bench quality --images DIR [options]

  --images DIR       a folder of PNG and JPEG files; may be repeated
  --lattice NAME     quincunx, grid or rows; may be repeated
  --ratio N          2, 4, 8 or 16; may be repeated
  --tier NAME        a tier, such as standard or max; may be repeated
  --weights FILE     a weights file, in place of the shipped network of its step
  --kernel NAME      a kernel of the engine, in place of its own choice
  --limit N          the first N images of every folder
  --json             print JSON`;

/**
 * Reads the arguments.
 *
 * @throws {UsageError} if one is unknown, missing or malformed.
 */
export function parseOptions(args: string[]): QualityOptions {
  const values = parseValues(args);
  if (!values.images) throw new UsageError('A folder of images is needed: "--images DIR"');
  const limit = values.limit === undefined ? Infinity : Number(values.limit);
  if (limit !== Infinity && (!Number.isInteger(limit) || limit < 1)) {
    throw new UsageError(`"--limit" must be a whole number of at least 1, found "${values.limit}"`);
  }
  const lattices = ALL_LATTICES.filter(({ name, ratio }) =>
    (values.lattice?.includes(name) ?? true) && (values.ratio?.includes(String(ratio)) ?? true)
  );
  if (lattices.length === 0) {
    const all = ALL_LATTICES.map(({ name, ratio }) => `${name} ${ratio}`).join(", ");
    throw new UsageError(`No lattice has that name and ratio; there are ${all}`);
  }
  return {
    images: values.images,
    lattices,
    limit,
    json: values.json ?? false,
    ...(values.tier && { tiers: values.tier }),
    ...(values.weights !== undefined && { weights: values.weights }),
    ...(values.kernel !== undefined && { kernel: values.kernel }),
  };
}

function parseValues(args: string[]) {
  try {
    return parseArgs({
      args,
      options: {
        images: { type: "string", multiple: true },
        lattice: { type: "string", multiple: true },
        ratio: { type: "string", multiple: true },
        tier: { type: "string", multiple: true },
        weights: { type: "string" },
        kernel: { type: "string" },
        limit: { type: "string" },
        json: { type: "boolean" },
      },
    }).values;
  } catch (cause) {
    throw new UsageError((cause as Error).message, { cause });
  }
}
