/**
 * The line of a progress bar.
 *
 * @module
 */

import { keepEnd } from "./display_width.ts";
import { formatSeconds } from "./figures.ts";
import { printable } from "./printable.ts";

/** How far work is. */
export interface BarState {
  /** The share that is done. */
  readonly share: number;
  /** Seconds that it took. */
  readonly seconds: number;
  /** How fast that was, as text. */
  readonly rate: string;
  /** The seconds that are left, if that is known. */
  readonly left: number | undefined;
}

/** What takes a bar off the screen. */
export const WIPE = "\r\x1b[K";

/** Cells of a bar. */
const CELLS = 24;

/** A label, a bar and its figures, which take less than so many columns. */
export function barLine(label: string, state: BarState, { columns }: { columns: number }): string {
  const { share, seconds, rate, left: known } = state;
  const left = known === undefined ? `${formatLeft(seconds)} so far` : `${formatLeft(known)} left`;
  const filled = Math.round(share * CELLS);
  const bar = "█".repeat(filled) + "░".repeat(CELLS - filled);
  const parts = [bar, `${Math.floor(share * 100)} %`, rate, left];
  const figures = ` ${parts.filter((part) => part !== "").join("  ")}`;
  // A bar that wrapped into a second line could not be wiped, so the label gives way.
  return keepEnd(printable(label), columns - figures.length - 1) + figures;
}

/** A guess is not told to the hundredth. */
function formatLeft(seconds: number): string {
  return seconds < 60 ? `${Math.ceil(seconds)} s` : formatSeconds(seconds);
}
