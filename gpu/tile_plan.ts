/**
 * Cutting an image into tiles whose interiors do not depend on how it was cut.
 *
 * A network of n 3×3 layers looks n cells far, so a tile is computed from a region that is n cells larger on every
 * side where the image goes on, and more where rounding errors spread farther than values do ({@link haloThrough}).
 * The outermost cells of a region are wrong after each layer, deeper every time, and are thrown away; where a region
 * ends with the image they are right, because edges replicate there.
 *
 * @module
 */

/** Counts of cells across and down. */
export interface CellExtent {
  /** Cells per row. */
  readonly width: number;
  /** Number of rows. */
  readonly height: number;
}

/** One tile: the region that is computed, and the part of it that is kept. All in cells. */
export interface Tile {
  /** Left edge of the region. */
  readonly regionX: number;
  /** Upper edge of the region. */
  readonly regionY: number;
  /** Width of the region. */
  readonly regionWidth: number;
  /** Height of the region. */
  readonly regionHeight: number;
  /** Left edge of what is kept. */
  readonly x: number;
  /** Upper edge of what is kept. */
  readonly y: number;
  /** Width of what is kept. */
  readonly width: number;
  /** Height of what is kept. */
  readonly height: number;
}

/** How an image is computed in tiles. */
export interface TilePlan {
  /** Width of the widest region. */
  readonly width: number;
  /** Height of the highest region. */
  readonly height: number;
  /** Tiles in reading order; what they keep covers the image exactly once. */
  readonly tiles: readonly Tile[];
}

/**
 * Regions begin at multiples of this. Kernels compute blocks of cells together, and the cells of a block are summed in
 * different orders; so that a cell has the same place in its block however the image is cut, regions begin with
 * whole blocks.
 */
export const REGION_ALIGNMENT = 4;

/**
 * Plans tiles of at most so many cells across and down ({@link REGION_ALIGNMENT} at least), evened out so that none is
 * a sliver.
 *
 * `halo` is how far results depend on cells around whole blocks of {@link REGION_ALIGNMENT}. A number stands for both
 * directions.
 *
 * @throws {RangeError} if a count is not a whole number in range.
 */
export function planTiles(
  shape: CellExtent,
  { tile, halo }: { tile: number | CellExtent; halo: number | CellExtent },
): TilePlan {
  const [most, around] = [extentOf(tile), extentOf(halo)];
  for (const side of ["width", "height"] as const) {
    checkCount(side, { value: shape[side], least: 1 });
    checkCount("tile", { value: most[side], least: 1 });
    checkCount("halo", { value: around[side], least: 0 });
  }
  const columns = planAxis(shape.width, { tile: most.width, halo: around.width });
  const rows = planAxis(shape.height, { tile: most.height, halo: around.height });
  const tiles = rows.flatMap((row) => columns.map((column) => tileOf(column, row)));
  return { width: longestOf(columns), height: longestOf(rows), tiles };
}

/** How far a network looks around a cell: one cell a layer. */
export function haloOf(architecture: { readonly blocks: number }): number {
  return 2 + 2 * architecture.blocks;
}

/**
 * How far from whole blocks, in cells, results depend on others to the last bit, after layers that compute blocks of so
 * many cells in a row (see `block` of `ConvKernel`): one cell a layer for blocks of one, two for larger ones, as a
 * layer that needs a part of a block depends on the rest of it, and only the next on the cell beyond.
 */
export function haloThrough(blocks: readonly number[]): number {
  return blocks.reduceRight(
    (far, block) => far % block === 0 ? far + 1 : Math.ceil(far / block) * block,
    0,
  );
}

/** An extent of which a number stands for both sides. */
export function extentOf(sides: number | CellExtent): CellExtent {
  return typeof sides === "number" ? { width: sides, height: sides } : sides;
}

/** A stretch of cells along one axis, and the stretch that it is computed from. */
export interface Span {
  /** Where the computed stretch begins. */
  readonly region: number;
  /** Its cells. */
  readonly regionLength: number;
  /** Where what is kept begins. */
  readonly start: number;
  /** Its cells. */
  readonly length: number;
}

/** The span that keeps the cells from `start` to before `end` of an axis of `length` cells. */
export function spanAround(
  { start, end }: { start: number; end: number },
  { length, halo }: { length: number; halo: number },
): Span {
  const region = Math.max(0, alignDown(alignDown(start) - halo));
  const regionLength = Math.min(length, alignUp(end) + halo) - region;
  return { region, regionLength, start, length: end - start };
}

/** The tile that two spans enclose. */
export function tileOf(column: Span, row: Span): Tile {
  return {
    regionX: column.region,
    regionY: row.region,
    regionWidth: column.regionLength,
    regionHeight: row.regionLength,
    x: column.start,
    y: row.start,
    width: column.length,
    height: row.length,
  };
}

/** The spans of an axis of `length` cells. */
export function planAxis(length: number, { tile, halo }: { tile: number; halo: number }): Span[] {
  const most = Math.max(REGION_ALIGNMENT, alignDown(tile));
  const step = alignUp(Math.ceil(length / Math.ceil(length / most)));
  const spans: Span[] = [];
  for (let start = 0; start < length; start += step) {
    const end = Math.min(length, start + step);
    spans.push(spanAround({ start, end }, { length, halo }));
  }
  return spans;
}

/** The longest stretch that is computed for any of the spans. */
export function longestOf(spans: readonly Span[]): number {
  return Math.max(...spans.map(({ regionLength }) => regionLength));
}

function alignDown(value: number): number {
  return Math.floor(value / REGION_ALIGNMENT) * REGION_ALIGNMENT;
}

/** The next multiple of {@link REGION_ALIGNMENT}. */
export function alignUp(value: number): number {
  return Math.ceil(value / REGION_ALIGNMENT) * REGION_ALIGNMENT;
}

function checkCount(name: string, { value, least }: { value: number; least: number }): void {
  if (!Number.isSafeInteger(value) || value < least) {
    throw new RangeError(`"${name}" must be a whole number of at least ${least}, found ${value}`);
  }
}
