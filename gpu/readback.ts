/**
 * Bringing finished tiles back from the device.
 *
 * Tiles gather in a buffer on the device and are read back together. A readback is begun and left alone: the device
 * computes the next tiles meanwhile, and what came back is copied to its place while it does.
 *
 * @module
 */

import { mapForReading, withErrorScopes } from "./device.ts";
import type { Cells } from "./geometry.ts";
import type { Tile } from "./tile_plan.ts";

const WHAT = "Reading tiles back";

/** Reads the tiles of one image back. */
export class Readback {
  readonly #gpu: GPUDevice;
  readonly #words: GPUBuffer;
  readonly #restored: Cells;
  #gathered: { tile: Tile; offset: number }[] = [];
  #used = 0;
  #reading: Promise<void> = Promise.resolve();

  /** Reads from `words`, where tiles gather as `[tile][phase][height][width]`, into `restored`. */
  constructor(gpu: GPUDevice, { words, restored }: { words: GPUBuffer; restored: Cells }) {
    this.#gpu = gpu;
    this.#words = words;
    this.#restored = restored;
  }

  /**
   * Makes room for a tile that is to be computed next.
   *
   * @returns Where in `words` it belongs.
   */
  async place(tile: Tile): Promise<number> {
    const length = tile.width * tile.height * this.#restored.phases;
    if ((this.#used + length) * 4 > this.#words.size) await this.#flush();
    const offset = this.#used;
    this.#gathered.push({ tile, offset });
    this.#used += length;
    return offset;
  }

  /** Reads what is left, and waits for all of it. */
  async finish(): Promise<void> {
    await this.#flush();
    await this.#reading;
  }

  /** Waits for the readback before, so that there is one at a time, and begins the next. */
  async #flush(): Promise<void> {
    await this.#reading;
    const [gathered, used] = [this.#gathered, this.#used];
    [this.#gathered, this.#used] = [[], 0];
    const staging = await withErrorScopes({ gpu: this.#gpu, what: WHAT }, () => {
      const buffer = this.#gpu.createBuffer({
        label: "readback",
        size: used * 4,
        usage: GPUBufferUsage.COPY_DST | GPUBufferUsage.MAP_READ,
      });
      const encoder = this.#gpu.createCommandEncoder();
      encoder.copyBufferToBuffer(this.#words, 0, buffer, 0, used * 4);
      this.#gpu.queue.submit([encoder.finish()]);
      return buffer;
    });
    this.#reading = this.#collect(staging, gathered);
    // Whoever waits for it next will learn of a failure; until then nobody does.
    this.#reading.catch(() => {});
  }

  async #collect(
    staging: GPUBuffer,
    gathered: readonly { tile: Tile; offset: number }[],
  ): Promise<void> {
    try {
      await mapForReading(this.#gpu, { buffer: staging, what: WHAT });
      const bytes = new Uint8Array(staging.getMappedRange());
      for (const { tile, offset } of gathered) copyTile(this.#restored, { tile, bytes, offset });
    } finally {
      staging.destroy();
    }
  }
}

function copyTile(
  { width, height, phases, data }: Cells,
  { tile, bytes, offset }: { tile: Tile; bytes: Uint8Array; offset: number },
): void {
  const length = tile.width * 4;
  let from = offset * 4;
  for (let phase = 0; phase < phases; phase++) {
    for (let row = 0; row < tile.height; row++, from += length) {
      const to = ((phase * height + tile.y + row) * width + tile.x) * 4;
      data.set(bytes.subarray(from, from + length), to);
    }
  }
}
