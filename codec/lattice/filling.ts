/**
 * What stands in for kept pixels where a cell reaches beyond its image.
 *
 * @module
 */

import type { Cells } from "../../gpu/geometry.ts";
import type { Size } from "./raster.ts";
import { STEP_CELLS, type StepName } from "./steps.ts";

/** Which of the outer cells of an image reach beyond it. */
export interface OutsideEdges {
  /** Whether those of the last column do. */
  readonly right: boolean;
  /** Whether those of the last row do. */
  readonly bottom: boolean;
}

/** Cells of four numbers a phase, whatever these are. */
export type FilledCells = Omit<Cells, "data"> & { readonly data: Uint8Array | Int16Array };

/** Which of the outer cells reach beyond an image. */
export function edgesOutside({ width, height }: Size, step: StepName): OutsideEdges {
  const cell = STEP_CELLS[step];
  return { right: width % cell.width > 0, bottom: height % cell.height > 0 };
}

/**
 * Repeats kept pixels where a kept phase lies outside the image: the nearest one of the same row, or of the row above where
 * the row has none. The first phase, in the corner of its cell, always lies inside.
 */
export function fillKept(
  kept: FilledCells,
  { step, right, bottom }: OutsideEdges & { readonly step: StepName },
): void {
  STEP_CELLS[step].kept.forEach(([x, y], phase) => {
    if (right && x > 0) fillLastColumn(kept, phase);
    if (bottom && y > 0) fillLastRow(kept, phase);
  });
}

function fillLastColumn({ width, height, data }: FilledCells, phase: number): void {
  const plane = width * height * 4;
  const stride = width * 4;
  for (let row = 0; row < height; row++) {
    const at = phase * plane + (row + 1) * stride - 4;
    const from = width > 1 ? at - 4 : at - plane;
    data.copyWithin(at, from, from + 4);
  }
}

function fillLastRow({ width, height, data }: FilledCells, phase: number): void {
  const plane = width * height * 4;
  const stride = width * 4;
  const at = (phase + 1) * plane - stride;
  data.copyWithin(at, at - plane, at - plane + stride);
}
