/**
 * What restoring takes as images grow, and as there are many: `deno task bench memory`.
 *
 * Images of 0.25 to 100 megapixels, drawn by code, are restored by `nnc restore`, each in a process of its own; then 200
 * small ones in one process. Restored files are checked for their size. Needs Linux, for /proc.
 *
 * @module
 */

import { type Bench } from "./program.ts";
import { sizeOf } from "./memory/make.ts";
import { type Taken, watchProgram } from "./memory/watch.ts";

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

/** The report as a table. */
export function formatReport({ images, resident }: MemoryReport): string {
  const mebibytes = (bytes: number) => `${(bytes / 2 ** 20).toFixed(0)} MiB`;
  return [
    ...images.map(({ megapixels, wall, cpu, peak }) =>
      [
        `${megapixels} MP`.padStart(8),
        `${wall.toFixed(2)} s`.padStart(10),
        `${cpu.toFixed(2)} CPU-seconds`.padStart(22),
        `${(cpu / megapixels).toFixed(3)} a megapixel`.padStart(20),
        `${mebibytes(peak)} at most`.padStart(20),
      ].join("")
    ),
    `200 images, resident after every tenth: ${resident.map(mebibytes).join(", ")}`,
  ].join("\n");
}

/** The bench as a program. */
export const bench: Bench = {
  options: { largest: { value: "MP", help: "images of up to so many megapixels" } },
  async run(args) {
    const report = await measureMemory(args.number("largest"));
    return { report, text: formatReport(report) };
  },
};
