/**
 * The symmetries of the square that map a lattice step to itself.
 *
 * @module
 */

import type { Size } from "./raster.ts";
import { type Phase, STEP_CELLS, type StepName } from "./steps.ts";

/** One of the eight symmetries of the square: mirrors, then a transposition. */
export interface Symmetry {
  /** Whether columns are reversed. */
  readonly mirrorX: boolean;
  /** Whether rows are reversed. */
  readonly mirrorY: boolean;
  /** Whether, after that, columns become rows. */
  readonly transpose: boolean;
}

const EITHER = [false, true] as const;

/** All symmetries of the square, the identity first. */
export const SQUARE_SYMMETRIES: readonly Symmetry[] = EITHER.flatMap((transpose) =>
  EITHER.flatMap((mirrorY) => EITHER.map((mirrorX) => ({ mirrorX, mirrorY, transpose })))
);

/** The symmetries about a kept pixel that map the lattice of a step to itself, the identity first. */
export function symmetriesOf(step: StepName): readonly Symmetry[] {
  const { width, height } = STEP_CELLS[step];
  const period = Math.max(width, height);
  const pixels = Array.from(
    { length: period * period },
    (_, index): Phase => [index % period, Math.floor(index / period)],
  );
  return SQUARE_SYMMETRIES.filter(({ mirrorX, mirrorY, transpose }) =>
    pixels.every(([x, y]) => {
      const image = swapIf(transpose, [mirrorX ? -x : x, mirrorY ? -y : y]);
      return isKept(step, image) === isKept(step, [x, y]);
    })
  );
}

/**
 * The size of an image as a symmetry shows it.
 *
 * Mirrored about its ends, an image of an odd side keeps the same pixels of it. An even side has no pixel in its middle, and
 * mirrored about its ends would keep the others: where cells are two pixels long, it is first made one pixel longer.
 */
export function sizeSeen(
  size: Size,
  { step, symmetry }: { step: StepName; symmetry: Symmetry },
): Size {
  const cell = STEP_CELLS[step];
  const { mirrorX, mirrorY, transpose } = symmetry;
  const [width, height] = swapIf(transpose, [
    mirrorX ? lengthen(size.width, cell.width) : size.width,
    mirrorY ? lengthen(size.height, cell.height) : size.height,
  ]);
  return { width, height };
}

/** A pair, exchanged if `condition` holds. */
export function swapIf<Item>(
  condition: boolean,
  [first, second]: readonly [Item, Item],
): [Item, Item] {
  return condition ? [second, first] : [first, second];
}

/** The least length from `length` on whose last pixel begins a cell. */
function lengthen(length: number, cell: number): number {
  return Math.ceil((length - 1) / cell) * cell + 1;
}

function isKept(step: StepName, [x, y]: Phase): boolean {
  const { width, height, kept } = STEP_CELLS[step];
  return kept.some(([keptX, keptY]) => (x - keptX) % width === 0 && (y - keptY) % height === 0);
}
