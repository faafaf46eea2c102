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

/** Days after which a speed that no image has shown since is measured again: it may be that of a busy moment. */
const LASTS = 1;

/** Most widths that are remembered of a device: what is read must be of a size that was written. */
const MOST_WIDTHS = 64;

/** A speed, and the day on which it was last seen, counted from 1970. */
interface DatedSpeed extends NetworkSpeed {
  readonly day: number;
}

/** The speeds of one device. */
export class DeviceSpeeds {
  readonly #memory: SelectionMemory;
  readonly #key: string;
  readonly #today: number;
  readonly #speeds: Map<number, DatedSpeed>;

  /**
   * Reads what is remembered. What is too old, or cannot be made sense of, counts as nothing.
   *
   * @param key names the adapter, the kernel and the version of the shaders
   * @param options.today the day, counted from 1970
   */
  constructor(key: string, { memory, today }: { memory: SelectionMemory; today: number }) {
    this.#key = key;
    this.#memory = memory;
    this.#today = today;
    const remembered = parseSpeeds(memory.get(key) ?? "");
    this.#speeds = new Map(
      [...remembered].filter(([, { day }]) => Math.abs(today - day) <= LASTS),
    );
  }

  /** The speeds by hidden channels. */
  get known(): ReadonlyMap<number, NetworkSpeed> {
    return this.#speeds;
  }

  /** Remembers what was measured. */
  learn(channels: number, { rate, start }: NetworkSpeed): void {
    this.#speeds.set(channels, { rate, start, day: this.#today });
    this.#save();
  }

  /**
   * Corrects all speeds by an image that took other than the estimated seconds: what slowed it, or slowed the
   * measurement, was most likely another program, which slows all networks alike.
   */
  correct(channels: number, { estimated, taken }: { estimated: number; taken: number }): void {
    const factor = (estimated / taken) ** CORRECTION;
    if (!(factor > 0 && factor < Infinity)) return;
    for (const [width, { rate, start, day }] of this.#speeds) {
      this.#speeds.set(width, {
        rate: rate * factor,
        start: start / factor,
        day: width === channels ? this.#today : day,
      });
    }
    this.#save();
  }

  #save(): void {
    this.#memory.set(this.#key, JSON.stringify([...this.#speeds]));
  }
}

/** Reads `[[channels, { rate, start, day }], …]`; anything else is nothing. */
function parseSpeeds(text: string): Map<number, DatedSpeed> {
  try {
    const entries: unknown = JSON.parse(text);
    if (!Array.isArray(entries) || entries.length > MOST_WIDTHS) return new Map();
    return new Map(entries.map(readEntry));
  } catch {
    return new Map();
  }
}

function readEntry(
  [channels, { rate, start, day }]: [number, Record<keyof DatedSpeed, number>],
): [number, DatedSpeed] {
  const isSound = Number.isSafeInteger(channels) && channels > 0 && Number.isFinite(rate) &&
    rate > 0 && Number.isFinite(start) && start >= 0 && Number.isSafeInteger(day);
  if (!isSound) throw new RangeError("No speed");
  return [channels, { rate, start, day }];
}
