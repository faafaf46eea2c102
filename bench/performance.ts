/**
 * Every figure of `docs/performance.md`, measured in one sitting: `deno task bench performance --update`.
 *
 * Runs the benches `peers` (the libraries are fetched the first time), `engine` and `memory`, about twelve minutes on two
 * cores that do nothing else, and puts what they find between the document's markers. Where one fails, nothing is written.
 *
 * @module
 */

import { drawGrowth } from "./charts/growth.ts";
import { type EngineReport, measureEngine } from "./engine/measure.ts";
import { type Section, SECTIONS } from "./engine/options.ts";
import { engineSections } from "./engine/sections.ts";
import { describeMachine } from "./machine.ts";
import { measureMemory, type MemoryReport, memorySections } from "./memory.ts";
import type { Bench } from "./program.ts";
import { replaceSections } from "./weights/sections.ts";

/** Everything that the document states. */
export interface PerformanceReport {
  readonly machine: string;
  /** The day, as `YYYY-MM-DD`. */
  readonly date: string;
  readonly engine: EngineReport;
  readonly memory: MemoryReport;
}

/** The text that the figures are part of, and the chart beside it. */
export const PERFORMANCE = new URL("../docs/performance.md", import.meta.url);
const GROWTH = new URL("../docs/growth.svg", import.meta.url);

async function measure(): Promise<PerformanceReport> {
  const sections = new Set(Object.keys(SECTIONS) as Section[]);
  const engine = await measureEngine({ sections });
  console.error("The engine is measured; now its memory");
  return { ...describeMachine(), engine, memory: await measureMemory() };
}

/** All generated sections, by name. */
export function makeSections(report: PerformanceReport): Record<string, string> {
  const { machine, date, engine, memory } = report;
  const measured = `Measured on ${date}: ${engine.adapter}; ${machine}; ${engine.runtime}.`;
  return { measured, ...engineSections(engine), ...memorySections(memory) };
}

async function update(sections: Record<string, string>, { images }: MemoryReport): Promise<void> {
  const text = replaceSections(await Deno.readTextFile(PERFORMANCE), sections);
  await Deno.writeTextFile(GROWTH, `${drawGrowth(images).trimEnd()}\n`);
  await Deno.writeTextFile(PERFORMANCE, text);
}

/** The bench as a program. */
export const bench: Bench = {
  options: {
    update: { help: "write the figures into docs/performance.md, and docs/growth.svg" },
    report: { value: "FILE", help: "what --json printed before, in place of measuring" },
  },
  async run(args) {
    const path = args.text("report");
    const report: PerformanceReport = path === undefined
      ? await measure()
      : JSON.parse(await Deno.readTextFile(path));
    const sections = makeSections(report);
    if (args.flag("update")) await update(sections, report.memory);
    return { report, text: Object.values(sections).join("\n\n") };
  },
};
