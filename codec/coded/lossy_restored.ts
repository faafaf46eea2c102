/**
 * Colours of lossy files: of every pixel a whole RGB triple, or a grey level, inside its bins.
 *
 * @module
 */

import type { CodedPhase } from "../entropy/coded_phase.ts";
import { PHASE_PLACES } from "../entropy/pixel_inputs.ts";
import { CODER_CELLS, type CoderStep } from "../lattice/coder_steps.ts";
import type { Raster } from "../lattice/raster.ts";
import { countInside } from "../lattice/sampling.ts";
import { type BinRoom, putRoom } from "./bin_room.ts";
import { type Bin, coloursInside, greyInside, quantaAt } from "./lossy_colours.ts";
import type { Rows } from "./stripes.ts";

/**
 * Puts the colours of a lossy phase's pixels, which belong to rows of a window's cells, where they lie in it, and where it is
 * asked for, the room that they have inside of their bins.
 */
export function coloursOfPhases(
  window: Raster,
  { phase, rows, room }: { phase: CodedPhase; rows: Rows; room?: BinRoom | undefined },
): void {
  const { x, y } = PHASE_PLACES[phase.phase]!;
  const { quanta, bounds } = phase.lossy!;
  const { channels } = window;
  const binAt = (at: number): Bin => [bounds[2 * at]!, bounds[2 * at + 1]!, quanta[at]!];
  for (let row = 0; row < phase.height; row++) {
    let to = ((2 * (rows.first + row) + y) * window.width + x) * channels;
    let at = row * phase.stride * 4;
    for (let column = 0; column < phase.width; column++) {
      const bins = channels === 1 ? [binAt(at)] : [binAt(at), binAt(at + 1), binAt(at + 2)];
      restoreColour(window, { bins, at: to, room });
      to += 2 * channels;
      at += 4;
    }
  }
}

function restoreColour(
  { channels, data }: Raster,
  { bins, at, room }: { bins: readonly Bin[]; at: number; room?: BinRoom | undefined },
): void {
  const [luma, orange, green] = bins;
  if (channels === 1) data[at] = greyInside(luma!);
  else coloursInside([luma!, orange!, green!], { to: data, at });
  if (!room) return;
  const quanta = channels === 1 ? [4 * data[at]!] : quantaAt(data, at);
  putRoom(quanta, { bins, room, pixel: at / channels });
}

/** Puts what there is of the pixels of a step where it belongs in an octave, from whole rows of pixels of some rows of cells. */
export function putColours(
  octave: Raster | BinRoom,
  { step, stripe, data }: { step: CoderStep; stripe: Rows; data: Uint8Array },
): void {
  const { width, height, channels } = octave;
  const offset = 2 * stripe.first * width * channels;
  for (const [x, y] of CODER_CELLS[step].missing) {
    const columns = countInside(x, 2, width);
    const end = Math.min(stripe.end, countInside(y, 2, height));
    for (let row = stripe.first; row < end; row++) {
      let to = ((2 * row + y) * width + x) * channels;
      for (let column = 0; column < columns; column++) {
        for (let channel = 0; channel < channels; channel++) {
          octave.data[to + channel] = data[to + channel - offset]!;
        }
        to += 2 * channels;
      }
    }
  }
}
