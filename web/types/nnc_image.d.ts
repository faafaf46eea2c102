/** Types of `nnc_image.js`, for pages; `tests/web_types_test.ts` holds them against the module itself. */

/// <reference lib="dom" />

/** A restored image that is shown. */
export interface Picture {
  /** The restored image as a PNG. */
  readonly png: Blob;
  /** Columns of pixels. */
  readonly width: number;
  /** Rows of pixels. */
  readonly height: number;
  /** What drew it, for people. */
  readonly by: string;
  /** What restoring took. */
  readonly milliseconds: number;
  /** What could not travel or was mended. */
  readonly warnings: readonly string[];
}

/** `<nnc-image>`. Its events are `preview`, `progress`, `load` and `error`. */
export class NncImage extends HTMLElement {
  /** The restored image; `undefined` before `load`. */
  readonly picture: Picture | undefined;
  /** Whether the restored image is shown. */
  readonly complete: boolean;
  /** Address of the file that was chosen; empty for one that was handed in. */
  readonly currentSrc: string;
  /** Columns of the original; 0 while they are not known. */
  readonly naturalWidth: number;
  /** Rows of the original; 0 while they are not known. */
  readonly naturalHeight: number;
  /** A file to show in place of `src`. */
  srcObject: Blob | undefined;
  /** Address of the file. */
  src: string;
  /** What the image shows, for those who cannot see it. */
  alt: string;
}

declare global {
  /** Elements by their names. */
  interface HTMLElementTagNameMap {
    /** Shows an NNC file. */
    "nnc-image": NncImage;
  }
}
