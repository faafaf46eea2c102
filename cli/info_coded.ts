/**
 * What `nnc info` tells of a coded file: what it guarantees and holds, step by step. Its pixels are not decoded.
 *
 * @module
 */

import { type CodedFacts, probeCoded } from "../codec/coded_probe.ts";
import { chromaOf, qualityOf, settingsOfQuality, tuneOf } from "../codec/coded_quality.ts";
import { STEP_PARTS } from "../codec/coded/lossy_steps.ts";
import { describeShare } from "../codec/coded_loss.ts";
import { latticeNameAt } from "../codec/coded_ratio.ts";
import { coderOfEffort, findShippedCoder, type ShippedCoder } from "../weights/shipped_coders.ts";
import { describeGuarantee, exactnessOf } from "./report.ts";
import { formatCount } from "./figures.ts";

/** A coded file's facts as a text for people, and as fields for `--json`. */
export function describeCoded(
  bytes: Uint8Array,
  options: {
    readonly path: string;
    readonly maxPixels?: number | undefined;
    readonly onWarning: (message: string) => void;
  },
): { lines: string[]; report: object } {
  const facts = probeCoded(bytes, options);
  const { header, ratio, shown, steps, alphaBytes, lowBytes, metadata, loss } = facts;
  const { width, height } = header.size;
  const bits = (8 * bytes.length / (width * height)).toFixed(2);
  const isStored = header.octaves === 0;
  const isWholeLossy = header.lossy !== undefined && !loss;
  const again = optionsAgain(facts);
  const rows = [
    ["keeps", describeKept(facts)],
    ["original", `${width}×${height}${header.isWide ? ", 16 bits a sample" : ""}`],
    ["shows", `${shown.width}×${shown.height}`],
    ["size", `${formatCount(bytes.length)} bytes, ${bits} bits for each original pixel`],
    ["coded", describeSteps(facts)],
    ["coder", isStored ? "none" : describeCoder(header.coder)],
    ["state", describeState(facts)],
    ...isWholeLossy ? [["again", describeAgain(again)] as const] : [],
    ["metadata", metadata.length > 0 ? metadata.join(", ") : "none"],
  ] as const;
  return {
    lines: [options.path, ...rows.map(([name, value]) => `  ${name.padEnd(9)} ${value}`)],
    report: {
      ...ratio > 1 && { lattice: latticeNameAt(ratio), ratio },
      width,
      height,
      ...exactnessOf(header),
      ...header.lossy && { step: header.lossy.step / STEP_PARTS },
      ...again !== undefined && { again },
      guarantee: describeGuarantee({ ...exactnessOf(header), ratio, share: loss?.share }),
      packedWidth: shown.width,
      packedHeight: shown.height,
      steps,
      depth: header.isWide ? 16 : 8,
      alphaBytes,
      lowBytes,
      coder: isStored ? "" : header.coder.toHex(),
      coderName: isStored ? null : findShippedCoder(header.coder)?.name ?? null,
      state: !loss ? "whole" : loss.isDamaged ? "damaged" : "cut",
      ...loss && { share: Number(loss.share.toFixed(4)) },
      metadata,
    },
  };
}

function describeKept({ header, ratio, loss }: CodedFacts): string {
  const guarantee = describeGuarantee({ ...exactnessOf(header), ratio, share: loss?.share });
  if (loss) return guarantee;
  return ratio === 1
    ? `all pixels, ${guarantee}`
    : `${latticeNameAt(ratio)} at ratio ${ratio}, ${guarantee}`;
}

function describeSteps({ header: { octaves }, steps, alphaBytes, lowBytes }: CodedFacts): string {
  if (octaves === 0) return "nothing: a PNG of all pixels is smaller";
  const bytes = steps.map(formatCount).join(", ");
  const missing = 2 * octaves - steps.length;
  const rest = missing === 0
    ? ""
    : `; the last ${missing === 1 ? "step is" : `${missing} steps are`} drawn`;
  const apart = [
    ...alphaBytes > 0 ? [`; ${formatCount(alphaBytes)} of alpha`] : [],
    ...lowBytes > 0 ? [`; ${formatCount(lowBytes)} of the lower halves of samples`] : [],
  ].join("");
  return `${bytes} bytes, step by step${apart}${rest}`;
}

function describeState({ loss }: CodedFacts): string {
  if (!loss) return "all is there that it was written with";
  const left = `${describeShare(loss.share)} of the pixels are there`;
  return loss.isDamaged
    ? `DAMAGED. ${loss.what}; ${left}, --salvage draws the others`
    : `CUT OFF. ${loss.what}; ${left}, the others are drawn`;
}

function describeAgain(options: string | undefined): string {
  return options === undefined
    ? "no --quality makes this file again, as a target led beyond all of them; keep it"
    : `${options} makes this file again of what is restored`;
}

/** The options by which what is restored becomes this file again; none where a target led beyond all qualities, or a part is missing. */
function optionsAgain({ header: { lossy, coder }, ratio, loss }: CodedFacts): string | undefined {
  if (!lossy || loss) return undefined;
  const [quality, chroma] = [qualityOf(lossy), chromaOf(lossy)];
  if (settingsOfQuality(quality).step !== lossy.step) return undefined;
  const shipped = findShippedCoder(coder);
  return [
    `--quality ${quality}`,
    ...chroma === 1 ? [] : [`--chroma ${chroma}`],
    ...tuneOf(lossy) === "ssim" ? [] : ["--tune psnr"],
    ...ratio === 1 ? [] : [`--coded --ratio ${ratio}`],
    ...shipped ? isOfMax(shipped) ? ["--effort max"] : [] : ["--coder FILE"],
  ].join(" ");
}

function isOfMax({ digest }: ShippedCoder): boolean {
  const [usual, most] = (["default", "max"] as const).map((effort) =>
    coderOfEffort(effort, { isLossy: true })
  );
  return digest === most!.digest && digest !== usual!.digest;
}

/** By name where it is shipped; of any other the digest is all that a file says. */
function describeCoder(digest: Uint8Array): string {
  const text = digest.toHex();
  const shipped = findShippedCoder(digest);
  return shipped
    ? `${shipped.name}, ${text}`
    : `${text}, which is not shipped: to restore it takes --coder`;
}
