/**
 * Lossy formats of others, where their programs are installed: a picture at several qualities, written and read back.
 *
 * @module
 */

import type { Image } from "../../codec/image/image.ts";
import { ImageError } from "../../codec/image/image_error.ts";
import { psnr, ssim } from "../../codec/image/metrics.ts";
import { encodePng } from "../../codec/png/png.ts";
import { decodeImage } from "../../codec/read.ts";
import { isInstalled, timeProgram } from "../formats.ts";

/** What a picture takes at one setting, and how it comes back. */
export interface LossyCost {
  readonly bits: number;
  readonly psnr: number;
  readonly ssim: number;
}

/** A lossy format. */
export interface LossyFormat {
  /** How the writing program is called. */
  readonly name: string;
  /** What its quality may be, from coarse to fine. */
  readonly settings: readonly number[];
  /** The program that writes, and its arguments. */
  readonly encode: (setting: number, files: { png: string; ppm: string; file: string }) => string[];
  /** The program that reads; absent where the file is read here. */
  readonly decode?: (file: string, png: string) => string[];
  readonly extension: string;
}

const FORMATS: readonly LossyFormat[] = [
  {
    name: "cjpeg -sample 1x1",
    settings: [30, 50, 65, 75, 82, 87, 91, 94, 96, 98, 100],
    encode: (quality, { ppm, file }) => [
      ...["cjpeg", "-quality", String(quality), "-sample", "1x1", "-optimize", "-progressive"],
      ...["-outfile", file, ppm],
    ],
    extension: "jpg",
  },
  {
    name: "cwebp -m 6",
    settings: [30, 50, 65, 75, 83, 89, 93, 96, 98, 100],
    encode: (quality, { png, file }) => [
      ...["cwebp", "-quiet", "-m", "6", "-q", String(quality), png, "-o", file],
    ],
    decode: (file, png) => ["dwebp", "-quiet", file, "-o", png],
    extension: "webp",
  },
  {
    name: "cjxl -e 7",
    settings: [6, 4.5, 3.2, 2.3, 1.7, 1.2, 0.8, 0.55, 0.35, 0.2, 0.1],
    encode: (distance, { png, file }) => [
      ...["cjxl", png, file, "-d", String(distance), "-e", "7", "--quiet"],
    ],
    decode: (file, png) => ["djxl", file, png, "--quiet"],
    extension: "jxl",
  },
  {
    name: "avifenc -s 6 -y 444",
    settings: [44, 38, 32, 27, 22, 17, 13, 9, 5, 2, 1],
    encode: (level, { png, file }) => [
      ...["avifenc", "-s", "6", "-y", "444", "--min", "0", "--max", "63"],
      ...["-a", "end-usage=q", "-a", `cq-level=${level}`, png, file],
    ],
    decode: (file, png) => ["avifdec", file, png],
    extension: "avif",
  },
];

/** The formats whose programs are installed. */
export async function findLossyFormats(): Promise<LossyFormat[]> {
  const found = await Promise.all(FORMATS.map(async (format) => {
    const files = { png: "", ppm: "", file: "" };
    const programs = [format.encode(0, files)[0]!, format.decode?.("", "")[0] ?? "true"];
    return (await Promise.all(programs.map(isInstalled))).every(Boolean) ? [format] : [];
  }));
  return found.flat();
}

/**
 * Writes and reads a picture at every setting of some formats.
 *
 * @returns by the format's name, in the order of its settings
 * @throws {ImageError} if a program fails.
 */
export async function measureLossyFormats(
  image: Image,
  formats: readonly LossyFormat[],
): Promise<Record<string, LossyCost[]>> {
  const folder = await Deno.makeTempDir();
  try {
    const png = `${folder}/in.png`;
    const ppm = `${folder}/in.ppm`;
    const bare = { ...image, metadata: { chunks: [] } };
    await Deno.writeFile(png, await encodePng(bare, { effort: "fast" }));
    await Deno.writeFile(ppm, writePpm(image));
    const costs: Record<string, LossyCost[]> = {};
    for (const format of formats) {
      const own: LossyCost[] = [];
      for (const setting of format.settings) {
        const file = `${folder}/out.${format.extension}`;
        await timeProgram(format.encode(setting, { png, ppm, file }), format.name);
        own.push(costOf(image, await readBack(format, { file, folder })));
      }
      costs[format.name] = own;
    }
    return costs;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** What a file of so many bytes costs, by how it came back. */
export function costOf(
  image: Image,
  { bytes, back }: { bytes: number; back: Image },
): LossyCost {
  if (back.width !== image.width || back.height !== image.height) {
    throw new ImageError(`A picture came back in ${back.width}×${back.height} pixels`);
  }
  const bits = 8 * bytes / (image.width * image.height);
  return { bits, psnr: psnr(image, back), ssim: ssim(image, back) };
}

async function readBack(
  { name, extension, decode }: LossyFormat,
  { file, folder }: { file: string; folder: string },
): Promise<{ bytes: number; back: Image }> {
  const data = await Deno.readFile(file);
  if (!decode) return { bytes: data.length, back: await decodeImage(data) };
  const png = `${folder}/${extension}.png`;
  await timeProgram(decode(file, png), name);
  return { bytes: data.length, back: await decodeImage(await Deno.readFile(png), { depth: 8 }) };
}

/** A picture as the simplest format has it. */
function writePpm({ width, height, channels, data }: Image): Uint8Array {
  const head = new TextEncoder().encode(`P6\n${width} ${height}\n255\n`);
  const file = new Uint8Array(head.length + 3 * width * height);
  file.set(head);
  for (let from = 0, to = head.length; to < file.length; from += channels, to += 3) {
    for (let colour = 0; colour < 3; colour++) {
      file[to + colour] = data[from + (channels < 3 ? 0 : colour)]!;
    }
  }
  return file;
}
