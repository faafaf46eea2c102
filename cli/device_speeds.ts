/**
 * How fast a device runs networks, by their hidden channels: measured once, remembered, and corrected by every image
 * that is restored.
 *
 * @module
 */

import type { NetworkSpeed } from "../gpu/speed.ts";
import type { SelectionMemory } from "../gpu/engine.ts";

/** How much of a difference the next image corrects: a busy moment must not decide, nor be believed for long. */
const CORRECTION = 0.3;

/** Most widths that are remembered of a device: what is read must be of a size that was written. */
const MOST_WIDTHS = 64;

/** The speeds of one device. */
export class DeviceSpeeds {
  readonly #memory: SelectionMemory;
  readonly #key: string;
  readonly #speeds: Map<number, NetworkSpeed>;

  /**
   * Reads what is remembered. What cannot be made sense of counts as nothing.
   *
   * @param key names the adapter, the kernel and the version of the shaders
   */
  constructor(key: string, memory: SelectionMemory) {
    this.#key = key;
    this.#memory = memory;
    this.#speeds = parseSpeeds(memory.get(key) ?? "");
  }

  /** The speeds by hidden channels. */
  get known(): ReadonlyMap<number, NetworkSpeed> {
    return this.#speeds;
  }

  /** Remembers what was measured. */
  learn(channels: number, speed: NetworkSpeed): void {
    this.#speeds.set(channels, speed);
    this.#save();
  }

  /**
   * Corrects all speeds by an image that took other than the estimated seconds: what slowed it, or slowed the
   * measurement, was most likely another program, which slows all networks alike.
   */
  correct({ estimated, taken }: { estimated: number; taken: number }): void {
    const factor = (estimated / taken) ** CORRECTION;
    if (!(factor > 0 && factor < Infinity)) return;
    for (const [width, { rate, start }] of this.#speeds) {
      this.#speeds.set(width, { rate: rate * factor, start: start / factor });
    }
    this.#save();
  }

  #save(): void {
    this.#memory.set(this.#key, JSON.stringify([...this.#speeds]));
  }
}

/** Reads `[[channels, { rate, start }], …]`; anything else is nothing. */
function parseSpeeds(text: string): Map<number, NetworkSpeed> {
  try {
    const entries: unknown = JSON.parse(text);
    if (!Array.isArray(entries) || entries.length > MOST_WIDTHS) return new Map();
    return new Map(entries.map(readEntry));
  } catch {
    return new Map();
  }
}

function readEntry([channels, { rate, start }]: [unknown, Record<string, unknown>]): [
  number,
  NetworkSpeed,
] {
  const isSound = Number.isSafeInteger(channels) && Number(channels) > 0 &&
    Number.isFinite(rate) && Number(rate) > 0 && Number.isFinite(start) && Number(start) >= 0;
  if (!isSound) throw new RangeError("No speed");
  return [channels as number, { rate: rate as number, start: start as number }];
}
