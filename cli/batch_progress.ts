/**
 * How far a batch is: its share, how many pixels a second, and the time that is left.
 *
 * @module
 */

import type { Terminal } from "./terminal.ts";

/** Milliseconds after which the bar is drawn anew though nothing was told. */
const REDRAW = 250;

/** What a file's first step is taken for, until it is known how large its steps are. */
const FIRST_STEP = 0.05;

/** Milliseconds that a step is taken to last at least. */
const LEAST_PACE = 1000;

/** Draws the bar of a batch, on terminals only. */
export class BatchProgress {
  readonly #terminal: Terminal;
  readonly #files: number;
  readonly #now: () => number;
  readonly #started: number;
  readonly #underWay = new Set<FileState>();
  #filesBegun = 0;
  #filesDone = 0;
  #pixelsDone = 0;
  #timer: ReturnType<typeof setInterval> | undefined;

  /**
   * A bar for so many files; those that are left out do not count.
   *
   * @param options.now milliseconds of a clock; default: since the program began
   */
  constructor(
    terminal: Terminal,
    files: number,
    { now = () => performance.now() }: { now?: () => number } = {},
  ) {
    this.#terminal = terminal;
    this.#files = files;
    this.#now = now;
    this.#started = now();
  }

  /** Says which file is begun; several may be under way, in any order. */
  begin(path: string): FileProgress {
    const place = ++this.#filesBegun;
    const label = this.#files > 1 ? `[${place}/${this.#files}] ${path}` : path;
    const file = new FileState(label, this.#now());
    this.#underWay.add(file);
    this.#draw(label);
    this.#timer ??= setInterval(() => this.redraw(), REDRAW);
    return {
      update: (share, pixels = 0) => {
        file.step(share, { pixels, at: this.#now() });
        this.#draw(label);
      },
      finish: (pixels = 0) => {
        this.#underWay.delete(file);
        this.#filesDone++;
        this.#pixelsDone += pixels;
        this.#terminal.clear();
        if (this.#underWay.size > 0) return;
        clearInterval(this.#timer);
        this.#timer = undefined;
      },
    };
  }

  /** Draws what time has changed, of the file that was begun first. */
  redraw(): void {
    const [first] = this.#underWay;
    if (first) this.#draw(first.label);
  }

  #draw(label: string): void {
    const now = this.#now();
    const sum = (of: (file: FileState) => number) =>
      [...this.#underWay].reduce((total, file) => total + of(file), 0);
    const seconds = (now - this.#started) / 1000;
    const rate = (this.#pixelsDone + sum(({ share, pixels }) => share * pixels)) / seconds;
    const share = (this.#filesDone + sum((file) => file.shareAt(now))) / this.#files;
    const isKnown = this.#filesDone + sum((file) => file.share) > 0;
    this.#terminal.progress(label, {
      share,
      seconds,
      left: isKnown ? seconds / share - seconds : undefined,
      rate: rate > 0 ? formatRate(rate) : "",
    });
  }
}

/**
 * How far a file is, and how far it may be thought to be: between two steps the share moves on towards the next one, which is
 * taken to be as large and to last as long as the last, and never arrives there by itself.
 */
class FileState {
  readonly label: string;
  share = 0;
  pixels = 0;
  #size = FIRST_STEP;
  #pace = LEAST_PACE;
  #shown = 0;
  #last: number;

  constructor(label: string, at: number) {
    this.label = label;
    this.#last = at;
  }

  /** A step was made. */
  step(share: number, { pixels, at }: { pixels: number; at: number }): void {
    if (share > this.share) {
      this.#size = share - this.share;
      this.#pace = Math.max(LEAST_PACE, at - this.#last);
      this.#last = at;
    }
    this.share = share;
    this.pixels = pixels;
  }

  /** The share to be shown, which is never less than it was. */
  shareAt(now: number): number {
    const part = 1 - Math.exp((this.#last - now) / this.#pace);
    const next = Math.min(1, this.share + this.#size);
    this.#shown = Math.max(this.#shown, this.share + (next - this.share) * part);
    return this.#shown;
  }
}

/** Told how far one file of a batch is. */
export interface FileProgress {
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
