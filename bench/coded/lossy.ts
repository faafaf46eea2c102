/**
 * Lossy coded files at several steps, beside other lossy formats where these are installed: bits, PSNR and SSIM, all of it of
 * pictures that were read back.
 *
 * @module
 */

import { STEP_PARTS } from "../../codec/coded/lossy_steps.ts";
import { settingsOfStep, type Tune } from "../../codec/coded_quality.ts";
import { dropOpaqueAlpha, type Image } from "../../codec/image/image.ts";
import type { Effort } from "../../codec/png/png_pixels.ts";
import { decodeImage } from "../../codec/read.ts";
import type { ChosenCoder } from "../../weights/coder_choice.ts";
import { UsageError } from "../program.ts";
import { writeLossyFile } from "./lossy_file.ts";
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
  const { steps = STEPS, formats } = options;
  const rows: { image: string; costs: Record<string, LossyCost[]> }[] = [];
  for (const path of paths) {
    const image = dropOpaqueAlpha(await decodeImage(await Deno.readFile(path)));
    const own: LossyCost[] = [];
    for (const [index, step] of steps.entries()) {
      own.push(await measureStep(image, { ...options, step, isAgain: index === 0 }));
    }
    const costs = { [OWN]: own, ...await measureLossyFormats(image, formats) };
    rows.push({ image: path, costs });
  }
  const names = [OWN, ...formats.map(({ name }) => name)];
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
    "step      bits a pixel      PSNR      SSIM",
    ...means[OWN]!.map(({ bits, psnr, ssim }, index) =>
      [
        String(steps[index]).padEnd(10),
        bits.toFixed(3).padStart(12),
        psnr.toFixed(2).padStart(10),
        ssim.toFixed(4).padStart(10),
      ].join("")
    ),
  ].join("\n");
  return { text, report: { steps, table, standings, means, rows } };
}

/** One file, of the first step compressed again. */
async function measureStep(
  image: Image,
  { coder, effort, chroma, tune, step, isAgain }: LossyBenchOptions & {
    step: number;
    isAgain: boolean;
  },
): Promise<LossyCost> {
  const lossy = settingsOfStep(Math.round(step * STEP_PARTS), { chroma, tune });
  const { bytes, back } = await writeLossyFile(image, { coder, effort, lossy, isAgain });
  return costOf(image, { bytes: bytes.length, back });
}
