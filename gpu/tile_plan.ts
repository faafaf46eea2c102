/**
 * Cutting an image into tiles whose interiors do not depend on how it was cut.
 *
 * A network of n 3×3 layers looks n cells far, so a tile is computed from a region that is n cells larger on every
 * side where the image goes on. The outermost cells of a region are wrong after each layer, one ring deeper every
 * time, and are thrown away; where a region ends with the image they are right, because edges replicate there.
 * Every region of a plan has the same size, so one set of textures and pipelines serves all.
 *
 * @module
 */

/** One tile: where its region lies, and which part of the image it yields. In cells. */
export interface Tile {
  /** Left edge of the region that is computed. */
  readonly regionX: number;
  /** Upper edge of the region that is computed. */
  readonly regionY: number;
  /** Left edge of what is kept of it. */
  readonly x: number;
  /** Upper edge of what is kept of it. */
  readonly y: number;
  /** Width of what is kept of it. */
  readonly width: number;
  /** Height of what is kept of it. */
  readonly height: number;
}

/** How an image is computed in tiles. */
export interface TilePlan {
  /** Width of every region, in cells. */
  readonly width: number;
  /** Height of every region, in cells. */
  readonly height: number;
  /** Tiles in reading order; what they keep covers the image exactly once. */
  readonly tiles: readonly Tile[];
}

/**
 * Plans tiles of about `tile` × `tile` cells, evened out so that none is a sliver.
 *
 * `halo` is how far the network looks, in cells. `tile` is the most cells per side that a tile keeps.
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
  const tiles = rows.spans.flatMap((row) =>
    columns.spans.map((column) => ({
      regionX: column.region,
      regionY: row.region,
      x: column.start,
      y: row.start,
      width: column.end - column.start,
      height: row.end - row.start,
    }))
  );
  return { width: columns.region, height: rows.region, tiles };
}

/** How far a network looks around a cell: one cell a layer. */
export function haloOf(architecture: { readonly blocks: number }): number {
  return 2 + 2 * architecture.blocks;
}

function planAxis(
  length: number,
  { tile, halo }: { tile: number; halo: number },
): { region: number; spans: { region: number; start: number; end: number }[] } {
  const count = Math.ceil(length / tile);
  if (count === 1) return { region: length, spans: [{ region: 0, start: 0, end: length }] };
  const step = Math.ceil(length / count);
  const region = Math.min(length, step + 2 * halo);
  const spans = [];
  for (let start = 0; start < length; start += step) {
    spans.push({
      region: Math.min(Math.max(0, start - halo), length - region),
      start,
      end: Math.min(length, start + step),
    });
  }
  return { region, spans };
}

function checkCount(name: string, { value, least }: { value: number; least: number }): void {
  if (!Number.isSafeInteger(value) || value < least) {
    throw new RangeError(`"${name}" must be a whole number of at least ${least}, found ${value}`);
  }
}
