/**
 * The model cards: `deno task bench weights [--measure] [--update]`.
 *
 * Costs, scores and provenance come from the shipped files themselves, seconds and weaknesses from what the benches of those
 * names saved; `--measure` runs both first. `--update` writes all of it into `weights/README.md`, between its markers.
 *
 * @module
 */

import { measureSeconds } from "./seconds.ts";
import { measureWeaknesses } from "./weaknesses.ts";
import { PICTURES } from "./weaknesses/pictures.ts";
import { formatWeaknesses } from "./weaknesses/report.ts";
import { formatSeconds } from "./seconds/report.ts";
import { formatCard } from "./weights/card.ts";
import { readShipped } from "./weights/files.ts";
import { formatCosts, formatScores } from "./weights/overview.ts";
import { readReport, type Reports, saveReport } from "./weights/reports.ts";
import { replaceSections } from "./weights/sections.ts";

/** The text that the cards are part of. */
export const CARDS = new URL("../weights/README.md", import.meta.url);

/** All generated sections, by name. */
export async function makeSections(): Promise<Record<string, string>> {
  const files = await readShipped();
  const reports: Reports = {
    weaknesses: await readReport("weaknesses"),
    seconds: await readReport("seconds"),
  };
  const { engine, machine, date, image } = reports.seconds;
  const measured =
    `Measured on ${date}: ${engine}, ${machine}, an image of ${image.width}×${image.height}.`;
  return {
    costs: formatCosts(files),
    scores: formatScores(files),
    seconds: `${formatSeconds(reports.seconds)}\n\n${measured}`,
    weaknesses: formatWeaknesses(reports.weaknesses, { pictures: PICTURES }),
    cards: files.map((file) => formatCard(file, reports)).join("\n\n"),
  };
}

if (import.meta.main) {
  if (Deno.args.includes("--measure")) {
    await saveReport("weaknesses", await measureWeaknesses());
    await saveReport("seconds", await measureSeconds());
  }
  const sections = await makeSections();
  if (Deno.args.includes("--update")) {
    await Deno.writeTextFile(CARDS, replaceSections(await Deno.readTextFile(CARDS), sections));
  } else {
    console.log(Object.values(sections).join("\n\n"));
  }
}
