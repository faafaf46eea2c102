/**
 * How an `<nnc-image>` takes its place on a page: as an `<img>` of the original's size does, from the moment that it is known.
 *
 * Sheets that are made by a program are allowed by policies that forbid inline styles.
 *
 * @module
 */

/// <reference lib="dom" />

import type { Size } from "../codec/lattice/raster.ts";

const SHARED = `
:host { display: inline-block; max-width: 100%; min-width: 0; min-height: 0; contain: size; }
:host([hidden]) { display: none; }
img { display: block; width: 100%; height: 100%; object-fit: inherit; object-position: inherit; border-radius: inherit; }
`;

let shared: CSSStyleSheet | undefined;

/** Gives an element's shadow its style, and returns the sheet that is its own. */
export function adoptStyle(shadow: ShadowRoot): CSSStyleSheet {
  if (!shared) {
    shared = new CSSStyleSheet();
    shared.replaceSync(SHARED);
  }
  const own = new CSSStyleSheet();
  shadow.adoptedStyleSheets = [shared, own];
  return own;
}

/** What a page states of an element's size, by its attributes, and what the file says of the original's. */
export interface StatedSize {
  /** The attribute `width`. */
  readonly width: string | null;
  /** The attribute `height`. */
  readonly height: string | null;
  /** The original's size; `undefined` while it is not known. */
  readonly natural: Size | undefined;
  /** Whether there is no picture, so that its text is shown instead. */
  readonly isBroken: boolean;
}

/** The rule of an element; a page's own rules for it come first. */
export function sizeRule({ width, height, natural, isBroken }: StatedSize): string {
  const [across, down] = [pixels(width), pixels(height)];
  const rules: string[] = [];
  if (across !== undefined) rules.push(`width: ${across}px`);
  if (down !== undefined) rules.push(`height: ${down}px`);
  const ratio = natural ??
    (across !== undefined && down !== undefined ? { width: across, height: down } : undefined);
  if (ratio) rules.push(`aspect-ratio: ${ratio.width} / ${ratio.height}`);
  if (natural) rules.push(`contain-intrinsic-size: ${natural.width}px ${natural.height}px`);
  if (isBroken && !natural) rules.push("contain: none");
  return `:host { ${rules.join("; ")} }`;
}

/** Attributes are whole numbers of pixels, as those of `<img>`. */
function pixels(attribute: string | null): number | undefined {
  const number = Number.parseInt(attribute ?? "", 10);
  return number >= 0 ? number : undefined;
}
