/**
 * Writes an NNC file of a drawn scene of so many megapixels: `make.ts MEGAPIXELS FILE`. Run by `../memory.ts`, in a
 * process of its own so that the whole image is in no other.
 *
 * @module
 */

import { renderScene } from "../../cli/scene/scene.ts";
import { compress } from "../../codec/compress.ts";
import { NO_METADATA } from "../../codec/metadata.ts";

/** Side of the scene that larger images repeat. */
const TILE = 1000;

/** The size of an image of so many megapixels, about 4 to 3. */
export function sizeOf(megapixels: number): { width: number; height: number } {
  const height = Math.round(Math.sqrt(megapixels * 1e6 * 3 / 4));
  return { width: Math.round(megapixels * 1e6 / height), height };
}

async function makeFile(path: string, { width, height }: { width: number; height: number }) {
  const scene = renderScene({ width: Math.min(width, TILE), height: Math.min(height, TILE) });
  const data = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    const from = y % scene.height * scene.width * 3;
    const row = scene.data.subarray(from, from + scene.width * 3);
    for (let x = 0; x < width; x += scene.width) {
      const rest = Math.min(scene.width, width - x) * 3;
      data.set(row.subarray(0, rest), (y * width + x) * 3);
    }
  }
  const image = { width, height, channels: 3, data, metadata: NO_METADATA } as const;
  await Deno.writeFile(path, await compress(image, { effort: "fast" }));
}

if (import.meta.main) await makeFile(Deno.args[1]!, sizeOf(Number(Deno.args[0])));
