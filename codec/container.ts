/**
 * The `nnCX` chunk: all that a PNG lacks to be an NNC file.
 *
 * Ancillary, private, unsafe to copy: a program that edits the pixels must drop it. Integers are big-endian.
 *
 * @module
 */

import { ContainerError } from "./container_error.ts";
import { MAX_SIDE } from "./image/image.ts";
import type { Size } from "./lattice/raster.ts";
import {
  ALL_LATTICES,
  describeLattice,
  type Lattice,
  type LatticeName,
} from "./lattice/lattice.ts";
import type { Chunk } from "./image/metadata.ts";
import { viewOf } from "./image/bytes.ts";

/** What the chunk says. */
export interface Container {
  /** Which pixels are kept. */
  readonly lattice: Lattice;
  /** Size of the original in pixels. */
  readonly size: Size;
  /** CRC-32 of the kept samples, see `checksum.ts`. */
  readonly checksum: number;
  /** pHYs payload of the original; absent where it had none. */
  readonly density?: Uint8Array | undefined;
}

/** Type of the chunk. */
export const CHUNK_TYPE = "nnCX";

// byte  0         1         2         3         4          8          12         16
//      +---------+---------+---------+---------+----------+----------+----------+-----------+
//      | version | lattice |  ratio  |  flags  | width u32| height   | crc32    | density   |
//      | u8 = 1  | u8 id   | u8 log2 |       d | original | original | of kept  | 9 bytes,  |
//      |         |         |         |         |          |          | samples  | if flag d |
//      +---------+---------+---------+---------+----------+----------+----------+-----------+
const VERSION = 1;
const FLAG_DENSITY = 0b00000001; // d
const FIXED_LENGTH = 16;
const DENSITY_LENGTH = 9;

const LATTICE_IDS: Record<LatticeName, number> = { quincunx: 1, grid: 2, rows: 3 };

/**
 * The data of a file's one `nnCX` chunk, of whichever version; absent where it has none.
 *
 * @throws {ContainerError} if it has several.
 */
export function findContainer(chunks: readonly Chunk[]): Uint8Array | undefined {
  const [first, ...others] = chunks.filter(({ type }) => type === CHUNK_TYPE);
  if (others.length > 0) {
    throw new ContainerError(
      `A file has one "${CHUNK_TYPE}" chunk, found ${others.length + 1}`,
    );
  }
  return first?.data;
}

/** What a chunk may state at most. */
export const LIMITS = { side: MAX_SIDE } as const;

/** Writes the chunk. */
export function encodeContainer(container: Container): Chunk {
  const { lattice, size, checksum, density } = container;
  const data = new Uint8Array(FIXED_LENGTH + (density ? DENSITY_LENGTH : 0));
  const view = viewOf(data);
  view.setUint8(0, VERSION);
  view.setUint8(1, LATTICE_IDS[lattice.name]);
  view.setUint8(2, Math.log2(lattice.ratio));
  view.setUint8(3, density ? FLAG_DENSITY : 0);
  view.setUint32(4, size.width);
  view.setUint32(8, size.height);
  view.setUint32(12, checksum);
  if (density) data.set(density, FIXED_LENGTH);
  return { type: CHUNK_TYPE, data };
}

/**
 * Reads the chunk; what follows the fields of version 1 is ignored.
 *
 * @throws {ContainerError} if it is too short, of another version, or names a lattice or size that cannot be.
 */
export function decodeContainer(data: Uint8Array): Container {
  const view = viewOf(data);
  const version = data[0];
  if (version !== undefined && version !== VERSION) {
    throw new ContainerError(
      `The file has version ${version} of "${CHUNK_TYPE}"; this program reads version ${VERSION}, ` +
        "get a newer one",
    );
  }
  requireLength(data, FIXED_LENGTH);
  const lattice = findLattice(data[1]!, data[2]!);
  const size = { width: view.getUint32(4), height: view.getUint32(8) };
  if ([size.width, size.height].some((side) => side < 1 || side > LIMITS.side)) {
    throw new ContainerError(
      `"${CHUNK_TYPE}" states ${size.width}×${size.height} pixels for ${
        describeLattice(lattice)
      }; ` +
        `a side is from 1 to ${LIMITS.side}`,
    );
  }
  const container = { lattice, size, checksum: view.getUint32(12) };
  if ((data[3]! & FLAG_DENSITY) === 0) return container;
  requireLength(data, FIXED_LENGTH + DENSITY_LENGTH);
  return { ...container, density: data.slice(FIXED_LENGTH, FIXED_LENGTH + DENSITY_LENGTH) };
}

function requireLength(data: Uint8Array, length: number): void {
  if (data.length < length) {
    throw new ContainerError(
      `"${CHUNK_TYPE}" is cut off: it has ${length} bytes or more, found ${data.length}`,
    );
  }
}

/** The lattice of an id and a ratio, if there is one. */
function findLattice(id: number, ratioLog2: number): Lattice {
  const found = ALL_LATTICES.find(({ name, ratio }) =>
    LATTICE_IDS[name] === id && ratio === 2 ** ratioLog2
  );
  if (!found) {
    throw new ContainerError(
      `"${CHUNK_TYPE}" names lattice ${id} at ratio 2^${ratioLog2}; version ${VERSION} has ` +
        ALL_LATTICES.map(({ name, ratio }) => `${LATTICE_IDS[name]} at 2^${Math.log2(ratio)}`)
          .join(", "),
    );
  }
  return found;
}
