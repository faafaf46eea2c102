/**
 * What restoring takes as images grow, and as there are many: `deno task bench memory`.
 *
 * Images of 0.25 to 100 megapixels, drawn by code, are restored by `nnc restore`, each in a process of its own; then 200
 * small ones in one process. Restored files are checked for their size. Needs Linux, for /proc.
 *
 * @module
 */

import { fitLine } from "./charts/line.ts";
import { sizeOf } from "./memory/make.ts";
import { type Taken, watchProgram } from "./memory/watch.ts";
import type { Bench } from "./program.ts";
import { formatMarkdown, formatTime, present } from "./tables.ts";

/** One image. */
export interface ImageRow extends Taken {
  readonly megapixels: number;
}

/** Everything the bench found. */
export interface MemoryReport {
  readonly images: readonly ImageRow[];
  /** Resident bytes after every tenth of 200 images in one process. */
  readonly resident: readonly number[];
}

const MEGAPIXELS = [0.25, 1, 4, 16, 40, 100];

const path = (name: string) => new URL(name, import.meta.url).pathname;

/** Runs the whole bench with images of up to so many megapixels. */
export async function measureMemory(largest = Infinity): Promise<MemoryReport> {
  const images: ImageRow[] = [];
  const folder = await Deno.makeTempDir();
  try {
    for (const megapixels of MEGAPIXELS.filter((each) => each <= largest)) {
      images.push({ megapixels, ...await measureImage(megapixels, folder) });
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
  const command = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", path("memory/many.ts")],
    stderr: "inherit",
  });
  const { code, stdout } = await command.output();
  if (code !== 0) throw new Error("Restoring many images failed");
  return { images, resident: JSON.parse(new TextDecoder().decode(stdout)) };
}

async function measureImage(megapixels: number, folder: string): Promise<Taken> {
  const [file, restored] = [`${folder}/image.nnc`, `${folder}/image.png`];
  await watchProgram([path("memory/make.ts"), String(megapixels), file]);
  const taken = await watchProgram([
    path("../nnc.ts"),
    ...["restore", file, "--output", restored, "--force", "--quiet"],
  ]);
  const { width, height } = sizeOf(megapixels);
  const found = await readSize(restored);
  if (found.width !== width || found.height !== height) {
    throw new Error(`Restored ${found.width}×${found.height} pixels, expected ${width}×${height}`);
  }
  return taken;
}

/** The size that a PNG states in its first chunk. */
async function readSize(path: string): Promise<{ width: number; height: number }> {
  const header = new DataView(new ArrayBuffer(24));
  using file = await Deno.open(path);
  await file.read(new Uint8Array(header.buffer));
  return { width: header.getUint32(16), height: header.getUint32(20) };
}

/** The report as Markdown, a text a section: they stand in `docs/performance.md`. */
export function memorySections({ images, resident }: MemoryReport): Record<string, string> {
  const mebibytes = (bytes: number) => `${(bytes / 2 ** 20).toFixed(0)} MiB`;
  const rows = images.map(({ megapixels, wall, cpu, peak }) => [
    String(megapixels),
    formatTime(wall),
    (cpu / megapixels).toFixed(2),
    mebibytes(peak),
  ]);
  const header = ["megapixels", "time", "CPU-seconds a megapixel", "resident at most"];
  const after = [0, 1, resident.length - 1].map((look) =>
    `${mebibytes(resident[look]!)} after ${(look + 1) * 10}`
  );
  return present({
    size: formatMarkdown([header, ...rows], { left: 0 }),
    growth: images.length > 2 ? describeGrowth(images) : undefined,
    resident: `Resident while images of three sizes are restored in one process: ${
      after.join(", ")
    }.`,
  });
}

/** Both straight lines: seconds and bytes by size. */
function describeGrowth(images: readonly ImageRow[]): string {
  const line = (value: (image: ImageRow) => number) =>
    fitLine(images.map((image) => ({ x: image.megapixels, y: value(image) })));
  const percent = (off: number) => `${(100 * off).toFixed(0)} %`;
  const time = line(({ wall }) => wall);
  const memory = line(({ peak }) => peak / 1e6);
  return `Time is ${time.start.toFixed(2)} s and ${time.slope.toFixed(2)} s for every megapixel; ` +
    `nothing is off that line by more than ${percent(time.off)}. Memory is ` +
    `${(memory.start * 1e6 / 2 ** 20).toFixed(0)} MiB and ${memory.slope.toFixed(0)} bytes for ` +
    `every pixel, to ${percent(memory.off)}.`;
}

/** The bench as a program. */
export const bench: Bench = {
  options: { largest: { value: "MP", help: "images of up to so many megapixels" } },
  async run(args) {
    const report = await measureMemory(args.number("largest"));
    return { report, text: Object.values(memorySections(report)).join("\n\n") };
  },
};
