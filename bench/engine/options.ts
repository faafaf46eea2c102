/** What the engine bench measures. @module */

import { KERNEL_NAMES } from "../../gpu/kernels/conv_catalogue.ts";
import { type Arguments, UsageError } from "../program.ts";

/** The sections of the bench, in the order in which they run, and what each measures. */
export const SECTIONS = {
  peers: "the same networks through other libraries",
  forward: "single convolutions, by kernel and channel count",
  agreement: "whole networks through every kernel beside the reference",
  exact: "the networks of coders, by kernel, on the device and on the processor",
  restore: "whole images, by tier and size; decoding and encoding apart",
  tile: "where the time of a tile goes",
  training: "training steps, their parts, and backward convolutions by channel count",
  start: "what a small photo waits for, cold and warm",
} as const;

/** A section of the bench. */
export type Section = keyof typeof SECTIONS;

/** What to measure. */
export interface EngineBenchOptions {
  readonly sections: ReadonlySet<Section>;
  /** The only kernel to measure; absent: all of them, and the engine's choice for whole images. */
  readonly kernel?: string | undefined;
}

/** The options of the program. */
export const ENGINE_OPTIONS = {
  only: {
    value: "LIST",
    help: `sections to run alone, separated by commas: ${
      Object.entries(SECTIONS).map(([name, what]) => `${name} (${what})`).join(", ")
    }; default: all but peers`,
  },
  peers: { help: "run the section peers, too; the libraries are fetched the first time" },
  kernel: {
    value: "NAME",
    help: `one of ${KERNEL_NAMES.join(", ")}; default: all, and the engine's choice for images`,
  },
} as const;

/**
 * Reads the arguments.
 *
 * @throws {UsageError} if there is no such section or kernel.
 */
export function engineOptions(args: Arguments): EngineBenchOptions {
  const all = Object.keys(SECTIONS) as Section[];
  const names = args.text("only")?.split(",") ?? all.filter((name) => name !== "peers");
  const unknown = names.find((name) => !all.some((known) => known === name));
  if (unknown !== undefined) {
    throw new UsageError(`There is no section "${unknown}"; there are ${all.join(", ")}`);
  }
  const sections = new Set(names as Section[]);
  if (args.flag("peers")) sections.add("peers");
  return { sections, kernel: args.choice("kernel", KERNEL_NAMES) };
}
