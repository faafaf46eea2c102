/** What the quality bench measures. @module */

import { ALL_LATTICES, type Lattice } from "../../codec/lattice/lattice.ts";
import { type Arguments, UsageError } from "../program.ts";

/** What to measure. */
export interface QualityOptions {
  readonly images: readonly string[];
  readonly lattices: readonly Lattice[];
  /**
   * Absent: every tier that all steps of the lattice have. With `weights`, the first is that of the other steps, and `max`
   * averages the file's network.
   */
  readonly tiers?: readonly string[] | undefined;
  /** A weights file that stands in for the shipped network of its step. */
  readonly weights?: string | undefined;
  /** Absent: the engine's choice. */
  readonly kernel?: string | undefined;
  /** Images to take of every folder at most, in the order of their names. */
  readonly limit: number;
}

/** The options of the program. */
export const QUALITY_OPTIONS = {
  images: { value: "DIR", many: true, help: "a folder of PNG and JPEG files; may be repeated" },
  lattice: { value: "NAME", many: true, help: "quincunx, grid or rows; may be repeated" },
  ratio: { value: "N", many: true, help: "2, 4, 8 or 16; may be repeated" },
  tier: { value: "NAME", many: true, help: "such as standard or max; may be repeated" },
  weights: { value: "FILE", help: "a network in place of the shipped one of its step" },
  kernel: { value: "NAME", help: "a kernel of the engine, in place of its own choice" },
  limit: { value: "N", help: "the first N images of every folder" },
} as const;

/**
 * Reads the arguments.
 *
 * @throws {UsageError} if one is missing or malformed.
 */
export function qualityOptions(args: Arguments): QualityOptions {
  const images = args.list("images");
  if (!images) throw new UsageError('A folder of images is needed: "--images DIR"');
  const lattices = ALL_LATTICES.filter(({ name, ratio }) =>
    (args.list("lattice")?.includes(name) ?? true) &&
    (args.list("ratio")?.includes(String(ratio)) ?? true)
  );
  if (lattices.length === 0) {
    const all = ALL_LATTICES.map(({ name, ratio }) => `${name} ${ratio}`).join(", ");
    throw new UsageError(`No lattice has that name and ratio; there are ${all}`);
  }
  return {
    images,
    lattices,
    tiers: args.list("tier"),
    weights: args.text("weights"),
    kernel: args.text("kernel"),
    limit: args.number("limit", { whole: true }) ?? Infinity,
  };
}
