/**
 * Handing work to the device in pieces.
 *
 * Waiting for a device blocks the event loop on some systems, and a submission that takes seconds is killed by the
 * watchdog of others. So work is submitted in batches of about `QUANTUM` seconds, and there are never more than two: while
 * one is waited for, the next is there for the device to go on with. A wait is noticed by polling, ten milliseconds late, in
 * which the device would otherwise have nothing to do.
 *
 * @module
 */

import { pause } from "../platform/pause.ts";
import { type Device, throwIfLost } from "./device.ts";

/** Seconds of work in a batch. */
const QUANTUM = 0.25;

/**
 * How much faster than before a batch may show the device to be. Two batches that end before either is noticed look like one
 * that took no time at all, and after such a one there would be no waiting ever again.
 */
const MOST_GROWTH = 2;

/** Multiply-adds per second that are assumed until a batch has shown otherwise: those of a slow adapter of its kind. */
const FIRST_GUESS = { software: 5e9, hardware: 1e11 };

/** Submits work and waits now and then. */
export class Pacer {
  readonly #gpu: GPUDevice;
  #speed: number;
  /** Multiply-adds of the batch that is still filled, and when its first piece began to be submitted. */
  #filled = 0;
  #since = 0;
  /** When the device was done with the batch that ended last. */
  #ended = 0;
  /** Resolves when the batch that was closed last is done. */
  #closed: Promise<void> = Promise.resolve();

  /** Paces the work of one device. */
  constructor({ gpu, software }: Pick<Device, "gpu" | "software">) {
    this.#gpu = gpu;
    this.#speed = FIRST_GUESS[software ? "software" : "hardware"];
  }

  /** Multiply-adds that can still be submitted before a wait is due. */
  get room(): number {
    return this.#speed * QUANTUM - this.#filled;
  }

  /** Notes that work of so many multiply-adds is submitted now: some devices compute while it is handed in. */
  submitting(multiplyAdds: number): void {
    if (this.#filled === 0) this.#since = performance.now();
    this.#filled += multiplyAdds;
  }

  /**
   * Closes the batch that was submitted and waits for the one before it.
   *
   * @throws {GpuError} if the device is lost.
   */
  async wait(): Promise<void> {
    // On some systems the calling thread stands still from here until the device is done, so all else has its turn now.
    await pause();
    const before = this.#closed;
    const batch = { multiplyAdds: this.#filled, since: this.#since };
    this.#filled = 0;
    this.#closed = this.#gpu.queue.onSubmittedWorkDone().then(() => this.#learn(batch));
    // If it fails while nobody waits for it, whoever waits next will learn of it.
    this.#closed.catch(() => {});
    await before;
    await throwIfLost(this.#gpu, { what: "Restoring" });
  }

  #learn({ multiplyAdds, since }: { multiplyAdds: number; since: number }): void {
    const now = performance.now();
    const seconds = (now - Math.max(since, this.#ended)) / 1000;
    this.#ended = now;
    if (multiplyAdds === 0) return;
    const speed = Math.min(multiplyAdds / seconds, MOST_GROWTH * this.#speed);
    this.#speed = Math.max(FIRST_GUESS.software, speed);
  }
}
