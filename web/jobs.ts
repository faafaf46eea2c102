/**
 * What a page and its worker say to each other.
 *
 * @module
 */

/** An image to be restored. */
export interface Job {
  /** The file; of a coded one, as much as has come in. */
  readonly file: Blob;
  /** A tier, or `auto`: `standard` on a graphics processor, `draft` where the processor computes. */
  readonly tier: string;
  /** Whether more of the file is on its way, so that what is drawn need not be kept. Default: no. */
  readonly isPart?: boolean | undefined;
  /** Whether a coarse part is to be shown before the whole, where that takes long. Default: no. */
  readonly wantsPart?: boolean | undefined;
}

/** What a worker is sent: a job, or the end of one. */
export type ToWorker =
  | { readonly id: number; readonly job: Job }
  | { readonly id: number; readonly abort: true };

/** A restored image, to be shown. */
export interface Picture {
  /** As a PNG. */
  readonly png: Blob;
  /** Columns of the image. */
  readonly width: number;
  /** Rows of the image. */
  readonly height: number;
  /** What drew it, for people, such as `draft, on the processor`; what was kept from before says so. */
  readonly by: string;
  /** Milliseconds that it took, all included. */
  readonly milliseconds: number;
  /** What is wrong with the file, though it can be restored. */
  readonly warnings: readonly string[];
}

/** What a worker answers. */
export type FromWorker =
  | { readonly id: number; readonly done: number; readonly total: number }
  | { readonly id: number; readonly part: Blob }
  | { readonly id: number; readonly picture: Picture }
  | { readonly id: number; readonly failure: { readonly name: string; readonly message: string } };
