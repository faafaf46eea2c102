/**
 * A band of rows of phases, coded into one stream, and whether it is sound: before a kernel is let loose on its memory.
 *
 * @module
 */

import type { Adaptation } from "./adaptation.ts";
import { MOST_ERROR } from "./bins.ts";
import { type CodedPhase, PREDICTIONS } from "./coded_phase.ts";
import { LOSSY_RANGES, MOST_STEP } from "./lossy_bins.ts";
import { PHASE_PLACES } from "./pixel_inputs.ts";
import { type PixelPlane, PLANE_MARGIN } from "./pixel_plane.ts";

/** A band of rows. */
export interface Band {
  /** The first. */
  readonly first: number;
  /** The one behind the last. */
  readonly end: number;
}

/** Phases that go into one stream, one after the other. */
export interface PhaseBand extends Band {
  /** In the order of coding; rows that a phase does not have are left out. */
  readonly phases: readonly CodedPhase[];
  /** What was learnt before; learns on. */
  readonly adaptation: Adaptation;
  /** What is known of these rows' pixels and around them; what is coded is put in. */
  readonly pixels: PixelPlane;
}

/** Whether a stream leaves out zeros at its end: that of lossy samples does. */
export function endsShort({ phases }: Pick<PhaseBand, "phases">): boolean {
  return phases.some(({ lossy }) => lossy !== undefined);
}

/**
 * Checks that a phase is as large as it states.
 *
 * @throws {RangeError} if it is not.
 */
export function checkSizes(phase: CodedPhase, { first, end }: Band): void {
  const { width, height, stride, planes, predictions, colours, maxError } = phase;
  const [own, diagonal, other] = [planes[phase.phase], planes[0], planes[1]];
  const isSound = [first, end, width, height, stride, maxError].every(isCount) && first <= end &&
    stride >= width && predictions.length >= stride * height * PREDICTIONS &&
    hasRoom(phase) && (colours === 1 || colours === 3) &&
    own?.width === width && own.height === height &&
    // Neighbours of phases before this one are sought one cell around those that these have.
    (phase.phase === 0 || width <= diagonal!.width + 1 && height <= diagonal!.height + 1) &&
    (phase.phase < 2 || other !== undefined) && phase.phase <= 2;
  if (!isSound) {
    throw new RangeError(
      `Phase ${phase.phase} of ${width}×${height} samples does not fit its rows, planes, ` +
        `predictions or samples`,
    );
  }
}

/** Whether there is room for what is coded of every sample. */
function hasRoom({ stride, height, samples, maxError, lossy }: CodedPhase): boolean {
  const count = stride * height * 4;
  if (!lossy) return samples.length >= count && maxError <= MOST_ERROR;
  return lossy.quanta.length >= count && lossy.bounds.length >= 2 * count &&
    lossy.steps.every((step) => Number.isInteger(step) && step >= 1 && step <= MOST_STEP);
}

/**
 * Checks that every pixel that is coded or looked at lies in the plane.
 *
 * @throws {RangeError} if one does not.
 */
export function checkPlane({ phases, pixels, first, end }: PhaseBand): void {
  const { width, height, line, data } = pixels;
  const isSound = phases.every((phase) => {
    const { x, y } = PHASE_PLACES[phase.phase]!;
    const rows = Math.max(0, Math.min(end, phase.height) - first);
    return 2 * (phase.width - 1) + x < width && 2 * (rows - 1) + y < height;
  }) && data.length === line * (height + 2 * PLANE_MARGIN);
  if (!isSound) throw new RangeError(`A plane of ${width}×${height} pixels does not hold the run`);
}

function isCount(value: number): boolean {
  return Number.isInteger(value) && value >= 0;
}

/**
 * Checks that lossy samples that are to be encoded lie within the range of their plane; others always do.
 *
 * @throws {RangeError} if one does not.
 */
export function checkSamples(
  { width, height, stride, colours, lossy }: CodedPhase,
  { first, end }: Band,
): void {
  if (!lossy) return;
  for (let row = first; row < Math.min(end, height); row++) {
    for (let column = 0; column < width; column++) {
      for (let colour = 0; colour < colours; colour++) {
        const { least, most } = LOSSY_RANGES[colour]!;
        const value = lossy.quanta[(row * stride + column) * 4 + colour]!;
        if (value >= least && value <= most) continue;
        throw new RangeError(`Samples are from ${least} to ${most} quanta, found ${value}`);
      }
    }
  }
}
