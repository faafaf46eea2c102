/**
 * How fast the engine and training are: `deno task bench engine`.
 *
 * Nothing is timed before what it computes was checked against the reference, and the bench fails where it differs.
 * Work is counted as the multiply-adds of the direct convolution, two operations each, whatever a kernel does instead.
 * On a software adapter it is divided by the processor seconds of the process, which other programs disturb little.
 *
 * `--peers` adds what other libraries make of the same networks, see `peers/compare.ts`; they are fetched the first time.
 *
 * @module
 */

import { measureEngine } from "./engine/measure.ts";
import { ENGINE_OPTIONS, engineOptions } from "./engine/options.ts";
import { engineSections } from "./engine/sections.ts";
import type { Bench } from "./program.ts";

/** The bench as a program. */
export const bench: Bench = {
  options: ENGINE_OPTIONS,
  async run(args) {
    const report = await measureEngine(engineOptions(args));
    const heading = `${report.adapter}, ${report.runtime}, ${report.date}`;
    return { report, text: [heading, ...Object.values(engineSections(report))].join("\n\n") };
  },
};
