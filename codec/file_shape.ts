/**
 * Which pixels of what original a file holds: by its own word, by what is stated of it, and as its pixels bear out.
 *
 * @module
 */

import { CHUNK_TYPE, type Container } from "./container.ts";
import { ContainerError } from "./container_error.ts";
import { checkSize } from "./image/image.ts";
import { type Lattice, resolveLattice } from "./lattice/lattice.ts";
import { LatticeError } from "./lattice/lattice_error.ts";
import { packedImageSize, packedPixel } from "./lattice/pyramid.ts";
import type { Size } from "./lattice/raster.ts";

/** What is known of a file besides what it says. */
export interface OpenOptions {
  /** Its lattice, for files without a chunk. Default: what the file says. */
  readonly lattice?: string | undefined;
  /** Its ratio. Default: what the file says, or the lowest of `lattice`. */
  readonly ratio?: number | undefined;
  /** Size of the original. Default: what the file says, or the largest that fits. */
  readonly size?: Size | undefined;
  /** Whether `lattice`, `ratio` and `size` stand against what the file says, which is refused otherwise. Default: no. */
  readonly override?: boolean | undefined;
  /** Pixels of the original above which the file is refused. Default: 400 million. */
  readonly maxPixels?: number | undefined;
  /** Told of what is wrong with a file that can be restored all the same. Default: nobody. */
  readonly onWarning?: ((message: string) => void) | undefined;
}

/** An original, and which of its pixels a file holds. */
export interface Shape {
  /** Which pixels were kept. */
  readonly lattice: Lattice;
  /** Size of the original. */
  readonly size: Size;
}

/** The shape of a file. */
export interface FileShape extends Shape {
  /** Whether it is not what the file says, so that its checksum is of other pixels. */
  readonly overridden: boolean;
}

/**
 * Which pixels of what original a file holds, by what it says and by what is stated of it.
 *
 * @param packed size of the picture that the file shows
 * @throws {ImageError} if the original is too large.
 * @throws {ContainerError} if the chunk contradicts that size, or is missing and no lattice is stated.
 * @throws {LatticeError} if a lattice or a size that is stated does not fit the pixels, or contradicts the chunk.
 */
export function findShape(
  packed: Size,
  { container, options }: { container: Container | undefined; options: OpenOptions },
): FileShape {
  const shape = container === undefined
    ? { ...stateShape(packed, options), overridden: options.size !== undefined }
    : reconcileShape(packed, { container, options });
  checkSize(shape.size, options.maxPixels);
  checkFit(packed, shape);
  return shape;
}

/** The shape of a file that does not tell it. */
function stateShape(packed: Size, options: OpenOptions): Shape {
  if (options.lattice === undefined && options.ratio === undefined) {
    throw new ContainerError(
      `The PNG has no "${CHUNK_TYPE}" chunk: it was never compressed, or lost the chunk in another program, or is of the ` +
        "program of 2020. A small picture that was kept exactly is whole as it is. State the lattice if kept pixels are all " +
        'there is: "lattice: rows" if it is of 2020',
    );
  }
  const lattice = resolveLattice(options);
  return { lattice, size: options.size ?? grow(packed, lattice) };
}

/** The file's own word stands, unless its pixels refute it or the caller insists. */
function reconcileShape(
  packed: Size,
  { container, options }: { container: Container; options: OpenOptions },
): FileShape {
  const { lattice, size } = container;
  const isStated = options.lattice !== undefined || options.ratio !== undefined;
  const stated = isStated ? resolveLattice(options) : lattice;
  const contradiction = findContradiction(container, options);
  if (contradiction === undefined) return { lattice, size, overridden: false };
  if (!options.override && fits(packed, container)) {
    throw new LatticeError(
      `The file says ${contradiction.found}, which its pixels bear out, and ${contradiction.stated} was stated; ` +
        'leave that out, or insist with "override"',
    );
  }
  const same = stated.name === lattice.name && stated.ratio === lattice.ratio;
  return {
    lattice: stated,
    size: options.size ?? (same ? size : grow(packed, stated)),
    overridden: true,
  };
}

/** What is stated of a file against what it says, in words. */
function findContradiction(
  { lattice, size }: Container,
  stated: OpenOptions,
): { found: string; stated: string } | undefined {
  if (stated.lattice !== undefined && stated.lattice !== lattice.name) {
    return { found: `lattice ${lattice.name}`, stated: stated.lattice };
  }
  if (stated.ratio !== undefined && stated.ratio !== lattice.ratio) {
    return { found: `ratio ${lattice.ratio}`, stated: String(stated.ratio) };
  }
  const differs = stated.size &&
    (stated.size.width !== size.width || stated.size.height !== size.height);
  return differs ? { found: describeSize(size), stated: describeSize(stated.size!) } : undefined;
}

function describeSize({ width, height }: Size): string {
  return `${width}×${height}`;
}

/** The largest size that a lattice packs into this one. */
function grow(packed: Size, lattice: Lattice): Size {
  const { width, height } = packedPixel(lattice);
  return { width: packed.width * width, height: packed.height * height };
}

function fits(packed: Size, { lattice, size }: Shape): boolean {
  const expected = packedImageSize(size, lattice);
  return expected.width === packed.width && expected.height === packed.height;
}

function checkFit(packed: Size, shape: FileShape): void {
  if (fits(packed, shape)) return;
  const { lattice, size, overridden } = shape;
  const expected = packedImageSize(size, lattice);
  const message = `The lattice ${lattice.name} at ratio ${lattice.ratio} packs ${
    describeSize(size)
  } pixels into ${describeSize(expected)}, the file has ${describeSize(packed)}`;
  if (!overridden) {
    throw new ContainerError(`${message}: it was resized or cut; state another size to restore it`);
  }
  throw new LatticeError(
    `${message}: the size is at most ${describeSize(grow(packed, lattice))}`,
  );
}
