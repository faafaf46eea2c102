/**
 * What the program says, and where: results on standard output, everything else on standard error.
 *
 * @module
 */

import { barLine, type BarState, WIPE } from "./bar.ts";
import { BarKeeper } from "./bar_keeper.ts";
import { printable } from "./printable.ts";
import { writeAll } from "./write_all.ts";

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

/** Speaks to the user. */
export class Terminal {
  /** Whether results are JSON. */
  readonly json: boolean;
  /** Whether details are wanted. */
  readonly verbose: boolean;
  readonly #quiet: boolean;
  readonly #bars: boolean;
  #resultsTo: "stdout" | "stderr" = "stdout";
  readonly #keeper = new BarKeeper();
  #hasBar = false;
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

  /** Draws a progress bar, on terminals only; a result, a note or {@link Terminal.clear} wipes it. */
  progress(label: string, state: BarState): void {
    if (!this.#bars) return;
    const now = performance.now();
    if (now - this.#drawn < 100 && state.share < 1) return;
    this.#drawn = now;
    const columns = terminalWidth();
    this.#keeper.lock.hold(() => {
      writeAll("stderr", `${this.#wipe()}\r${barLine(label, state, { columns })}`);
      this.#hasBar = true;
    });
    this.#keeper.keep({ label, state, columns });
  }

  /** Wipes the progress bar. */
  clear(): void {
    if (this.#hasBar) this.#keeper.lock.hold(() => writeAll("stderr", this.#wipe()));
  }

  /** What takes the bar off the screen, and keeps it off. */
  #wipe(): string {
    this.#keeper.lock.count();
    const wipe = this.#hasBar ? WIPE : "";
    this.#hasBar = false;
    return wipe;
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
