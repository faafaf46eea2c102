/** The model card of one file: where it comes from, what it scores and costs, what it is weak at. @module */

import { findRecipe } from "../../train/recipes.ts";
import { describeLattice } from "../../codec/lattice/lattice.ts";
import { F16_COST, MAX_PREFIX, readScores, SCORED_SETS } from "../scores/keys.ts";
import { isCoarse, ladderTier, latticeOf } from "../scores/place.ts";
import { costOf, type ShippedFile } from "./files.ts";
import { formatRow } from "./seconds.ts";
import type { Reports } from "./reports.ts";
import { formatCount, formatGain } from "../tables.ts";

const SET_NAMES = { kodak: "Kodak", "cid22-validation": "CID22 validation" } as const;

/** The pictures that a card names at most, of those that lose and of those that gain. */
const NAMED = 3;

/** The card in Markdown, from the file's own metadata and what the benches found. */
export function formatCard(file: ShippedFile, { weaknesses, seconds }: Reports): string {
  const { name, info } = file;
  return [
    `### \`${name}\``,
    "",
    describeShape(file),
    "",
    `- **Data:** ${info.data}.`,
    `- **Licences:** ${info.licence}. The weights are under the project's own, MIT.`,
    `- **Recipe:** ${describeRecipe(file)}`,
    ...SCORED_SETS.flatMap((set) => describeScores(file, { set })),
    ...SCORED_SETS.flatMap((set) => describeScores(file, { set, prefix: MAX_PREFIX })),
    ...describeSpeed(file, seconds),
    ...describeWeaknesses(file, weaknesses),
  ].join("\n");
}

function describeShape(file: ShippedFile): string {
  const { channels, blocks } = file.network.architecture;
  const { weights, multiplyAdds } = costOf(file);
  const cost = file.info.scores?.[F16_COST];
  const rounding = cost === undefined ? "" : `, which ${describeCost(cost)}`;
  const place = describeLattice(latticeOf(file.info));
  const use = isCoarse(file.info) ? `The coarse step of ${place}` : `For ${place}`;
  return `${use}: ${channels} channels × ${blocks} blocks, ${formatCount(weights)} weights, ` +
    `${formatCount(multiplyAdds)} multiply-adds per pixel, ${formatCount(file.bytes)} bytes as ` +
    `${file.dtype === "F16" ? "16" : "32"}-bit floats${rounding}.`;
}

function describeCost(cost: number): string {
  return cost <= 0 ? "costs nothing" : `costs ${cost.toPrecision(1)} dB`;
}

function describeRecipe({ name, info }: ShippedFile): string {
  const recipe = findRecipe(name);
  const steps = (recipe.stages ?? [{}]).reduce(
    (sum, stage) => sum + (stage.steps ?? recipe.steps),
    0,
  );
  const from = recipe.blocksFrom !== undefined
    ? ` It starts from the blocks of \`${recipe.blocksFrom}-${info.tier}\`.`
    : recipe.growFrom !== undefined
    ? ` It is grown from \`${info.step}-${recipe.growFrom}\`.`
    : "";
  return `[${name}.json](../train/recipes/${name}.json), ${formatCount(steps)} steps; ` +
    `\`nnc train --recipe ${name}\`.${from}`;
}

function describeScores(
  { info }: ShippedFile,
  { set, prefix = "" }: { set: typeof SCORED_SETS[number]; prefix?: string | undefined },
): string[] {
  const scores = readScores(info.scores, { set, prefix });
  if (!scores) return [];
  const { psnr, ssim, averaging, worst } = scores;
  const title = prefix === "" ? SET_NAMES[set] : `${SET_NAMES[set]}, as \`max\``;
  return [
    `- **${title}:** ${psnr.toFixed(2)} dB, SSIM ${ssim.toFixed(4)} (averaging ` +
    `${averaging.psnr.toFixed(2)} dB, ${averaging.ssim.toFixed(4)}); the image that gains least ${
      worst < 0 ? `loses ${-worst} dB` : `gains ${worst} dB`
    }.`,
  ];
}

function describeSpeed({ info }: ShippedFile, report: Reports["seconds"]): string[] {
  const { name, ratio } = latticeOf(info);
  const row = report.rows.find((one) =>
    one.lattice === name && one.ratio === ratio && one.tier === ladderTier(info)
  );
  if (!row) return [];
  const both = isCoarse(info) ? ", both steps" : "";
  return [`- **Seconds a megapixel:** ${formatRow(row, report)}${both}.`];
}

function describeWeaknesses({ info }: ShippedFile, { rows }: Reports["weaknesses"]): string[] {
  if (isCoarse(info)) return [];
  const { name, ratio } = latticeOf(info);
  const gains = rows
    .filter((row) => row.lattice === name && row.ratio === ratio && info.tier in row.tiers)
    .map((row) => ({ picture: row.picture, gain: row.tiers[info.tier]! - row.averaging }))
    .sort((a, b) => a.gain - b.gain);
  if (gains.length === 0) return [];
  const list = (of: typeof gains) =>
    of.map(({ picture, gain }) => `${picture} ${formatGain(gain)} dB`).join(", ");
  const losses = gains.filter(({ gain }) => gain < 0).slice(0, NAMED);
  const best = gains.toReversed().slice(0, NAMED);
  return [
    `- **Against averaging, drawn pictures:** weakest at ${
      list(losses.length > 0 ? losses : gains.slice(0, NAMED))
    }; best at ${list(best)}.`,
  ];
}
