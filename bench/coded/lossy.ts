/**
 * Lossy coded files at several steps, beside other lossy formats where these are installed: bits, PSNR and SSIM, all of it of
 * pictures that were read back.
 *
 * @module
 */

import type { DecodedFile } from "../../codec/coded_decoder.ts";
import { improveWithin } from "../../codec/coded_improve.ts";
import { STEP_PARTS } from "../../codec/coded/lossy_steps.ts";
import { settingsOfStep, type Tune } from "../../codec/coded_quality.ts";
import { dropOpaqueAlpha, type Image } from "../../codec/image/image.ts";
import type { Effort } from "../../codec/png/png_pixels.ts";
import { decodeImage } from "../../codec/read.ts";
import { openEngine } from "../../gpu/engine.ts";
import { chooseWithin } from "../../weights/within_choice.ts";
import type { ChosenCoder } from "../../weights/coder_choice.ts";
import { UsageError } from "../program.ts";
import { checkAgain, writeLossyFile } from "./lossy_file.ts";
import { costOf, type LossyCost, measureLossyFormats } from "./lossy_costs.ts";
import type { LossyFormat } from "./lossy_formats.ts";
import { bitsAt, compareCosts, meanCosts } from "./rate_curve.ts";

/** Steps of Y in levels, from coarse to fine. */
const STEPS = [24, 16, 12, 9, 7, 5, 3.5, 2.5, 1.75, 1.25];

/** Decibels, and SSIM, at which formats are compared. */
const FIDELITIES = [
  ...[34, 36, 40, 44, 48].map((psnr) => ({ name: `${psnr} dB`, psnr })),
  ...[0.98, 0.95].map((ssim) => ({ name: `SSIM ${ssim}`, ssim })),
];

const OWN = "coded file";

/** What is measured. */
export interface LossyBenchOptions {
  readonly coder: ChosenCoder;
  readonly effort: Effort;
  /** Steps of Y in levels. Default: {@link STEPS}. */
  readonly steps?: readonly number[] | undefined;
  /** What steps of chroma are multiplied with. Default: 1. */
  readonly chroma?: number | undefined;
  /** What steps are spread for. Default: `"ssim"`. */
  readonly tune?: Tune | undefined;
  /** Others that are measured as well. */
  readonly formats: readonly LossyFormat[];
  /** Tiers whose networks improve what is restored, each as a format of its own. Default: none. */
  readonly tiers?: readonly string[] | undefined;
}

/** Steps from a text such as `16,8,4`. */
export function parseSteps(text: string | undefined): number[] | undefined {
  const steps = text?.split(",").map(Number);
  if (!steps || steps.every((step) => step >= 0.5 && step <= 64)) return steps;
  throw new UsageError(`"--steps" are levels from 0.5 to 64, such as "16,8,4"; found "${text}"`);
}

/** Measures images of a folder. */
export async function measureLossy(
  paths: readonly string[],
  options: LossyBenchOptions,
): Promise<{ text: string; report: object }> {
  const { steps = STEPS, formats, tiers = [] } = options;
  const improvers = await openImprovers(tiers);
  const rows: { image: string; costs: Record<string, LossyCost[]> }[] = [];
  for (const path of paths) {
    const image = dropOpaqueAlpha(await decodeImage(await Deno.readFile(path)));
    const own: LossyCost[][] = [];
    for (const [index, step] of steps.entries()) {
      own.push(await measureStep(image, { ...options, improvers, step, isAgain: index === 0 }));
    }
    const costs = {
      ...Object.fromEntries(ownNames(tiers).map((name, at) => [name, own.map((all) => all[at]!)])),
      ...await measureLossyFormats(image, formats),
    };
    rows.push({ image: path, costs });
  }
  const names = [...ownNames(tiers), ...formats.map(({ name }) => name)];
  const means = Object.fromEntries(
    names.map((name) => [name, meanCosts(rows.map(({ costs }) => costs[name]!))]),
  );
  const table = FIDELITIES.map((fidelity) => ({
    fidelity: fidelity.name,
    bits: Object.fromEntries(names.map((name) => [name, bitsAt(means[name]!, fidelity)])),
  }));
  const standings = formats.map(({ name }) => ({
    format: name,
    standings: FIDELITIES.map((fidelity) => ({
      fidelity: fidelity.name,
      ...compareCosts(
        rows.map(({ costs }) => ({ own: costs[OWN]!, other: costs[name]! })),
        fidelity,
      ),
    })),
  }));
  const text = [
    `${rows.length} images, every file read back; bits a pixel on the mean at constant settings`,
    ["".padEnd(10), ...names.map((name) => name.padStart(20))].join(""),
    ...table.map(({ fidelity, bits }) =>
      [
        fidelity.padEnd(10),
        ...names.map((name) => (bits[name]?.toFixed(3) ?? "–").padStart(20)),
      ].join("")
    ),
    ...standings.map(({ format, standings }) =>
      `images larger than by ${format}: ${
        standings.map(({ fidelity, images, larger, most }) =>
          `${fidelity} ${larger} of ${images} (at most ${most.toFixed(2)})`
        ).join(", ")
      }`
    ),
    ...ownNames(tiers).flatMap((name) => [
      `step      bits a pixel      PSNR      SSIM  ${name}`,
      ...means[name]!.map(({ bits, psnr, ssim }, index) =>
        [
          String(steps[index]).padEnd(10),
          bits.toFixed(3).padStart(12),
          psnr.toFixed(2).padStart(10),
          ssim.toFixed(4).padStart(10),
        ].join("")
      ),
    ]),
  ].join("\n");
  return { text, report: { steps, table, standings, means, rows } };
}

function ownNames(tiers: readonly string[]): string[] {
  return [OWN, ...tiers];
}

/** Improves a file within its bins. */
type Improver = (file: DecodedFile) => Promise<Image>;

async function openImprovers(tiers: readonly string[]): Promise<Improver[]> {
  if (tiers.length === 0) return [];
  const engine = await openEngine();
  return await Promise.all(tiers.map(async (tier) => {
    const network = await chooseWithin({ tier })?.();
    if (!network) throw new UsageError(`The tier "${tier}" improves nothing`);
    return async (file: DecodedFile) => (await improveWithin(file, { engine, network })).image;
  }));
}

/** One file, as it is read without a network and with each; of the first step compressed again. */
async function measureStep(
  image: Image,
  { coder, effort, chroma, tune, improvers, step, isAgain }: LossyBenchOptions & {
    improvers: readonly Improver[];
    step: number;
    isAgain: boolean;
  },
): Promise<LossyCost[]> {
  const lossy = settingsOfStep(Math.round(step * STEP_PARTS), { chroma, tune });
  const options = { coder, effort, lossy, isAgain };
  const { bytes, decoded } = await writeLossyFile(image, options);
  const backs = [decoded.image];
  for (const improve of improvers) {
    const back = await improve(decoded);
    if (isAgain) await checkAgain(back, { ...options, bytes });
    backs.push(back);
  }
  return backs.map((back) => costOf(image, { bytes: bytes.length, back }));
}
