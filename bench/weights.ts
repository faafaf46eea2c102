/**
 * The model cards: `deno task bench weights`, and with `--update` written into `weights/README.md`, between its markers.
 *
 * Costs, scores and provenance come from the shipped files themselves, seconds and weaknesses from what was kept of
 * `--measure seconds --save` and `--measure weaknesses --save`.
 *
 * @module
 */

import { encodePng } from "../codec/png/png.ts";
import { openEngine } from "../gpu/engine.ts";
import { type Arguments, type Bench, type Findings } from "./program.ts";
import { drawGallery } from "./weaknesses/gallery.ts";
import { PICTURES } from "./weaknesses/pictures.ts";
import { formatCard } from "./weights/card.ts";
import { readShipped } from "./weights/files.ts";
import { formatCosts, formatScores } from "./weights/overview.ts";
import { readReport, type Reports, saveReport } from "./weights/reports.ts";
import { formatRow, formatSeconds, measureSeconds } from "./weights/seconds.ts";
import { replaceSections } from "./weights/sections.ts";
import { formatWeaknesses, measureWeaknesses } from "./weights/weaknesses.ts";

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

async function measure(name: keyof Reports, args: Arguments): Promise<Findings> {
  if (name === "weaknesses") {
    const report = await measureWeaknesses();
    if (args.flag("save")) await saveReport(name, report);
    return {
      report,
      text: `${report.engine}\n\n${formatWeaknesses(report, { pictures: PICTURES })}`,
    };
  }
  const report = await measureSeconds({
    tiers: args.list("tier"),
    busy: args.flag("busy"),
    onRow: (row) =>
      console.error(
        `${row.lattice} ${row.ratio}  ${row.tier}  ${formatRow(row, { software: true })} s/MP`,
      ),
  });
  if (args.flag("save")) await saveReport(name, report);
  const { engine, machine, date } = report;
  return { report, text: `${engine} on ${machine}, ${date}\n\n${formatSeconds(report)}` };
}

async function writeGallery(path: string): Promise<void> {
  const engine = await openEngine();
  try {
    await Deno.writeFile(path, await encodePng(await drawGallery(engine), { effort: "max" }));
  } finally {
    engine.close();
  }
}

/** The bench as a program. */
export const bench: Bench = {
  options: {
    update: { help: "write the cards into weights/README.md" },
    measure: { value: "NAME", help: "seconds or weaknesses: measure and print them alone" },
    save: { help: "keep what is measured for the cards" },
    tier: { value: "NAME", many: true, help: "a tier to take the seconds of; may be repeated" },
    busy: { help: "leave out seconds on the wall, which other programs make meaningless" },
    picture: { value: "FILE", help: "draw details of what networks are weak at as a PNG" },
  },
  async run(args) {
    const measured = args.choice("measure", ["seconds", "weaknesses"]);
    const picture = args.text("picture");
    if (picture !== undefined) await writeGallery(picture);
    if (measured !== undefined) return await measure(measured, args);
    const sections = await makeSections();
    if (args.flag("update")) {
      await Deno.writeTextFile(CARDS, replaceSections(await Deno.readTextFile(CARDS), sections));
    }
    return { report: sections, text: Object.values(sections).join("\n\n") };
  },
};
