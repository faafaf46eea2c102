/** Seconds and operations as rates. @module */

import type { Seconds } from "../clock.ts";

/** Work that took a time. */
export interface Work extends Seconds {
  /** 10⁹ operations by the direct convolution, two for a multiply-add. */
  readonly gigaflop: number;
}

/** How fast work went. */
export interface Rates {
  /** 10⁹ operations a second, by the clock on the wall. */
  readonly perSecond: number;
  /** 10⁹ operations for every second of the processor; only of software adapters. */
  readonly perCpuSecond?: number | undefined;
  /** Share of what the adapter makes in registers: of the latter if it is there, else of the former. */
  readonly ofPeak: number;
}

/** Work with its rates. */
export type Rated<Row> = Row & { readonly rates: Rates };

/** Makes rates of work on an adapter whose most is known. */
export class Rater {
  readonly #peak: number;

  /** Whether the adapter is a processor. */
  readonly software: boolean;

  /** `peak` is the most work that there is. */
  constructor(peak: Work, { software }: { software: boolean }) {
    this.software = software;
    this.#peak = peak.gigaflop / (software ? peak.cpu : peak.wall);
  }

  /** Adds the rates. */
  rate<Row extends Work>(row: Row): Rated<Row> {
    const { gigaflop, wall, cpu } = row;
    const [perSecond, perCpuSecond] = [gigaflop / wall, gigaflop / cpu];
    const rates = this.software
      ? { perSecond, perCpuSecond, ofPeak: perCpuSecond / this.#peak }
      : { perSecond, ofPeak: perSecond / this.#peak };
    return { ...row, rates };
  }
}
