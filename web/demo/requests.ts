/**
 * What the page and its worker for compressing say to each other.
 *
 * @module
 */

import type { Effort } from "../../codec/png/png_pixels.ts";

/**
 * What is kept of a photo: the pixels of a lattice, or all of them, coded exactly or lossily; or what the command line keeps where
 * nothing is said.
 */
export type Keeping =
  | "usual"
  | { readonly lattice: string; readonly ratio: number }
  | { readonly effort: Effort }
  | { readonly quality: number };

/** What the worker is asked. */
export type Question =
  | { readonly kind: "compress"; readonly photo: Blob; readonly keeping: Keeping }
  | { readonly kind: "describe"; readonly file: Blob }
  | { readonly kind: "compare"; readonly original: Blob; readonly restored: Blob };

/** A compressed photo. */
export interface Compressed {
  /** The NNC file. */
  readonly file: Blob;
  /** Seconds that compressing took. */
  readonly seconds: number;
  /** What could not travel. */
  readonly warnings: readonly string[];
}

/** What a file says of itself, in words. */
export interface Described {
  /** What it keeps. */
  readonly keeps: string;
  /** How it keeps it. */
  readonly detail: string;
  /** Whether it is a lossy file. */
  readonly isLossy: boolean;
  /** Columns and rows of the original. */
  readonly size: readonly [width: number, height: number];
}

/** The answers to questions of each kind. */
export interface Answers {
  /** The file. */
  readonly compress: Compressed;
  /** In words. */
  readonly describe: Described;
  /** In decibels; infinite where all samples agree. */
  readonly compare: number;
}

/** What the worker answers: how much of the work is done, from 0 to 1, and then the answer. */
export type DemoAnswer =
  | { readonly id: number; readonly share: number }
  | { readonly id: number; readonly answer: Answers[Question["kind"]] }
  | { readonly id: number; readonly failure: string };
