/**
 * What the program says, and where: results on standard output, everything else on standard error.
 *
 * @module
 */

import { keepEnd } from "./display_width.ts";
import { printable } from "./printable.ts";

/** How much is said. */
export interface TerminalOptions {
  /** Nothing but errors. */
  readonly quiet?: boolean | undefined;
  /** Details too. */
  readonly verbose?: boolean | undefined;
  /** Results are JSON, one object a line. */
  readonly json?: boolean | undefined;
}

/** A line, or several. Line feeds in a line are escaped, as all that would command a terminal. */
export type Lines = string | readonly string[];

const encoder = new TextEncoder();

/** Speaks to the user. */
export class Terminal {
  /** Whether results are JSON. */
  readonly json: boolean;
  /** Whether details are wanted. */
  readonly verbose: boolean;
  readonly #quiet: boolean;
  readonly #bars: boolean;
  #resultsTo: "stdout" | "stderr" = "stdout";
  #bar = "";
  #drawn = -Infinity;

  /** A terminal that says as much as the options want. */
  constructor(options: TerminalOptions = {}) {
    this.json = options.json ?? false;
    this.verbose = options.verbose ?? false;
    this.#quiet = options.quiet ?? false;
    this.#bars = !this.#quiet && Deno.stderr.isTerminal();
  }

  /** From here on standard output carries a file, so results go to standard error. */
  keepOutputForData(): void {
    this.#resultsTo = "stderr";
  }

  /** A result: lines for people, or the object itself where JSON is wanted. */
  result(text: Lines, object: unknown): void {
    if (this.json) this.#write(this.#resultsTo, JSON.stringify(object));
    else if (!this.#quiet) this.#write(this.#resultsTo, text);
  }

  /** Something worth knowing that is no result. */
  note(text: Lines): void {
    if (!this.#quiet) this.#write("stderr", text);
  }

  /** Something that only some want to know. */
  detail(text: Lines): void {
    if (this.verbose) this.note(text);
  }

  /** What went wrong; said even when quiet. */
  error(text: Lines): void {
    this.#write("stderr", text);
  }

  /**
   * Draws a progress bar, on terminals only; a result, a note or {@link Terminal.clear} wipes it.
   *
   * @param state the share that is done, the seconds that it took, how fast that was, as text, and the seconds that are
   * left, if that is known
   */
  progress(
    label: string,
    state: { share: number; seconds: number; rate: string; left: number | undefined },
  ): void {
    if (!this.#bars) return;
    const now = performance.now();
    if (now - this.#drawn < 100 && state.share < 1) return;
    this.#drawn = now;
    const { share, seconds, rate, left: known } = state;
    const left = known === undefined
      ? `${formatLeft(seconds)} so far`
      : `${formatLeft(known)} left`;
    const filled = Math.round(share * 24);
    const bar = "█".repeat(filled) + "░".repeat(24 - filled);
    this.clear();
    const parts = [bar, `${Math.floor(share * 100)} %`, rate, left];
    const figures = ` ${parts.filter((part) => part !== "").join("  ")}`;
    // A bar that wrapped into a second line could not be wiped, so the label gives way.
    this.#bar = keepEnd(printable(label), terminalWidth() - figures.length - 1) + figures;
    writeAll("stderr", `\r${this.#bar}`);
  }

  /** Wipes the progress bar. */
  clear(): void {
    if (this.#bar !== "") writeAll("stderr", "\r\x1b[K");
    this.#bar = "";
  }

  #write(where: "stdout" | "stderr", text: Lines): void {
    this.clear();
    const lines = typeof text === "string" ? [text] : text;
    writeAll(where, lines.map((line) => `${printable(line)}\n`).join(""));
  }
}

function terminalWidth(): number {
  try {
    // A terminal that does not know its width says 0.
    return Deno.consoleSize().columns || 80;
  } catch {
    return 80;
  }
}

function writeAll(where: "stdout" | "stderr", text: string): void {
  const bytes = encoder.encode(text);
  try {
    for (let sent = 0; sent < bytes.length;) sent += Deno[where].writeSync(bytes.subarray(sent));
  } catch (error) {
    // Whoever read our output has gone, as `head` does; what is left to say has no listener.
    if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
  }
}

/** A guess is not told to the hundredth. */
function formatLeft(seconds: number): string {
  return seconds < 60 ? `${Math.ceil(seconds)} s` : formatSeconds(seconds);
}

/** A duration as people say it: 0.42 s, 12.3 s, 4 min 10 s. */
export function formatSeconds(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole >= 60) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${seconds.toFixed(seconds < 10 ? 2 : 1)} s`;
}

/** A whole number with its thousands apart: 1,234,567. */
export function formatCount(count: number): string {
  return count.toString().replace(/\B(?=(\d{3})+$)/g, ",");
}
