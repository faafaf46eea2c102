/**
 * An image as the symmetries of its lattice step show it, for an engine to average what is drawn of each.
 *
 * A mirrored side of even length is one pixel longer (see {@link sizeSeen}). The kept pixels of the added column or row
 * repeat those of the cell before it, as all cells outside an image repeat the nearest one inside.
 *
 * @module
 */

import type { Cells } from "../../gpu/geometry.ts";
import { type CellRegion, type Direction, negativeOf, type View } from "../../gpu/views.ts";
import { edgesOutside, fillKept } from "./filling.ts";
import type { Size } from "./raster.ts";
import { cellGridSize, type Phase, STEP_CELLS, type StepName } from "./steps.ts";
import { sizeSeen, SQUARE_SYMMETRIES, swapIf, symmetriesOf, type Symmetry } from "./symmetries.ts";

/**
 * What is averaged of an image: what all symmetries of the step show of its kept phases. Where these are not all of the
 * square's, their negatives make up for those that are missing.
 */
export function symmetricViews(
  kept: Cells,
  { step, size }: { step: StepName; size: Size },
): View[] {
  const views = symmetriesOf(step).map((symmetry) => symmetricView(kept, { step, size, symmetry }));
  return hasNegatives(step) ? [...views, ...views.map(negativeOf)] : views;
}

/** How many views of an image are averaged. */
export function countViews(step: StepName): number {
  return symmetriesOf(step).length * (hasNegatives(step) ? 2 : 1);
}

function hasNegatives(step: StepName): boolean {
  return symmetriesOf(step).length < SQUARE_SYMMETRIES.length;
}

/** What one symmetry shows of the kept phases of an image. */
export function symmetricView(
  kept: Cells,
  { step, size, symmetry }: { step: StepName; size: Size; symmetry: Symmetry },
): View {
  const { mirrorX, mirrorY, transpose } = symmetry;
  const { missing } = STEP_CELLS[step];
  const seen = sizeSeen(size, { step, symmetry });
  const grid = cellGridSize(seen, step);
  const [columns, rows] = swapIf(transpose, [grid.width, grid.height]);
  const axes = {
    x: { cells: kept.width, seen: columns, isMirrored: mirrorX },
    y: { cells: kept.height, seen: rows, isMirrored: mirrorY },
  };
  return {
    ...grid,
    right: swapIf<Unit>(transpose, [mirrorX ? -1 : 1, 0]),
    down: swapIf<Unit>(transpose, [0, mirrorY ? -1 : 1]),
    places: missing.map(([offsetX, offsetY]) => {
      const first = [reflect(0, axes.x, offsetX), reflect(0, axes.y, offsetY)] as const;
      const [x, y] = swapIf(transpose, first);
      return { phase: indexOf(missing, swapIf(transpose, [offsetX, offsetY])), x, y };
    }),
    kept(region) {
      const cells = gatherRegion(kept, { step, transpose, axes, region });
      const { right, bottom } = edgesOutside(seen, step);
      fillKept(cells, {
        step,
        right: right && region.x + region.width === grid.width,
        bottom: bottom && region.y + region.height === grid.height,
      });
      return cells;
    },
  };
}

type Unit = Direction[number];

/** One side of an image and of what is seen of it, in cells. */
interface Axis {
  readonly cells: number;
  readonly seen: number;
  readonly isMirrored: boolean;
}

/**
 * Where the phase at `offset` of a cell is seen, and the other way round: whose phase is seen there. A mirror that maps the
 * first pixel of cells to first pixels moves the second ones to the cell before, again as its second.
 */
function reflect(cell: number, { seen, isMirrored }: Axis, offset: number): number {
  return isMirrored ? seen - 1 - cell - offset : cell;
}

/** Copies a region of what is seen out of the kept phases. Outside the image, the nearest cell stands in. */
function gatherRegion(
  kept: Cells,
  { step, transpose, axes, region }: {
    step: StepName;
    transpose: boolean;
    axes: { x: Axis; y: Axis };
    region: CellRegion;
  },
): Cells {
  const { width, height } = region;
  const phases = STEP_CELLS[step].kept;
  const gathered = new Uint32Array(phases.length * width * height);
  const words = wordsOf(kept.data);
  let to = 0;
  for (const phase of phases) {
    const [offsetX, offsetY] = swapIf(transpose, phase);
    const first = indexOf(phases, [offsetX, offsetY]) * kept.height * kept.width;
    const column = (at: number) => nearest(reflect(at, axes.x, offsetX), axes.x.cells);
    const line = (at: number) => nearest(reflect(at, axes.y, offsetY), axes.y.cells) * kept.width;
    const [across, along] = swapIf(transpose, [column, line]);
    const steps = Int32Array.from({ length: width }, (_, i) => across(region.x + i));
    for (let row = 0; row < height; row++) {
      const from = first + along(region.y + row);
      for (let i = 0; i < width; i++) gathered[to++] = words[from + steps[i]!]!;
    }
  }
  return { width, height, phases: phases.length, data: new Uint8Array(gathered.buffer) };
}

/** One word for each phase of a cell. */
function wordsOf(data: Uint8Array): Uint32Array {
  const { buffer, byteOffset, length } = data.byteOffset % 4 === 0 ? data : data.slice();
  return new Uint32Array(buffer, byteOffset, length / 4);
}

function nearest(cell: number, cells: number): number {
  return Math.min(cells - 1, Math.max(0, cell));
}

function indexOf(phases: readonly Phase[], [x, y]: Phase): number {
  return phases.findIndex(([phaseX, phaseY]) => phaseX === x && phaseY === y);
}
