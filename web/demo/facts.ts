/**
 * What is known of a photo and its file, as a list for people.
 *
 * @module
 */

/// <reference lib="dom" />

import { find } from "./comparison.ts";

/** What is known; what is not yet is left out. */
export interface Facts {
  /** Columns and rows. */
  readonly size?: readonly [width: number, height: number];
  /** Bytes of the photo that was dropped. */
  readonly photoBytes?: number;
  /** Bytes of the NNC file. */
  readonly fileBytes?: number;
  /** What the file keeps. */
  readonly keeps?: string;
  /** How it keeps it. */
  readonly detail?: string;
  /** Seconds that compressing took. */
  readonly compressing?: number;
  /** Seconds that restoring took. */
  readonly restoring?: number;
  /** What drew it. */
  readonly drawnBy?: string;
  /** Likeness to the original in decibels. */
  readonly psnr?: number;
}

/** Shows what is known. */
export function showFacts(facts: Facts): void {
  const { size, photoBytes, fileBytes, keeps, detail, compressing, restoring, drawnBy, psnr } =
    facts;
  const rows: [name: string, value: string, detail?: string | undefined][] = [];
  if (size) {
    const megapixels = (size[0] * size[1] / 1e6).toFixed(2);
    rows.push(["Photo", `${size[0]} × ${size[1]}`, `${megapixels} megapixels`]);
  }
  if (fileBytes !== undefined) {
    const share = photoBytes === undefined
      ? undefined
      : `${(fileBytes / photoBytes).toFixed(2)} of the photo's ${bytes(photoBytes)}`;
    rows.push(["NNC file", bytes(fileBytes), share]);
  }
  if (keeps !== undefined) rows.push(["Keeps", keeps, detail]);
  if (compressing !== undefined) {
    rows.push(["Compressed in", seconds(compressing), "on the processor"]);
  }
  if (restoring !== undefined) rows.push(["Restored in", seconds(restoring), drawnBy]);
  if (psnr !== undefined) {
    rows.push([
      "Likeness",
      psnr === Infinity ? "exact" : `${psnr.toFixed(2)} dB`,
      "PSNR to the original",
    ]);
  }
  find("facts").replaceChildren(...rows.map(describe));
}

function describe(
  [name, value, detail]: readonly [string, string, (string | undefined)?],
): HTMLElement {
  const row = document.createElement("div");
  const term = document.createElement("dt");
  term.textContent = name;
  const description = document.createElement("dd");
  description.textContent = value;
  if (detail !== undefined) {
    const small = document.createElement("small");
    small.textContent = detail;
    description.append(small);
  }
  row.append(term, description);
  return row;
}

function bytes(count: number): string {
  return count < 1e6 ? `${(count / 1e3).toFixed(1)} kB` : `${(count / 1e6).toFixed(2)} MB`;
}

function seconds(time: number): string {
  return time < 0.995 ? `${Math.round(time * 1000)} ms` : `${time.toFixed(1)} s`;
}
