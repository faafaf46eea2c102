/**
 * What networks on lattices are weak at, measured: `deno task bench weaknesses [--json] [--save] [--picture FILE]`.
 *
 * Fine patterns, text and drawings, all drawn by code, go through every lattice of one step and every shipped tier, next to the
 * fixed interpolation and to a scene as a camera would take it. As in `quality`, nothing is reported unless kept pixels are
 * unchanged and compressing what was restored gives the same file. `--save` keeps the report for the model cards, `--picture`
 * writes details of it as a PNG.
 *
 * @module
 */

import { parseArgs } from "node:util";
import { compress } from "../codec/compress.ts";
import { ALL_LATTICES, type Lattice, latticeSteps } from "../codec/lattice/lattice.ts";
import { encodePng } from "../codec/png/png.ts";
import { type Engine, openEngine } from "../gpu/engine.ts";
import { measureTiers, tiersOf } from "./quality.ts";
import { round } from "./scores/keys.ts";
import { digestShipped } from "./weights/files.ts";
import { saveReport } from "./weights/reports.ts";
import { drawGallery } from "./weaknesses/gallery.ts";
import { type Picture, renderPicture } from "./weaknesses/picture.ts";
import { PICTURES } from "./weaknesses/pictures.ts";
import { formatWeaknesses, type WeaknessReport, type WeaknessRow } from "./weaknesses/report.ts";

/** Measures pictures at every tier that a lattice of one step has. */
export async function measureWeaknesses(
  { pictures = PICTURES, tiers, kernel }: {
    /** Default: all of them. */
    pictures?: readonly Picture[];
    /** Default: all that a lattice has. */
    tiers?: readonly string[];
    /** Default: the engine's choice. */
    kernel?: string;
  } = {},
): Promise<WeaknessReport> {
  const lattices = ALL_LATTICES.filter((lattice) => latticeSteps(lattice).length === 1);
  const engine = await openEngine(kernel === undefined ? {} : { kernel });
  try {
    const rows: WeaknessRow[] = [];
    for (const picture of pictures) {
      for (const lattice of lattices) {
        const of = tiersOf(lattice, { options: tiers ? { tiers } : {} });
        rows.push(await measurePicture(picture, { lattice, tiers: of, engine }));
      }
    }
    return { engine: engine.description, networks: await digestShipped(), rows };
  } finally {
    engine.close();
  }
}

async function measurePicture(
  picture: Picture,
  { lattice, tiers, engine }: { lattice: Lattice; tiers: readonly string[]; engine: Engine },
): Promise<WeaknessRow> {
  const original = renderPicture(picture);
  const file = await compress(original, { lattice: lattice.name, ratio: lattice.ratio });
  const subject = { name: picture.name, original, lattice, file };
  const samples = await measureTiers(subject, { tiers, engine });
  const [first] = samples.values();
  return {
    picture: picture.name,
    lattice: lattice.name,
    ratio: lattice.ratio,
    averaging: round(first!.interpolated.psnr, 2),
    tiers: Object.fromEntries(
      [...samples].map(([tier, { restored }]) => [tier, round(restored.psnr, 2)]),
    ),
  };
}

async function writePicture(path: string): Promise<void> {
  const engine = await openEngine();
  try {
    await Deno.writeFile(path, await encodePng(await drawGallery(engine), { effort: "max" }));
  } finally {
    engine.close();
  }
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      json: { type: "boolean" },
      save: { type: "boolean" },
      picture: { type: "string" },
    },
  });
  const report = await measureWeaknesses();
  if (values.save) await saveReport("weaknesses", report);
  if (values.picture !== undefined) await writePicture(values.picture);
  console.log(
    values.json
      ? JSON.stringify(report, null, 2)
      : `${report.engine}\n\n${formatWeaknesses(report, { pictures: PICTURES })}`,
  );
}
