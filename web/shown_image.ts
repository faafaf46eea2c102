/**
 * The `<img>` within an `<nnc-image>`: what it shows, from files that are there.
 *
 * @module
 */

/// <reference lib="dom" />

import type { Size } from "../codec/lattice/raster.ts";

/** An address of no picture, in place of which browsers show an image's text. */
const NO_PICTURE = "data:,";

/** How something is shown. */
export interface ShowOptions {
  /** Stops it, with its reason. */
  readonly signal: AbortSignal;
  /** Whether nobody sees it now, so that it need not be decoded yet. */
  readonly isHidden: boolean;
}

/** An image whose pictures take each other's place. */
export class ShownImage {
  /** The element. */
  readonly element: HTMLImageElement = document.createElement("img");
  #png: Blob | undefined;

  /**
   * Shows a file, and gives its size.
   *
   * @throws {Error} if it cannot be shown, and what was shown stays; the signal's reason if aborted.
   */
  async show(png: Blob, options: ShowOptions): Promise<Size> {
    const address = URL.createObjectURL(png);
    try {
      const size = await this.showAddress(address, options);
      this.#png = png;
      return size;
    } catch (error) {
      URL.revokeObjectURL(address);
      throw error;
    }
  }

  /**
   * Shows what is at an address, and gives its size. It is decoded before it takes the place of what is shown, so that nothing
   * flickers; not where nobody sees it, to save memory.
   *
   * @throws {Error} as {@link show} does.
   */
  async showAddress(address: string, { signal, isHidden }: ShowOptions): Promise<Size> {
    const next = new Image();
    next.src = address;
    try {
      await (isHidden ? loaded(next) : next.decode());
    } catch (cause) {
      signal.throwIfAborted();
      throw new Error("The picture cannot be shown: it could not be loaded, or is damaged", {
        cause,
      });
    }
    signal.throwIfAborted();
    this.forget();
    this.#png = undefined;
    this.element.src = address;
    return { width: next.naturalWidth, height: next.naturalHeight };
  }

  /** Lets go of an address that was made; what is shown stays shown. */
  forget(): void {
    const address = this.element.getAttribute("src") ?? "";
    if (address.startsWith("blob:")) URL.revokeObjectURL(address);
  }

  /** Makes an address anew that was let go of; whether there is something to show. */
  remember(): boolean {
    if (!this.#png) return false;
    this.forget();
    this.element.src = URL.createObjectURL(this.#png);
    return true;
  }

  /** Shows the image's text, as an `<img>` does that cannot be loaded. */
  break(): void {
    this.clear();
    this.element.src = NO_PICTURE;
  }

  /** Shows nothing. */
  clear(): void {
    this.forget();
    this.#png = undefined;
    this.element.removeAttribute("src");
  }
}

/** Waits until the bytes of an image are there. */
function loaded(image: HTMLImageElement): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  image.onload = () => resolve();
  image.onerror = reject;
  return promise;
}
