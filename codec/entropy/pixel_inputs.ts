/**
 * Which samples a pixel is predicted from, by least squares, beside what the network says of it.
 *
 * @module
 */

import { PLANE_MARGIN } from "./pixel_plane.ts";

/** Where the coded phases lie in a cell, in the order of coding. */
export const PHASE_PLACES = [{ x: 1, y: 1 }, { x: 1, y: 0 }, { x: 0, y: 1 }] as const;

/** A sample of the pixel that lies so far to the right and below. */
export interface Neighbour {
  /** Columns to the right. */
  readonly dx: number;
  /** Rows below. */
  readonly dy: number;
  /** In the order of coding. */
  readonly colour: number;
}

/** Squared distance up to which samples of the same colour count: more of green, as it is the first and knows least. */
const GREEN_REACH = 10;
const COLOUR_REACH = 4;

/** Squared distance up to which differences of colours already known count. */
const DIFFERENCE_REACH = 2;

/** The same for phase (1,1), whose nearest own neighbours lie two pixels away. */
const DIAGONAL_DIFFERENCE_REACH = 4;

/**
 * The neighbours that a sample is predicted from: those of its own colour, then for each colour that is known of its
 * pixel those of that colour; row by row, from left to right.
 */
export function neighboursOf(phase: number, colour: number): Neighbour[] {
  const own = knownWithin(phase, colour === 0 ? GREEN_REACH : COLOUR_REACH);
  const others = knownWithin(phase, phase === 0 ? DIAGONAL_DIFFERENCE_REACH : DIFFERENCE_REACH);
  const neighbours = own.map((place) => ({ ...place, colour }));
  for (let known = 0; known < colour; known++) {
    neighbours.push(...others.map((place) => ({ ...place, colour: known })));
  }
  return neighbours;
}

/** Pixels that are known when one of a phase is coded: earlier phases, and its own before it. */
function knownWithin(phase: number, reach: number): { dx: number; dy: number }[] {
  const places: { dx: number; dy: number }[] = [];
  for (let dy = -PLANE_MARGIN; dy <= PLANE_MARGIN; dy++) {
    for (let dx = -PLANE_MARGIN; dx <= PLANE_MARGIN; dx++) {
      const of = phaseAt(phase, { dx, dy });
      const isBefore = of < phase || of === phase && (dy < 0 || dy === 0 && dx < 0);
      if (isBefore && dx * dx + dy * dy <= reach) places.push({ dx, dy });
    }
  }
  return places;
}

/** The phase of a neighbour, by its place in the order of coding; -1 where it is not coded in this octave. */
function phaseAt(phase: number, { dx, dy }: { dx: number; dy: number }): number {
  const { x, y } = PHASE_PLACES[phase]!;
  return PHASE_PLACES.findIndex((place) => place.x === (x + dx & 1) && place.y === (y + dy & 1));
}

/** The four pixels of earlier phases that lie nearest. */
export function nearestOf(phase: number): Neighbour[] {
  return phase === 0
    ? [[-1, -1], [1, -1], [-1, 1], [1, 1]].map(([dx, dy]) => ({ dx: dx!, dy: dy!, colour: 0 }))
    : [[0, -1], [-1, 0], [1, 0], [0, 1]].map(([dx, dy]) => ({ dx: dx!, dy: dy!, colour: 0 }));
}
