/** Reports of other benches that the model cards quote, kept as JSON beside this file. @module */

import type { WeaknessReport } from "./weaknesses.ts";
import type { SecondsReport } from "./seconds.ts";

/** The reports by name. */
export interface Reports {
  /** Of `--measure weaknesses`. */
  readonly weaknesses: WeaknessReport;
  /** Of `--measure seconds`. */
  readonly seconds: SecondsReport;
}

function pathOf(name: keyof Reports): URL {
  return new URL(`./${name}.json`, import.meta.url);
}

/** Keeps a report. */
export async function saveReport<Name extends keyof Reports>(
  name: Name,
  report: Reports[Name],
): Promise<void> {
  await Deno.writeTextFile(pathOf(name), `${JSON.stringify(report, null, 2)}\n`);
}

/** Reads a report that was kept. */
export async function readReport<Name extends keyof Reports>(name: Name): Promise<Reports[Name]> {
  return JSON.parse(await Deno.readTextFile(pathOf(name)));
}
