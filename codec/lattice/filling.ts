/**
 * What stands in for kept pixels where a cell reaches beyond its image.
 *
 * @module
 */

import type { Cells } from "../../gpu/geometry.ts";
import type { Size } from "./raster.ts";
import type { StepName } from "./steps.ts";

/** Which of the outer cells of an image reach beyond it. */
export interface OutsideEdges {
  /** Whether those of the last column do. */
  readonly right: boolean;
  /** Whether those of the last row do. */
  readonly bottom: boolean;
}

/** Which of the outer cells reach beyond an image, where a cell is two pixels wide and high. */
export function edgesOutside({ width, height }: Size): OutsideEdges {
  return { right: width % 2 === 1, bottom: height % 2 === 1 };
}

/**
 * Repeats kept pixels where a kept phase lies outside the image: the nearest one of the same row, or of the
 * row above where the row has none. Only the second phase of a quincunx can lie outside.
 */
export function fillKept(
  kept: Cells,
  { step, right, bottom }: OutsideEdges & { readonly step: StepName },
): void {
  if (step !== "quincunx") return;
  const { width, height, data } = kept;
  const second = width * height * 4;
  const stride = width * 4;
  if (right) {
    for (let row = 0; row < height; row++) {
      const at = second + row * stride + stride - 4;
      const from = width > 1 ? at - 4 : at - second;
      data.copyWithin(at, from, from + 4);
    }
  }
  if (bottom) {
    const last = (height - 1) * stride;
    data.copyWithin(second + last, last, last + stride);
  }
}
