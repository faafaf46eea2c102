/**
 * JPEGs of PNGs, as a camera would have written them.
 *
 * They are made in a process of its own, as its lock file alone knows the encoder: nobody else needs it.
 *
 * @module
 */

import { decodeImage } from "../../codec/read.ts";

/** Pixels for the camera: a file of R, G and B of every pixel. */
export interface Frame {
  readonly path: string;
  readonly width: number;
  readonly height: number;
}

/** JPEGs of one quality and sampling. */
export interface MadeJpegs {
  /** Such as `JPEG 92 4:2:0`. */
  readonly kind: string;
  readonly paths: readonly string[];
}

/**
 * Makes JPEGs of the PNGs that are RGB, at every quality and sampling, and removes them when they have been used.
 *
 * @throws {Error} if they cannot be made.
 */
export async function makeJpegs(
  pngs: readonly string[],
  use: (made: MadeJpegs) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    const frames: Frame[] = [];
    for (const [index, png] of pngs.entries()) {
      const { width, height, channels, data } = await decodeImage(await Deno.readFile(png));
      if (channels !== 3) continue;
      const path = `${folder}/${index}.rgb`;
      await Deno.writeFile(path, data);
      frames.push({ path, width, height });
    }
    await Deno.writeTextFile(`${folder}/frames.json`, JSON.stringify(frames));
    for (const made of await runCamera(`${folder}/frames.json`)) await use(made);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function runCamera(frames: string): Promise<MadeJpegs[]> {
  const path = (name: string) => new URL(name, import.meta.url).pathname;
  const command = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--lock", path("deno.lock"), "--frozen", path("camera.ts"), frames],
    stderr: "inherit",
  });
  const { code, stdout } = await command.output();
  if (code !== 0) throw new Error(`Making JPEGs failed: "camera.ts" ended with ${code}`);
  return JSON.parse(new TextDecoder().decode(stdout));
}
