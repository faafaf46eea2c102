/** Types of `nnc_image.js`, for pages; `tests/web_types_test.ts` holds them against the module itself. */

/// <reference lib="dom" />

/** A restored image that is shown. */
export interface Picture {
  readonly png: Blob;
  readonly width: number;
  readonly height: number;
  /** What drew it, for people. */
  readonly by: string;
  readonly milliseconds: number;
  readonly warnings: readonly string[];
}

/** `<nnc-image>`. Its events are `preview`, `progress`, `load` and `error`. */
export class NncImage extends HTMLElement {
  /** The restored image; `undefined` before `load`. */
  get picture(): Picture | undefined;
  get complete(): boolean;
  get currentSrc(): string;
  get naturalWidth(): number;
  get naturalHeight(): number;
  get srcObject(): Blob | undefined;
  set srcObject(file: Blob | undefined);
  get src(): string;
  set src(value: string);
  get alt(): string;
  set alt(value: string);
}

declare global {
  interface HTMLElementTagNameMap {
    "nnc-image": NncImage;
  }
}
