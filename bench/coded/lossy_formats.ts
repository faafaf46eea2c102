/**
 * Lossy formats of others: their settings, and the programs that write and read them.
 *
 * @module
 */

import { isInstalled } from "../formats.ts";

/** A lossy format. */
export interface LossyFormat {
  /** How the writing program is called. */
  readonly name: string;
  /** What its quality may be, from coarse to fine. */
  readonly settings: readonly number[];
  /** Its coarsest and its finest setting, and how many steps there are between them. */
  readonly range: { readonly coarsest: number; readonly finest: number; readonly steps: number };
  /** The program that writes, and its arguments. */
  readonly encode: (setting: number, files: { png: string; ppm: string; file: string }) => string[];
  /** The program that reads; absent where the file is read here. */
  readonly decode?: (file: string, png: string) => string[];
  readonly extension: string;
  /** What it is called in pictures, in lower case. */
  readonly caption: string;
}

const FORMATS: readonly LossyFormat[] = [
  {
    name: "cjpeg -sample 1x1",
    settings: [30, 50, 65, 75, 82, 87, 91, 94, 96, 98, 100],
    range: { coarsest: 1, finest: 100, steps: 99 },
    encode: (quality, { ppm, file }) => [
      ...["cjpeg", "-quality", String(quality), "-sample", "1x1", "-optimize", "-progressive"],
      ...["-outfile", file, ppm],
    ],
    extension: "jpg",
    caption: "jpeg",
  },
  {
    name: "cwebp -m 6",
    settings: [30, 50, 65, 75, 83, 89, 93, 96, 98, 100],
    range: { coarsest: 0, finest: 100, steps: 200 },
    encode: (quality, { png, file }) => [
      ...["cwebp", "-quiet", "-m", "6", "-q", String(quality), png, "-o", file],
    ],
    decode: (file, png) => ["dwebp", "-quiet", file, "-o", png],
    extension: "webp",
    caption: "webp",
  },
  {
    name: "cjxl -e 7",
    settings: [6, 4.5, 3.2, 2.3, 1.7, 1.2, 0.8, 0.55, 0.35, 0.2, 0.1],
    range: { coarsest: 20, finest: 0.1, steps: 398 },
    encode: (distance, { png, file }) => [
      ...["cjxl", png, file, "-d", String(distance), "-e", "7", "--quiet"],
    ],
    decode: (file, png) => ["djxl", file, png, "--quiet"],
    extension: "jxl",
    caption: "jpeg xl",
  },
  {
    name: "avifenc -s 6 -y 444",
    settings: [44, 38, 32, 27, 22, 17, 13, 9, 5, 2, 1],
    range: { coarsest: 63, finest: 1, steps: 62 },
    encode: (level, { png, file }) => [
      ...["avifenc", "-s", "6", "-y", "444", "--min", "0", "--max", "63"],
      ...["-a", "end-usage=q", "-a", `cq-level=${level}`, png, file],
    ],
    decode: (file, png) => ["avifdec", file, png],
    extension: "avif",
    caption: "avif",
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
