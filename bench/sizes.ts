/**
 * Which files become smaller: `deno task bench sizes --images DIR`.
 *
 * Every PNG and JPEG of a folder is compressed; for each kind of file: how many become larger, the bytes of the `.nnc` file for each
 * byte of the original, and the seconds of the processor for a megapixel, decoding apart. `--jpegs` makes JPEGs of the PNGs
 * first, at the qualities and samplings that cameras use, and measures those as well. A PNG is also written anew by the same
 * compressor with all its pixels, which shows what is gained by keeping half of them and what by compressing well.
 *
 * With `--quality` JPEGs alone are compressed, lossily, at each of some qualities; each file is read back, some are
 * compressed again, and told is how much what came back is like the picture that the JPEG shows.
 *
 * @module
 */

import { compress, type CompressOptions } from "../codec/compress.ts";
import { settingsOfQuality } from "../codec/coded_quality.ts";
import { ImageError } from "../codec/image/image_error.ts";
import { psnr } from "../codec/image/metrics.ts";
import { ssim } from "../codec/image/ssim.ts";
import { EFFORTS } from "../codec/png/png_pixels.ts";
import { encodePng } from "../codec/png/png.ts";
import { isPng } from "../codec/png/png_chunks.ts";
import { decodeImage } from "../codec/read.ts";
import { type ChosenCoder, coderForWriting } from "../weights/coder_choice.ts";
import { timeOnce } from "./clock.ts";
import { writeLossyFile } from "./coded/lossy_file.ts";
import { listImages } from "./images.ts";
import { type Bench, UsageError } from "./program.ts";
import { makeJpegs } from "./sizes/made_jpegs.ts";
import { formatTable, type Measured, type SizesRow, summarise } from "./sizes/report.ts";

/** What to compress, and how. */
export interface SizesOptions {
  readonly images: readonly string[];
  /** Whether JPEGs are made of the PNGs and measured, too. Default: no. */
  readonly jpegs?: boolean | undefined;
  /** Lattice and effort. Default: those of `compress`. */
  readonly compression?: Pick<CompressOptions, "lattice" | "ratio" | "effort"> | undefined;
  /** Qualities at which JPEGs alone are compressed. Default: none, all files keep the pixels of a lattice. */
  readonly qualities?: readonly number[] | undefined;
  /** What the steps of chroma are multiplied with, where there are qualities. Default: 1. */
  readonly chroma?: number | undefined;
  /** A coder for lossy files that is not shipped. Default: the shipped one. */
  readonly coder?: ChosenCoder | undefined;
}

/** Everything the bench found. */
export interface SizesReport {
  /** One row for every kind of file. */
  readonly rows: readonly SizesRow[];
  readonly refused: readonly string[];
  /** Every file. */
  readonly files: readonly Measured[];
}

/**
 * Compresses every image of some folders.
 *
 * @param onProgress called with the path of every file
 * @throws {Error} if there are none.
 */
export async function measureSizes(
  options: SizesOptions,
  onProgress: (path: string) => void = () => {},
): Promise<SizesReport> {
  const measured: Measured[] = [];
  const refused: string[] = [];
  const measureAll = async (paths: readonly string[], made?: string) => {
    for (const [index, path] of paths.entries()) {
      onProgress(path);
      try {
        measured.push(
          ...options.qualities
            ? await measureLossily(path, { ...options, qualities: options.qualities, made, index })
            : [await measureFile(path, { ...options, made })],
        );
      } catch (error) {
        if (!(error instanceof ImageError)) throw error;
        refused.push(`${path}: ${error.message}`);
      }
    }
  };
  const paths = options.images.flatMap(listImages);
  if (paths.length === 0) throw new Error(`No PNG or JPEG file is in ${options.images.join(", ")}`);
  await measureAll(paths);
  if (options.jpegs) {
    const pngs = paths.filter((path) => /\.png$/i.test(path));
    await makeJpegs(pngs, (made) => measureAll(made.paths, made.kind));
  }
  return { rows: summarise(measured), refused, files: measured };
}

async function measureFile(
  path: string,
  options: SizesOptions & { made: string | undefined },
): Promise<Measured> {
  const source = await Deno.readFile(path);
  const image = await decodeImage(source);
  let packed = 0;
  const { cpu: seconds } = await timeOnce(async () => {
    packed = (await compress(image, options.compression)).length;
  });
  const common = {
    path,
    bytes: source.length,
    pixels: image.width * image.height,
    packed,
    seconds,
  };
  if (!isPng(source)) return { kind: options.made ?? "JPEG", ...common };
  const { effort } = options.compression ?? {};
  return { kind: "PNG", ...common, whole: (await encodePng(image, { effort })).length };
}

/** Of so many files, what comes back of one is compressed again. */
const AGAIN = 10;

/** One file at some qualities. */
async function measureLossily(
  path: string,
  { qualities, chroma, made = "JPEG", index, ...options }: SizesOptions & {
    qualities: readonly number[];
    made: string | undefined;
    index: number;
  },
): Promise<Measured[]> {
  const source = await Deno.readFile(path);
  if (isPng(source)) return [];
  const image = await decodeImage(source);
  const { effort } = options.compression ?? {};
  const coder = options.coder ?? await coderForWriting(effort, { isLossy: true });
  const measured: Measured[] = [];
  for (const quality of qualities) {
    const lossy = settingsOfQuality(quality, { chroma });
    const { bytes, back, seconds } = await writeLossyFile(image, {
      coder,
      effort,
      lossy,
      isAgain: index % AGAIN === 0 && quality === qualities[0],
    });
    measured.push({
      path,
      kind: `${made}, quality ${quality}`,
      bytes: source.length,
      pixels: image.width * image.height,
      packed: bytes.length,
      seconds,
      likeness: { psnr: psnr(image, back), ssim: ssim(image, back) },
    });
  }
  return measured;
}

/** Qualities from a text such as `70,80`. */
function parseQualities(text: string | undefined): number[] | undefined {
  const qualities = text?.split(",").map(Number);
  if (!qualities || qualities.every((quality) => quality >= 1 && quality <= 100)) return qualities;
  throw new UsageError(`"--quality" are numbers from 1 to 100, such as "70,80"; found "${text}"`);
}

/** The bench as a program. */
export const bench: Bench = {
  options: {
    images: { value: "DIR", many: true, help: "a folder of PNG and JPEG files; may be repeated" },
    jpegs: { help: "also makes JPEGs of the PNGs, as cameras would, and measures those" },
    lattice: { value: "NAME", help: "quincunx, grid or rows" },
    ratio: { value: "N", help: "2, 4, 8 or 16" },
    effort: { value: "NAME", help: EFFORTS.join(", ") },
    quality: { value: "LIST", help: "lossy files of the JPEGs alone, such as 70,80" },
    chroma: { value: "FACTOR", help: "what their steps of chroma are multiplied with; default: 1" },
  },
  async run(args) {
    const images = args.list("images");
    if (!images) throw new UsageError('A folder of images is needed: "--images DIR"');
    const compression = {
      lattice: args.text("lattice"),
      ratio: args.number("ratio"),
      effort: args.choice("effort", EFFORTS),
    };
    const options = {
      images,
      jpegs: args.flag("jpegs"),
      compression,
      qualities: parseQualities(args.text("quality")),
      chroma: args.number("chroma"),
    };
    const report = await measureSizes(options, (path) => console.error(path));
    return { report, text: formatTable(report) };
  },
};
