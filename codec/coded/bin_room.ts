/**
 * How far colours of lossy files may move inside of their bins: what a reader makes better stays what the file says.
 *
 * @module
 */

import type { Size } from "../lattice/raster.ts";
import { type Bin, coloursInside, quantaAt } from "./lossy_colours.ts";

/** Steps of Y′ alone, or of Y′, Co′ and Cg′, in quanta. */
export type RoomSteps = readonly number[];

/**
 * How far below and above those of a pixel's colour the quanta of its bins reach, in parts of a step, so that a byte tells both: the room
 * of 100 megapixels takes 300 MB. Rounding down loses nothing that decibels tell.
 */
export interface BinRoom extends Size {
  /** Bytes of a pixel: of Y′ alone, or of Y′, Co′ and Cg′. */
  readonly channels: 1 | 3;
  /** What it is told in parts of. */
  readonly steps: RoomSteps;
  /** `[height][width][channels]`: what is below in the upper four bits, what is above in the lower four. */
  readonly data: Uint8Array;
}

/** Parts of a step: the widest bins reach further than one, up to 3/2. */
const ROOM_PARTS = 10;

/** The most parts that are told. */
const MOST_PARTS = 15;

/** No room at all: every pixel is known exactly. */
export function noRoom(
  { width, height }: Size,
  { channels, steps }: Pick<BinRoom, "channels" | "steps">,
): BinRoom {
  return { width, height, channels, steps, data: new Uint8Array(width * height * channels) };
}

/**
 * Puts down the room of a colour inside of its bins; none where it is outside.
 *
 * @param quanta of the colour: Y′, or Y′, Co′ and Cg′
 * @param options.pixel which of the room's it is
 */
export function putRoom(
  quanta: readonly number[],
  { bins, room, pixel }: {
    readonly bins: readonly Bin[];
    readonly room: BinRoom;
    readonly pixel: number;
  },
): void {
  bins.forEach(([first, last], plane) => {
    const step = room.steps[plane]!;
    const below = toParts(quanta[plane]! - first, step);
    const above = toParts(last - quanta[plane]!, step);
    room.data[pixel * room.channels + plane] = below << 4 | above;
  });
}

function toParts(value: number, step: number): number {
  const parts = Math.floor(value * ROOM_PARTS / step);
  return parts < 0 ? 0 : parts > MOST_PARTS ? MOST_PARTS : parts;
}

/** How far a plane's quanta may move, below and above. */
function roomAt(
  { channels, steps, data }: BinRoom,
  { pixel, plane }: { pixel: number; plane: number },
): [below: number, above: number] {
  const parts = data[pixel * channels + plane]!;
  const step = steps[plane]!;
  return [
    Math.floor((parts >> 4) * step / ROOM_PARTS),
    Math.floor((parts & MOST_PARTS) * step / ROOM_PARTS),
  ];
}

/** How far rounding an RGB triple may move its quanta. */
const ROUNDING = [2, 1, 2] as const;

/**
 * The RGB triple inside the bins of a pixel near what was drawn of it.
 *
 * @param drawn has it from `from` on
 * @param options.pixel which of the room's it is
 * @param options.colour has from `at` on what was restored without drawing, which lies inside
 * @param options.to gets the triple from `at` on
 */
export function colourInRoom(
  drawn: Uint8Array,
  { from, room, pixel, colour, to, at }: {
    readonly from: number;
    readonly room: BinRoom;
    readonly pixel: number;
    readonly colour: Uint8Array;
    readonly to: Uint8Array;
    readonly at: number;
  },
): void {
  const known = quantaAt(colour, at);
  const wanted = quantaAt(drawn, from);
  if (isInRoom(wanted, { known, room, pixel })) {
    to[at] = drawn[from]!;
    to[at + 1] = drawn[from + 1]!;
    to[at + 2] = drawn[from + 2]!;
    return;
  }
  const bin = (plane: 0 | 1 | 2): Bin => {
    const [below, above] = roomAt(room, { pixel, plane });
    const first = known[plane] - below;
    const last = known[plane] + above;
    const value = wanted[plane];
    if (value >= first && value <= last) return [first, last, value];
    // So far inside that rounding to whole R, G and B does not leave the bin, where it is wide enough.
    const inside = Math.min(ROUNDING[plane], (last - first) >> 1);
    return [first, last, value < first ? first + inside : last - inside];
  };
  coloursInside([bin(0), bin(1), bin(2)], { to, at });
}

/** Whether a pixel may have the quanta that are wanted; most that are drawn lie inside. */
function isInRoom(
  wanted: readonly number[],
  { known, room, pixel }: { known: readonly number[]; room: BinRoom; pixel: number },
): boolean {
  for (let plane = 0; plane < 3; plane++) {
    const [below, above] = roomAt(room, { pixel, plane });
    const way = wanted[plane]! - known[plane]!;
    if (way < -below || way > above) return false;
  }
  return true;
}

/** The grey level inside the bin of a pixel that is nearest to what was drawn of it. */
export function greyInRoom(
  drawn: number,
  { room, pixel, grey }: { room: BinRoom; pixel: number; grey: number },
): number {
  const [below, above] = roomAt(room, { pixel, plane: 0 });
  return Math.max(grey - Math.floor(below / 4), Math.min(grey + Math.floor(above / 4), drawn));
}
