/**
 * Bringing finished tiles back from the device.
 *
 * Tiles gather in a buffer on the device and are read back together. A readback is begun and left alone: the device
 * computes the next tiles meanwhile, and what came back is copied to its place while it does.
 *
 * @module
 */

import { mapForReading, withErrorScopes } from "./device.ts";
import type { Tile } from "./tile_plan.ts";

const WHAT = "Reading tiles back";

/** A tile that came back. */
export interface PlacedTile {
  /** The tile. */
  readonly tile: Tile;
  /** All that came back with it, for as long as it is looked at. */
  readonly bytes: Uint8Array;
  /** At which 32-bit word of it the tile begins. */
  readonly offset: number;
}

/** Reads the tiles of one image back. */
export class Readback {
  readonly #gpu: GPUDevice;
  readonly #words: GPUBuffer;
  readonly #take: (placed: PlacedTile) => void;
  #gathered: { tile: Tile; offset: number }[] = [];
  #used = 0;
  #reading: Promise<void> = Promise.resolve();

  /** Reads from `words`, where tiles gather, and lets `take` have each. */
  constructor(
    gpu: GPUDevice,
    { words, take }: { words: GPUBuffer; take: (placed: PlacedTile) => void },
  ) {
    this.#gpu = gpu;
    this.#words = words;
    this.#take = take;
  }

  /**
   * Makes room for a tile that is to be computed next, of so many 32-bit words.
   *
   * @returns Where in `words` it belongs.
   */
  async place(tile: Tile, length: number): Promise<number> {
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
      for (const { tile, offset } of gathered) this.#take({ tile, bytes, offset });
    } finally {
      staging.destroy();
    }
  }
}
