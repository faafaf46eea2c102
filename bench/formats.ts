/**
 * Lossless formats of others, where their programs are installed: a picture to a file and back, whole processes, its samples
 * compared before anything is reported.
 *
 * @module
 */

import type { Image } from "../codec/image/image.ts";
import { ImageError } from "../codec/image/image_error.ts";
import { encodePng } from "../codec/png/png.ts";
import { decodeImage } from "../codec/read.ts";

/** A lossless format. */
export interface Format {
  /** How the writing program is called. */
  readonly name: string;
  /** The programs and their arguments, by the names of what is read and what is to be written. */
  readonly encode: (png: string, file: string) => readonly string[];
  readonly decode: (file: string, png: string) => readonly string[];
  /** What names of its files end in. */
  readonly extension: string;
  /** Whether it has samples of 16 bits. */
  readonly hasWideSamples: boolean;
}

/** What a picture took. */
export interface FormatCost {
  readonly bytes: number;
  readonly encodeSeconds: number;
  readonly decodeSeconds: number;
}

const FORMATS: readonly Format[] = [
  {
    name: "cjxl -d 0 -e 7",
    encode: (png, file) => ["cjxl", png, file, "-d", "0", "-e", "7", "--quiet"],
    decode: (file, png) => ["djxl", file, png, "--quiet"],
    extension: "jxl",
    hasWideSamples: true,
  },
  {
    name: "cwebp -lossless -z 6",
    encode: (
      png,
      file,
    ) => ["cwebp", "-lossless", "-exact", "-z", "6", "-quiet", png, "-o", file],
    decode: (file, png) => ["dwebp", "-quiet", file, "-o", png],
    extension: "webp",
    hasWideSamples: false,
  },
];

/** The formats whose programs are installed. */
export async function findFormats(): Promise<Format[]> {
  const found = await Promise.all(FORMATS.map(async (format) => {
    const programs = [format.encode("", "")[0]!, format.decode("", "")[0]!];
    return (await Promise.all(programs.map(isInstalled))).every(Boolean) ? [format] : [];
  }));
  return found.flat();
}

/**
 * Writes and reads a picture in every format that can have it.
 *
 * @throws {ImageError} if a program fails, or a picture comes back otherwise.
 */
export async function measureFormats(
  image: Image,
  formats: readonly Format[],
): Promise<Record<string, FormatCost>> {
  const folder = await Deno.makeTempDir();
  try {
    const png = `${folder}/in.png`;
    await Deno.writeFile(png, await encodePng(image, { effort: "fast" }));
    const costs: Record<string, FormatCost> = {};
    for (const format of formats) {
      if (image.low && !format.hasWideSamples) continue;
      costs[format.name] = await measure(format, { image, png, folder });
    }
    return costs;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function measure(
  { name, extension, encode, decode }: Format,
  { image, png, folder }: { image: Image; png: string; folder: string },
): Promise<FormatCost> {
  const [file, back] = [`${folder}/out.${extension}`, `${folder}/${extension}.png`];
  const encodeSeconds = await timeProgram(encode(png, file), name);
  const decodeSeconds = await timeProgram(decode(file, back), name);
  const read = await decodeImage(await Deno.readFile(back), { depth: 16 });
  if (!isSame(read, image)) throw new ImageError(`"${name}" did not give the picture back`);
  return { bytes: (await Deno.stat(file)).size, encodeSeconds, decodeSeconds };
}

/**
 * Runs a program to its end.
 *
 * @returns how many seconds that took.
 * @throws {ImageError} if it fails.
 */
export async function timeProgram(
  [program, ...args]: readonly string[],
  name: string,
): Promise<number> {
  const started = performance.now();
  const command = new Deno.Command(program!, { args, stdout: "null", stderr: "null" });
  if (!(await command.output()).success) throw new ImageError(`"${name}" failed`);
  return (performance.now() - started) / 1000;
}

/** Whether a program can be run. */
export async function isInstalled(program: string): Promise<boolean> {
  try {
    await new Deno.Command(program, { args: ["--version"], stdout: "null", stderr: "null" })
      .output();
    return true;
  } catch {
    return false;
  }
}

/** Whether all samples of `found` are those of `image`; it may have channels more that say nothing. */
function isSame(found: Image, image: Image): boolean {
  const { width, height, channels } = image;
  if (found.width !== width || found.height !== height) return false;
  const colours = Math.min(3, channels - 1 | 1);
  for (let pixel = 0; pixel < width * height; pixel++) {
    for (let channel = 0; channel < channels; channel++) {
      const isAlpha = channel === colours;
      const there = isAlpha
        ? found.channels % 2 === 0 ? found.channels - 1 : -1
        : found.channels < 3
        ? 0
        : channel;
      const [from, at] = [pixel * found.channels + there, pixel * channels + channel];
      const high = there < 0 ? 255 : found.data[from]!;
      if (high !== image.data[at]) return false;
      if (image.low && (there < 0 ? 255 : (found.low ?? found.data)[from]!) !== image.low[at]) {
        return false;
      }
    }
  }
  return true;
}
