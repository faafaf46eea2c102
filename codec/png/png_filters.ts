/**
 * PNG's five row filters, forwards and backwards.
 *
 * Source: Portable Network Graphics (PNG) Specification, Third Edition, section 9.
 *
 * @module
 */

import { ImageError } from "../image/image_error.ts";

/** Scanlines as PNG stores them: a filter type (0 none, 1 left, 2 up, 3 average, 4 Paeth), then the bytes of the row. */
export interface Scanlines {
  /** Bytes in a row, without the filter type. */
  readonly stride: number;
  /** Number of rows. */
  readonly height: number;
  /** Bytes from a sample to the same one of the pixel before it, at least 1. */
  readonly pixel: number;
}

/**
 * Undoes the filters in place: `bytes` holds filtered rows at `offset` before, and the plain rows without
 * filter types from `offset` on afterwards.
 *
 * @throws {ImageError} if a filter type is not one of PNG's.
 */
export function unfilterRows(bytes: Uint8Array, options: Scanlines & { offset: number }): void {
  const { stride, height, pixel, offset } = options;
  for (let row = 0; row < height; row++) {
    const from = offset + row * (stride + 1);
    const to = offset + row * stride;
    const type = bytes[from]!;
    bytes.copyWithin(to, from + 1, from + 1 + stride);
    undo(bytes, { type, to, stride, pixel, first: row === 0 });
  }
}

interface UndoOptions {
  readonly type: number;
  readonly to: number;
  readonly stride: number;
  readonly pixel: number;
  readonly first: boolean;
}

function undo(bytes: Uint8Array, options: UndoOptions): void {
  const { to, stride, pixel, first } = options;
  const end = to + stride;
  const inside = Math.min(to + pixel, end);
  // Above the first row lie zeros: "up" changes nothing and Paeth becomes "left".
  const type = first && options.type === 2 ? 0 : first && options.type === 4 ? 1 : options.type;
  switch (type) {
    case 0:
      return;
    case 1:
      for (let at = to + pixel; at < end; at++) bytes[at] = bytes[at]! + bytes[at - pixel]!;
      return;
    case 2:
      for (let at = to; at < end; at++) bytes[at] = bytes[at]! + bytes[at - stride]!;
      return;
    case 3:
      for (let at = to; at < end; at++) {
        const left = at < inside ? 0 : bytes[at - pixel]!;
        const up = first ? 0 : bytes[at - stride]!;
        bytes[at] = bytes[at]! + ((left + up) >> 1);
      }
      return;
    case 4:
      for (let at = to; at < inside; at++) bytes[at] = bytes[at]! + bytes[at - stride]!;
      for (let at = inside; at < end; at++) {
        const up = bytes[at - stride]!;
        bytes[at] = bytes[at]! + paeth(bytes[at - pixel]!, up, bytes[at - stride - pixel]!);
      }
      return;
    default:
      throw new ImageError(`PNG has filters 0 to 4, found ${type}; the file is damaged`);
  }
}

/** Whichever of left, up and up-left is nearest to left + up − upLeft. */
export function paeth(left: number, up: number, upLeft: number): number {
  const fromLeft = Math.abs(up - upLeft);
  const fromUp = Math.abs(left - upLeft);
  const fromUpLeft = Math.abs(left + up - 2 * upLeft);
  if (fromLeft <= fromUp && fromLeft <= fromUpLeft) return left;
  return fromUp <= fromUpLeft ? up : upLeft;
}
