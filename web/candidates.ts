/**
 * The candidates of `srcset`, and which of them a page wants.
 *
 * Source: HTML Living Standard, sections "Parsing a srcset attribute" and "Selecting an image source".
 *
 * @module
 */

/** One of several files of the same picture. */
export interface Candidate {
  /** Where it is. */
  readonly url: string;
  /** Its columns, from `640w`. */
  readonly width?: number | undefined;
  /** Pixels of it for each of the page's, from `2x`; 1 where nothing is said. */
  readonly density?: number | undefined;
}

/** The candidates of an attribute; those that make no sense are left out. */
export function parseSrcset(text: string): Candidate[] {
  const candidates: Candidate[] = [];
  // An address may hold commas, but none at its end.
  for (const [, url, descriptor] of text.matchAll(/[\s,]*(\S*[^\s,])(?:\s+([^,]+))?\s*(?:,|$)/g)) {
    const [, number, unit] = /^(\d+(?:\.\d+)?)([wx])$/.exec(descriptor?.trim() ?? "1x") ?? [];
    const value = Number(number);
    if (!(value > 0)) continue;
    candidates.push(unit === "w" ? { url: url!, width: value } : { url: url!, density: value });
  }
  return candidates;
}

/**
 * The smallest candidate that has enough pixels, or the one that has most.
 *
 * @param view `width`: columns of the page that the picture takes; `density`: pixels of the screen for each
 */
export function pickCandidate(
  candidates: readonly Candidate[],
  view: { readonly width: number; readonly density: number },
): Candidate | undefined {
  const densityOf = ({ width, density = 1 }: Candidate) =>
    width === undefined ? density : width / Math.max(1, view.width);
  const sorted = candidates.toSorted((a, b) => densityOf(a) - densityOf(b));
  return sorted.find((candidate) => densityOf(candidate) >= view.density) ?? sorted.at(-1);
}
