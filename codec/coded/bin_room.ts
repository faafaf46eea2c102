/**
 * How far colours of lossy files may move inside of their bins: what a reader makes better stays what the file says.
 *
 * @module
 */

import type { Size } from "../lattice/raster.ts";
import { type Bin, coloursInside, quantaAt } from "./lossy_colours.ts";

/**
 * How far below and above those of a pixel's colour the quanta of its bins reach: of Y′ alone, or of Y′, Co′ and Cg′. What is
 * further than a byte tells is left out.
 */
export interface BinRoom extends Size {
  /** Numbers of a pixel. */
  readonly channels: 2 | 6;
  /** `[height][width][channels]` */
  readonly data: Uint8Array;
}

/** No room at all: every pixel is known exactly. */
export function noRoom({ width, height }: Size, colours: 1 | 3): BinRoom {
  const channels = colours === 1 ? 2 : 6;
  return { width, height, channels, data: new Uint8Array(width * height * channels) };
}

/**
 * Puts down the room of a colour inside of its bins; none where it is outside.
 *
 * @param quanta of the colour: Y′, or Y′, Co′ and Cg′
 * @param options.to gets the room from `at` on
 */
export function putRoom(
  quanta: readonly number[],
  { bins, to, at }: {
    readonly bins: readonly Bin[];
    readonly to: Uint8Array;
    readonly at: number;
  },
): void {
  bins.forEach(([first, last], plane) => {
    to[at + 2 * plane] = heldToByte(quanta[plane]! - first);
    to[at + 2 * plane + 1] = heldToByte(last - quanta[plane]!);
  });
}

function heldToByte(value: number): number {
  return value < 0 ? 0 : value > 255 ? 255 : value;
}

/** How far rounding an RGB triple may move its quanta. */
const ROUNDING = [2, 1, 2] as const;

/**
 * The RGB triple inside the bins of a pixel near what was drawn of it.
 *
 * @param drawn has it from `from` on
 * @param options.colour has from `at` on what was restored without drawing, which lies inside
 * @param options.room has from `roomAt` on how far that may move
 * @param options.to gets the triple from `at` on
 */
export function colourInRoom(
  drawn: Uint8Array,
  { from, colour, room, roomAt, to, at }: {
    readonly to: Uint8Array;
    readonly at: number;
    readonly from: number;
    readonly colour: Uint8Array;
    readonly room: Uint8Array;
    readonly roomAt: number;
  },
): void {
  const known = quantaAt(colour, at);
  const wanted = quantaAt(drawn, from);
  const bin = (plane: 0 | 1 | 2): Bin => {
    const first = known[plane] - room[roomAt + 2 * plane]!;
    const last = known[plane] + room[roomAt + 2 * plane + 1]!;
    const value = wanted[plane];
    if (value >= first && value <= last) return [first, last, value];
    // So far inside that rounding to whole R, G and B does not leave the bin, where it is wide enough.
    const inside = Math.min(ROUNDING[plane], (last - first) >> 1);
    return [first, last, value < first ? first + inside : last - inside];
  };
  coloursInside([bin(0), bin(1), bin(2)], { to, at });
}

/** The grey level inside the bin of a pixel that is nearest to what was drawn of it. */
export function greyInRoom(
  drawn: number,
  { grey, below, above }: { grey: number; below: number; above: number },
): number {
  return Math.max(grey - Math.floor(below / 4), Math.min(grey + Math.floor(above / 4), drawn));
}
