/**
 * What is lost where a picture is cropped between generations: compressed, restored, cut at its left and its top by some pixels,
 * and compressed again with the same setting. JPEG begins at the setting that comes closest in bytes.
 *
 * @module
 */

import type { LossySettings } from "../../codec/coded/lossy_steps.ts";
import type { Image } from "../../codec/image/image.ts";
import { psnr } from "../../codec/image/metrics.ts";
import { formatColumns } from "../tables.ts";
import { FormatFiles } from "../coded/format_files.ts";
import type { LossyFormat } from "../coded/lossy_formats.ts";
import { writeLossyFile } from "../coded/lossy_file.ts";
import type { ChosenCoder } from "../../weights/coder_choice.ts";
import { cropCorner } from "./crop.ts";
import { settingAt } from "./format_search.ts";

/** Generations, and those that are reported. */
const GENERATIONS = 10;
const REPORTED = [1, 2, 3, 5, 10];

/** Pixels that are cut: one that is no multiple of anything, JPEG's blocks, and cells of the pyramid. */
const CUTS = [5, 8, 16, 32];

/** Of JPEG, whose blocks are of 8 pixels. */
const JPEG_CUTS = [5, 8];

/** How pictures are compressed. */
export interface GenerationOptions {
  readonly coder: ChosenCoder;
  readonly lossy: LossySettings;
  /** Others beside it. */
  readonly formats: readonly LossyFormat[];
  /** How many there are. Default: 10. */
  readonly generations?: number | undefined;
  /** Pixels that are cut. Default: 5, 8, 16 and 32. */
  readonly cuts?: readonly number[] | undefined;
}

/** One way to compress, with one cut, over images. */
export interface GenerationRow {
  readonly name: string;
  readonly cut: number;
  /** Bits a pixel of the first generation. */
  readonly bits: number;
  /** PSNR of every generation against the original, over the pixels that the last one has: the mean of the images. */
  readonly psnr: readonly number[];
}

type Pass = (image: Image) => Promise<{ bytes: Uint8Array; back: Image }>;

/** Compresses pictures that are cropped between generations. */
export async function measureGenerations(
  images: readonly Image[],
  options: GenerationOptions,
): Promise<GenerationRow[]> {
  const { generations = GENERATIONS, cuts = CUTS } = options;
  const found = new Map<string, Omit<GenerationRow, "name">[]>();
  for (const image of images) {
    const add = (name: string, row: Omit<GenerationRow, "name">) => {
      const key = `${name}, ${row.cut}`;
      found.set(key, [...found.get(key) ?? [], row]);
    };
    const own: Pass = (picture) => writeLossyFile(picture, options);
    const { bytes } = await own(image);
    for (const cut of cuts) {
      add("coded file", await followGenerations(image, { pass: own, cut, generations }));
    }
    for (const format of options.formats) {
      const setting = await closestSetting(image, { format, bytes: bytes.length });
      const pass: Pass = async (picture) => {
        await using files = await FormatFiles.of(picture);
        return await files.pass(format, setting);
      };
      for (const cut of JPEG_CUTS) {
        add(format.name, await followGenerations(image, { pass, cut, generations }));
      }
    }
  }
  const mean = (values: readonly number[]) =>
    values.reduce((sum, value) => sum + value, 0) / values.length;
  return [...found].map(([key, rows]) => ({
    name: key.slice(0, key.lastIndexOf(",")),
    cut: rows[0]!.cut,
    bits: mean(rows.map(({ bits }) => bits)),
    psnr: rows[0]!.psnr.map((_, index) => mean(rows.map(({ psnr }) => psnr[index]!))),
  }));
}

async function followGenerations(
  image: Image,
  { pass, cut, generations }: { pass: Pass; cut: number; generations: number },
): Promise<Omit<GenerationRow, "name">> {
  const last = (generations - 1) * cut;
  const original = cropCorner(image, last);
  const psnrs: number[] = [];
  let bits = 0;
  let picture = image;
  for (let generation = 0; generation < generations; generation++) {
    if (generation > 0) picture = cropCorner(picture, cut);
    const { bytes, back } = await pass(picture);
    if (generation === 0) bits = 8 * bytes.length / (image.width * image.height);
    psnrs.push(psnr(original, cropCorner(back, last - generation * cut)));
    picture = back;
  }
  return { cut, bits, psnr: psnrs };
}

/** The setting whose file is nearest in bytes. */
async function closestSetting(
  image: Image,
  { format, bytes }: { format: LossyFormat; bytes: number },
): Promise<number> {
  await using files = await FormatFiles.of(image);
  let [low, high] = [0, format.range.steps];
  const sizeAt = async (order: number) =>
    (await files.pass(format, settingAt(format, order))).bytes.length;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (await sizeAt(middle) <= bytes) low = middle;
    else high = middle;
  }
  const [below, above] = [await sizeAt(low), await sizeAt(high)];
  return settingAt(format, bytes / below < above / bytes ? low : high);
}

/** The rows as a table for people. */
export function formatGenerations(rows: readonly GenerationRow[]): string {
  const reported = REPORTED.filter((generation) => generation <= (rows[0]?.psnr.length ?? 0));
  const head = ["cropped between generations", "by", "bits", ...reported.map(String)];
  const body = rows.map(({ name, cut, bits, psnr }) => [
    name,
    `${cut}`,
    bits.toFixed(2),
    ...reported.map((generation) => psnr[generation - 1]!.toFixed(2)),
  ]);
  return formatColumns([head, ...body]);
}
