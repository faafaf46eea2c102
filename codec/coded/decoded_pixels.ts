/**
 * Pixels of an octave while a file is decoded: those that are known from the octave below lie among those that its steps put there.
 *
 * @module
 */

import { packStep } from "../lattice/packing.ts";
import type { Raster, Size } from "../lattice/raster.ts";
import { type BinRoom, noRoom } from "./bin_room.ts";
import type { QuantaImage } from "./lossy_colours.ts";
import { spreadOut } from "./octave_rows.ts";

/** Pixels of an octave, 1 or 3 channels. */
export interface DecodedPixels {
  /** Samples; of a lossy file, colours inside of their bins. */
  readonly image: Raster;
  /** What stands for the bins, of a lossy file. */
  readonly quanta?: QuantaImage | undefined;
  /** The room that colours have in their bins, where it is asked for. */
  readonly room?: BinRoom | undefined;
}

/**
 * An octave before its steps are decoded: its known pixels at even columns and rows, 0 elsewhere.
 *
 * @throws {LatticeError} if `known` is not of the size that belongs to the octave.
 */
export function startOctave(known: DecodedPixels, { width, height }: Size): DecodedPixels {
  const { channels } = known.image;
  const count = width * height * channels;
  const image = { width, height, channels, data: new Uint8Array(count) };
  spreadOut(known.image, image);
  if (!known.quanta) return { image };
  const size = { width, height, channels: known.quanta.channels };
  const quanta = { ...size, data: new Int16Array(count) };
  spreadOut(known.quanta, quanta);
  if (!known.room) return { image, quanta };
  const room = noRoom(size, known.room);
  spreadOut(known.room, room);
  return { image, quanta, room };
}

/** What an octave was started from, but for the quanta, which decoding goes on with alone. */
export function knownPixels({ image, room }: DecodedPixels): DecodedPixels {
  const known = packStep(image, "grid");
  if (!room) return { image: known };
  const { width, height, data } = packStep(room, "grid");
  return { image: known, room: { ...room, width, height, data } };
}
