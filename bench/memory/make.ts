/**
 * Writes an NNC file of a drawn scene of so many megapixels: `make.ts MEGAPIXELS FILE`. Run by `../memory.ts`, in a
 * process of its own so that the whole image is in no other.
 *
 * @module
 */

import { renderScene } from "../../cli/scene/scene.ts";
import { compress } from "../../codec/compress.ts";
import { NO_METADATA } from "../../codec/image/metadata.ts";

/** Bits of grain: as much as makes files of a photo's size. */
const GRAIN_BITS = 3;

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
  addGrain(data);
  const image = { width, height, channels: 3, data, metadata: NO_METADATA } as const;
  await Deno.writeFile(path, await compress(image, { effort: "fast" }));
}

function addGrain(data: Uint8Array): void {
  let state = 1;
  for (let at = 0; at < data.length; at++) {
    state = Math.imul(state, 1664525) + 1013904223 >>> 0;
    data[at] = data[at]! ^ state >>> 32 - GRAIN_BITS;
  }
}

if (import.meta.main) await makeFile(Deno.args[1]!, sizeOf(Number(Deno.args[0])));
