/** What the quality bench found, as sums while it runs and as a table at its end. @module */

import type { Lattice } from "../../codec/lattice/lattice.ts";
import { formatColumns } from "../tables.ts";
import type { Nearness } from "./measure.ts";

/** One lattice and tier over all images. */
export interface QualityRow {
  readonly lattice: string;
  /** Original pixels over kept pixels. */
  readonly ratio: number;
  readonly tier: string;
  /** Images measured; for every one kept pixels and re-compression were verified. */
  readonly images: number;
  /** Compressed bytes, all images together. */
  readonly bytes: number;
  /** Compressed bits over original pixels, all images together. */
  readonly bitsPerPixel: number;
  /** Means over the images of what the network restored. */
  readonly restored: Nearness;
  /** Means over the images of the fixed interpolation alone. */
  readonly interpolated: Nearness;
  /** Names of the images that the network restores worse, by PSNR, than the interpolation. */
  readonly worse: readonly string[];
  /** The image that gains least on the interpolation, and how much in dB. */
  readonly least: { readonly name: string; readonly gain: number };
}

/** What was measured of one image. */
export interface Sample {
  readonly name: string;
  /** Original pixels. */
  readonly pixels: number;
  /** Compressed bytes. */
  readonly bytes: number;
  readonly restored: Nearness;
  /** What the fixed interpolation makes of it. */
  readonly interpolated: Nearness;
}

/** Averages the samples of a lattice and tier. There must be at least one. */
export function summarise(
  samples: readonly Sample[],
  { lattice, tier }: { lattice: Lattice; tier: string },
): QualityRow {
  const bytes = sum(samples.map((sample) => sample.bytes));
  return {
    lattice: lattice.name,
    ratio: lattice.ratio,
    tier,
    images: samples.length,
    bytes,
    bitsPerPixel: bytes * 8 / sum(samples.map((sample) => sample.pixels)),
    restored: mean(samples.map((sample) => sample.restored)),
    interpolated: mean(samples.map((sample) => sample.interpolated)),
    worse: samples
      .filter(({ restored, interpolated }) => restored.psnr < interpolated.psnr)
      .map(({ name }) => name),
    least: samples
      .map(({ name, ...sample }) => ({ name, gain: gainOf(sample) }))
      .reduce((least, sample) => sample.gain < least.gain ? sample : least),
  };
}

/** Nothing is gained where both are exact. */
function gainOf({ restored, interpolated }: Pick<Sample, "restored" | "interpolated">): number {
  return restored.psnr === interpolated.psnr ? 0 : restored.psnr - interpolated.psnr;
}

/** The rows as a table for people: restored beside interpolated. */
export function formatTable(rows: readonly QualityRow[]): string {
  const header = [
    ["lattice", "ratio", "tier", "images", "bytes", "bit/px"],
    ["PSNR", "fixed", "missing", "fixed", "SSIM", "fixed", "worse", "least"],
  ].flat();
  const body = rows.map(({ restored, interpolated, ...row }) => [
    row.lattice,
    String(row.ratio),
    row.tier,
    String(row.images),
    String(row.bytes),
    row.bitsPerPixel.toFixed(2),
    restored.psnr.toFixed(2),
    interpolated.psnr.toFixed(2),
    restored.psnrMissing.toFixed(2),
    interpolated.psnrMissing.toFixed(2),
    restored.ssim.toFixed(4),
    interpolated.ssim.toFixed(4),
    String(row.worse.length),
    `${row.least.gain < 0 ? "" : "+"}${row.least.gain.toFixed(2)}`,
  ]);
  return formatColumns([header, ...body]);
}

function mean(values: readonly Nearness[]): Nearness {
  const of = (key: keyof Nearness) => sum(values.map((value) => value[key])) / values.length;
  return { psnr: of("psnr"), psnrMissing: of("psnrMissing"), ssim: of("ssim") };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
