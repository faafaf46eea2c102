/**
 * Handing work to the device in pieces.
 *
 * Waiting for a device blocks the event loop on some systems, and a submission that takes seconds is killed by the
 * watchdog of others. So work is submitted in pieces, with a wait whenever about `QUANTUM` seconds are under way.
 * A wait costs about ten milliseconds of polling, which is why it is not made after every piece.
 *
 * @module
 */

import { throwIfLost } from "./device.ts";

/** Seconds of work that are submitted before waiting for it. */
const QUANTUM = 0.25;

/** Multiply-adds per second that are assumed until a wait has shown better: a slow software adapter. */
const FIRST_GUESS = 5e9;

/** Submits work and waits now and then. */
export class Pacer {
  readonly #gpu: GPUDevice;
  #speed = FIRST_GUESS;
  #pending = 0;
  #since = 0;

  /** Paces the work of one device. */
  constructor(gpu: GPUDevice) {
    this.#gpu = gpu;
  }

  /** Multiply-adds that can still be submitted before a wait is due. */
  get room(): number {
    return this.#speed * QUANTUM - this.#pending;
  }

  /** Notes that work of so many multiply-adds was submitted. */
  submitted(multiplyAdds: number): void {
    if (this.#pending === 0) this.#since = performance.now();
    this.#pending += multiplyAdds;
  }

  /**
   * Waits for everything that was submitted.
   *
   * @throws {GpuError} if the device is lost.
   */
  async wait(): Promise<void> {
    await this.#gpu.queue.onSubmittedWorkDone();
    await throwIfLost(this.#gpu, { what: "Restoring" });
    const seconds = (performance.now() - this.#since) / 1000;
    if (this.#pending > 0) this.#speed = Math.max(FIRST_GUESS, this.#pending / seconds);
    this.#pending = 0;
  }
}
