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
  readonly #underWay = new Set<FileProgress>();
  #filesBegun = 0;
  #filesDone = 0;
  #pixelsDone = 0;

  /** A bar for so many files; those that are left out do not count. */
  constructor(terminal: Terminal, files: number) {
    this.#terminal = terminal;
    this.#files = files;
  }

  /** Says which file is begun; several may be under way, in any order. */
  begin(path: string): FileProgress {
    const place = ++this.#filesBegun;
    const label = this.#files > 1 ? `[${place}/${this.#files}] ${path}` : path;
    const file: FileProgress = {
      share: 0,
      pixels: 0,
      update: (share, pixels = 0) => {
        Object.assign(file, { share, pixels });
        this.#draw(label);
      },
      finish: (pixels = 0) => {
        this.#underWay.delete(file);
        this.#filesDone++;
        this.#pixelsDone += pixels;
        this.#terminal.clear();
      },
    };
    this.#underWay.add(file);
    this.#draw(label);
    return file;
  }

  #draw(label: string): void {
    const sum = (of: (file: FileProgress) => number) =>
      [...this.#underWay].reduce((total, file) => total + of(file), 0);
    const seconds = (performance.now() - this.#started) / 1000;
    const rate = (this.#pixelsDone + sum(({ share, pixels }) => share * pixels)) / seconds;
    this.#terminal.progress(label, {
      share: (this.#filesDone + sum(({ share }) => share)) / this.#files,
      seconds,
      rate: rate > 0 ? formatRate(rate) : "",
    });
  }
}

/** How far one file of a batch is. */
export interface FileProgress {
  /** What is done of it, from 0 to 1. */
  readonly share: number;
  /** How many pixels it has, 0 if that is not known. */
  readonly pixels: number;
  /** Says how far the file is: a share from 0 to 1, of so many pixels where that is known. */
  update(share: number, pixels?: number): void;
  /** Says that the file is done, be it without success. */
  finish(pixels?: number): void;
}

/** Pixels a second as people read them: 12 MP/s, 1.2 MP/s, 0.034 MP/s. */
export function formatRate(pixelsPerSecond: number): string {
  const millions = pixelsPerSecond / 1e6;
  return `${millions < 10 ? Number(millions.toPrecision(2)) : Math.round(millions)} MP/s`;
}
