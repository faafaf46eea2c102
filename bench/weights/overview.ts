/** The tables at the top of the model cards: what is shipped, and what it scores. @module */

import { countViews } from "../../codec/lattice/symmetric_views.ts";
import { MAX_PREFIX, readScores, SCORED_SETS } from "../scores/keys.ts";
import { ladderTier, latticeOf, nameOf } from "../scores/place.ts";
import { costOf, type ShippedFile, STEPS } from "./files.ts";
import { formatCount, formatGain, formatMarkdown } from "../tables.ts";

/** What every file costs, and what all take together. */
export function formatCosts(files: readonly ShippedFile[]): string {
  const header = [
    "file",
    "hidden channels × blocks",
    "weights",
    "multiply-adds per pixel",
    "bytes",
  ];
  const rows = files.map((file) => {
    const { channels, blocks } = file.network.architecture;
    const { weights, multiplyAdds } = costOf(file);
    return [
      `\`${file.name}.safetensors\``,
      `${channels} × ${blocks}`,
      ...[weights, multiplyAdds, file.bytes].map(formatCount),
    ];
  });
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  const total = `All ${files.length} files together take ${formatCount(bytes)} bytes.`;
  const views = STEPS.map((step) => `${countViews(step)} for ${step}`).join(", ");
  const max =
    "The tier `max` has none of its own: it runs the best network of a step once for every view that it averages, " +
    `${views}.`;
  return `${formatMarkdown([header, ...rows])}\n\n${total} ${max}`;
}

/** What every network scores on both sets, averaging in brackets, with the tier `max` after the network that it runs. */
export function formatScores(files: readonly ShippedFile[]): string {
  const sets = ["Kodak", "CID22 validation"];
  const header = ["network", "ratio"];
  for (const set of sets) {
    header.push(`${set} PSNR`, "SSIM", "worst image");
  }
  const rows = files.flatMap((file) =>
    ["", MAX_PREFIX]
      .filter((prefix) => prefix === "" || readScores(file.info.scores, { set: "kodak", prefix }))
      .map((prefix) => [
        `\`${prefix === "" ? file.name : nameOfMax(file.info)}\``,
        String(latticeOf(file.info).ratio),
        ...SCORED_SETS.flatMap((set) => formatSet(file, { set, prefix })),
      ])
  );
  return formatMarkdown([header, ...rows]);
}

/** What the tier `max` would be called if it had a file. */
function nameOfMax(info: ShippedFile["info"]): string {
  return nameOf({ step: info.step, tier: info.tier.replace(ladderTier(info), "max") });
}

function formatSet(
  file: ShippedFile,
  what: { set: typeof SCORED_SETS[number]; prefix: string },
): string[] {
  const scores = readScores(file.info.scores, what);
  if (!scores) return ["–", "–", "–"];
  const { psnr, ssim, averaging, worst } = scores;
  return [
    `${psnr.toFixed(2)} (${averaging.psnr.toFixed(2)})`,
    `${ssim.toFixed(4)} (${averaging.ssim.toFixed(4)})`,
    formatGain(worst),
  ];
}
