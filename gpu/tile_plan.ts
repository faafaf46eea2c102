/**
 * Cutting an image into tiles whose interiors do not depend on how it was cut.
 *
 * A network of n 3×3 layers looks n cells far, so a tile is computed from a region that is n cells larger on every
 * side where the image goes on. The outermost cells of a region are wrong after each layer, one ring deeper every
 * time, and are thrown away; where a region ends with the image they are right, because edges replicate there.
 *
 * @module
 */

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
 * Plans tiles of at most `tile` × `tile` cells ({@link REGION_ALIGNMENT} at least), evened out so that none is a
 * sliver.
 *
 * `halo` is how far the network looks, in cells.
 *
 * @throws {RangeError} if a count is not a whole number in range.
 */
export function planTiles(
  shape: { width: number; height: number },
  { tile, halo }: { tile: number; halo: number },
): TilePlan {
  checkCount("width", { value: shape.width, least: 1 });
  checkCount("height", { value: shape.height, least: 1 });
  checkCount("tile", { value: tile, least: 1 });
  checkCount("halo", { value: halo, least: 0 });
  const columns = planAxis(shape.width, { tile, halo });
  const rows = planAxis(shape.height, { tile, halo });
  const tiles = rows.flatMap((row) => columns.map((column) => tileOf(column, row)));
  return {
    width: Math.max(...columns.map(({ regionLength }) => regionLength)),
    height: Math.max(...rows.map(({ regionLength }) => regionLength)),
    tiles,
  };
}

/** How far a network looks around a cell: one cell a layer. */
export function haloOf(architecture: { readonly blocks: number }): number {
  return 2 + 2 * architecture.blocks;
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
  const region = Math.max(0, alignDown(start - halo));
  const regionLength = Math.min(length, end + halo) - region;
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

function planAxis(length: number, { tile, halo }: { tile: number; halo: number }): Span[] {
  const most = Math.max(REGION_ALIGNMENT, alignDown(tile));
  const step = alignUp(Math.ceil(length / Math.ceil(length / most)));
  const spans: Span[] = [];
  for (let start = 0; start < length; start += step) {
    const end = Math.min(length, start + step);
    spans.push(spanAround({ start, end }, { length, halo }));
  }
  return spans;
}

function alignDown(value: number): number {
  return Math.floor(value / REGION_ALIGNMENT) * REGION_ALIGNMENT;
}

function alignUp(value: number): number {
  return Math.ceil(value / REGION_ALIGNMENT) * REGION_ALIGNMENT;
}

function checkCount(name: string, { value, least }: { value: number; least: number }): void {
  if (!Number.isSafeInteger(value) || value < least) {
    throw new RangeError(`"${name}" must be a whole number of at least ${least}, found ${value}`);
  }
}
