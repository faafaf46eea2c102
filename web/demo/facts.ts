/**
 * What is known of a photo and its file, as a list for people.
 *
 * @module
 */

/// <reference lib="dom" />

import { find } from "./comparison.ts";

/** What is known; what is not yet is left out. */
export interface DemoFacts {
  /** Columns and rows. */
  readonly size?: readonly [width: number, height: number] | undefined;
  /** Bytes of the photo. */
  readonly photoBytes?: number | undefined;
  /** Media type of the photo. */
  readonly photoType?: string | undefined;
  /** Bytes of the NNC file. */
  readonly fileBytes?: number | undefined;
  /** What the file keeps. */
  readonly keeps?: string | undefined;
  /** How it keeps it. */
  readonly detail?: string | undefined;
  /** Whether it is a lossy file. */
  readonly isLossy?: boolean | undefined;
  /** Seconds that compressing took. */
  readonly compressing?: number | undefined;
  /** Seconds that restoring took. */
  readonly restoring?: number | undefined;
  /** What drew it. */
  readonly drawnBy?: string | undefined;
  /** Likeness to the original in decibels. */
  readonly psnr?: number | undefined;
  /** What of the photo could not travel. */
  readonly lost?: readonly string[] | undefined;
  /** What is wrong with the file. */
  readonly faults?: readonly string[] | undefined;
}

interface Row {
  readonly name: string;
  readonly value: string;
  readonly detail?: string | undefined;
  /** A length to be drawn below, for 1 the whole width. */
  readonly share?: number | undefined;
}

/** Shows what is known. */
export function showFacts(facts: DemoFacts): void {
  find("facts").replaceChildren(...rowsOf(facts).map(describe));
  const notes = [...facts.lost ?? [], ...facts.faults ?? []];
  if (isLargerThanLossy(facts)) notes.unshift(facts.isLossy ? LOWER_NOTE : LOSSY_NOTE);
  const list = find("notes");
  list.hidden = notes.length === 0;
  list.replaceChildren(...notes.map((note) => textIn("li", note)));
}

const LOSSY_NOTE =
  "The photo was stored with loss, as JPEGs are. It threw away more already than is left out here, " +
  "so the NNC file is larger; a lossy one is smaller.";

const LOWER_NOTE =
  "The photo was stored with more loss than this quality has, so the NNC file is larger.";

function isLargerThanLossy({ photoType, photoBytes, fileBytes }: DemoFacts): boolean {
  return photoType !== "image/png" && (fileBytes ?? 0) > (photoBytes ?? Infinity);
}

function rowsOf(facts: DemoFacts): Row[] {
  const { size, photoBytes, fileBytes, keeps, detail, compressing, restoring, psnr } = facts;
  const rows: Row[] = [];
  const largest = Math.max(photoBytes ?? 0, fileBytes ?? 0);
  if (size || photoBytes !== undefined) {
    const [width, height] = size ?? [];
    const pixels = size && `${(width! * height! / 1e6).toFixed(2)} MP`;
    const dimensions = `${width} × ${height}`;
    rows.push(
      photoBytes === undefined ? { name: "Photo", value: dimensions, detail: pixels } : {
        name: "Photo",
        value: bytes(photoBytes),
        detail: size && `${dimensions}, ${pixels}`,
        share: photoBytes / largest,
      },
    );
  }
  if (fileBytes !== undefined) {
    rows.push({
      name: "NNC file",
      value: bytes(fileBytes),
      detail: photoBytes ? `${(fileBytes / photoBytes).toFixed(2)} of the photo` : undefined,
      share: photoBytes ? fileBytes / largest : undefined,
    });
  }
  if (keeps !== undefined) rows.push({ name: "Keeps", value: keeps, detail });
  if (compressing !== undefined) {
    rows.push({ name: "Compressed in", value: seconds(compressing), detail: "on the processor" });
  }
  if (restoring !== undefined) {
    rows.push({ name: "Restored in", value: seconds(restoring), detail: facts.drawnBy });
  }
  if (psnr !== undefined) {
    const value = psnr === Infinity ? "exact" : `${psnr.toFixed(2)} dB`;
    rows.push({ name: "Likeness", value, detail: "PSNR to the original" });
  }
  return rows;
}

function describe({ name, value, detail, share }: Row): HTMLElement {
  const row = document.createElement("div");
  const description = textIn("dd", value);
  if (share !== undefined) {
    const bar = textIn("span", "");
    bar.className = "bytes";
    bar.style.setProperty("--share", String(share));
    description.append(bar);
  }
  if (detail !== undefined) description.append(textIn("small", detail));
  row.append(textIn("dt", name), description);
  return row;
}

function textIn(tag: string, text: string): HTMLElement {
  const element = document.createElement(tag);
  element.textContent = text;
  return element;
}

function bytes(count: number): string {
  if (count < 1000) return `${count} bytes`;
  return count < 1e6 ? `${(count / 1e3).toFixed(1)} kB` : `${(count / 1e6).toFixed(2)} MB`;
}

function seconds(time: number): string {
  return time < 0.995 ? `${Math.round(time * 1000)} ms` : `${time.toFixed(1)} s`;
}
