/**
 * The frame of a JPEG, and whether its scans bring all of it.
 *
 * Source: ITU-T T.81, sections B.2.2, B.2.3 and G.1.1.1.
 *
 * @module
 */

import { viewOf } from "../image/bytes.ts";
import { ImageError } from "../image/image_error.ts";
import type { Size } from "../lattice/raster.ts";
import { cutOff, type JpegParts, type Segment } from "./jpeg_segments.ts";

/** What a JPEG says of its pixels. */
export interface JpegFrame extends Size {
  /** The identifiers of the components: 1 for grey, 3 for colour, 4 for CMYK. */
  readonly components: readonly number[];
  /** Bits of a sample. */
  readonly precision: number;
  /** The SOF marker, 0xC0 for baseline, 0xC2 for progressive. */
  readonly marker: number;
}

/** DHT, JPG and DAC lie among the frame markers without being any. */
const NO_FRAMES = [0xc4, 0xc8, 0xcc];

const PROGRESSIVE = 0xc2;

/** Coefficients of a block. */
const COEFFICIENTS = 64;

/** The bits of a coefficient of which nothing is known yet. */
const ALL_BITS = 16;

/**
 * Reads the frame.
 *
 * @throws {ImageError} if there is none.
 */
export function readFrame(segments: readonly Segment[]): JpegFrame {
  const frame = segments.find(({ marker }) =>
    marker >= 0xc0 && marker <= 0xcf && !NO_FRAMES.includes(marker)
  );
  if (!frame || frame.data.length < 6) throw new ImageError("The JPEG has no frame; it is damaged");
  const view = viewOf(frame.data);
  const count = view.getUint8(5);
  return {
    width: view.getUint16(3),
    height: view.getUint16(1),
    precision: view.getUint8(0),
    components: Array.from({ length: count }, (_, index) => frame.data[6 + 3 * index] ?? 0),
    marker: frame.marker,
  };
}

/**
 * Checks that no scan is missing: each component has one, and in a file without an end marker, which may have been
 * cut off, every coefficient comes to its last bit.
 *
 * @throws {ImageError} if one is missing.
 */
export function requireScans({ segments, ended }: JpegParts, options: { length: number }): void {
  const frame = readFrame(segments);
  const missing = missingBits(frame, segments);
  const absent = frame.components.findIndex((_, index) => missing[index]![0] === ALL_BITS);
  if (!ended && missing.some((bits) => bits.some((bit) => bit > 0))) throw cutOff(options.length);
  if (absent >= 0) {
    throw new ImageError(
      `The JPEG has no scan of component ${
        absent + 1
      }, so that its pixels are not all there; get the whole file`,
    );
  }
}

/** The bits of each coefficient of each component that no scan brings. */
function missingBits(frame: JpegFrame, segments: readonly Segment[]): number[][] {
  const missing = frame.components.map(() => Array<number>(COEFFICIENTS).fill(ALL_BITS));
  for (const { data, scan } of segments) {
    if (!scan) continue;
    const count = data[0] ?? 0;
    const [first = 0, last = 0, bits = 0] = frame.marker === PROGRESSIVE
      ? data.subarray(1 + 2 * count)
      : [0, COEFFICIENTS - 1, 0];
    for (let index = 0; index < count; index++) {
      const component = missing[frame.components.indexOf(data[1 + 2 * index]!)];
      component?.fill(bits & 15, first, last + 1);
    }
  }
  return missing;
}
