/**
 * What the page and its worker for compressing say to each other.
 *
 * @module
 */

/** What is kept of a photo: a lattice and its ratio, or all of it. */
export interface Keeping {
  /** A lattice's name, or `lossless`. */
  readonly lattice: string;
  /** Original pixels over kept pixels; absent for `lossless`. */
  readonly ratio?: number;
}

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
}

/** What a file says of itself, in words. */
export interface Described {
  /** What it keeps. */
  readonly keeps: string;
  /** How it keeps it. */
  readonly detail: string;
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

/** What the worker answers. */
export type Answer =
  | { readonly id: number; readonly answer: Answers[Question["kind"]] }
  | { readonly id: number; readonly failure: string };
