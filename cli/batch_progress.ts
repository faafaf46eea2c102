/**
 * How far a batch is: its share, how many pixels a second, and the time that is left.
 *
 * @module
 */

import type { Terminal } from "./terminal.ts";

/** Draws the bar of a batch, on terminals only. */
export class BatchProgress {
  readonly #terminal: Terminal;
  readonly #files: number;
  readonly #started = performance.now();
  #label = "";
  #filesDone = 0;
  #pixelsDone = 0;

  /** A bar for so many files; those that are left out do not count. */
  constructor(terminal: Terminal, files: number) {
    this.#terminal = terminal;
    this.#files = files;
  }

  /** Says which file is next. */
  begin(path: string): void {
    this.#label = this.#files > 1 ? `[${this.#filesDone + 1}/${this.#files}] ${path}` : path;
    this.update(0);
  }

  /** Says how far the file is: a share from 0 to 1, of so many pixels where that is known. */
  update(share: number, pixels = 0): void {
    const seconds = (performance.now() - this.#started) / 1000;
    const rate = (this.#pixelsDone + share * pixels) / seconds;
    this.#terminal.progress(this.#label, {
      share: (this.#filesDone + share) / this.#files,
      seconds,
      rate: rate > 0 ? formatRate(rate) : "",
    });
  }

  /** Says that the file is done, be it without success. */
  finish(pixels = 0): void {
    this.#filesDone++;
    this.#pixelsDone += pixels;
    this.#terminal.clear();
  }
}

/** Pixels a second as people read them: 12 MP/s, 1.2 MP/s, 0.034 MP/s. */
export function formatRate(pixelsPerSecond: number): string {
  const millions = pixelsPerSecond / 1e6;
  return `${millions < 10 ? Number(millions.toPrecision(2)) : Math.round(millions)} MP/s`;
}
