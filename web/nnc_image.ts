/**
 * Defines `<nnc-image>` on the page that loads this.
 *
 * ```html
 * <script type="module" src="nnc/nnc_image.js"></script>
 * <nnc-image src="photo.nnc" alt="A harbour"></nnc-image>
 * ```
 *
 * @module
 */

/// <reference lib="dom" />

import { NncImage } from "./image_element.ts";

export { NncImage };
export type { Picture } from "./jobs.ts";

if (!customElements.get("nnc-image")) customElements.define("nnc-image", NncImage);
