/**
 * What is wrong with a JPEG around its scans, put right: libjpeg reads such files as well, but tells of the first
 * fault alone, which could hide one that costs pixels.
 *
 * @module
 */

import { latin1Bytes } from "../image/bytes.ts";
import { joinSegments, type JpegParts, MARKERS, type Segment } from "./jpeg_segments.ts";

/** A JPEG that lacks nothing, and what was wrong with it. */
export interface MendedJpeg {
  /** Its segments, as they should have been. */
  readonly segments: readonly Segment[];
  /** The file made of them. */
  readonly bytes: Uint8Array;
  /** Whether it had an end marker. */
  readonly ended: boolean;
  /** What was wrong, in words for its user. */
  readonly faults: readonly string[];
}

const JFIF = latin1Bytes("JFIF\0");

/** Frames whose scans have no spectral selection. */
const SEQUENTIAL = [0xc0, 0xc1];

/** The whole of the coefficients at once, to the last bit: all that a sequential scan can state. */
const WHOLE = [0, 63, 0];

/** Puts a JPEG right whose scans are all there; one without a fault is returned as it is. */
export function mendJpeg(bytes: Uint8Array, parts: JpegParts): MendedJpeg {
  const faults: string[] = [];
  if (parts.stray > 0) {
    faults.push(
      `The JPEG has ${parts.stray} bytes between its segments that belong to none; they are left out`,
    );
  }
  if (!parts.ended) faults.push("The JPEG lacks its end marker, and nothing else");
  const sequential = parts.segments.some(({ marker }) => SEQUENTIAL.includes(marker));
  const segments = parts.segments.map((segment) => {
    if (segment.scan && sequential && !statesWhole(segment.data)) {
      faults.push(
        "A scan of the JPEG states parameters that its kind does not have; they are not heeded",
      );
      return { ...segment, data: withTail(segment.data, WHOLE) };
    }
    if (segment.marker !== MARKERS.APP0 || !isUnknownJfif(segment.data)) return segment;
    faults.push("The JPEG is of a version of JFIF that is not known; it is read as version 1");
    return { ...segment, data: segment.data.with(JFIF.length, 1) };
  });
  const whole = faults.length === 0 ? bytes : joinSegments(segments);
  return { segments, bytes: whole, ended: parts.ended, faults: [...new Set(faults)] };
}

function statesWhole(data: Uint8Array): boolean {
  return WHOLE.every((value, index) => data.at(index - WHOLE.length) === value);
}

function withTail(data: Uint8Array, tail: readonly number[]): Uint8Array {
  const copy = data.slice();
  if (copy.length >= tail.length) copy.set(tail, copy.length - tail.length);
  return copy;
}

function isUnknownJfif(data: Uint8Array): boolean {
  return JFIF.every((byte, index) => data[index] === byte) && data.length > 13 &&
    data[JFIF.length] !== 1;
}
