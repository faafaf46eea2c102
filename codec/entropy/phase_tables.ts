/**
 * The tables of the phase kernel, one behind the other as `assembly/phase.ts` reads them.
 *
 * @module
 */

import { contrastTable, EXPECTED, SURPRISE_STARTS } from "./adaptation.ts";
import { TAILS } from "./logistic.ts";
import { BIN_SHAPES, DRAWN, ZERO_REACHES } from "./lossy_bins.ts";
import { SCALE_CLASSES, SCALES } from "./scales.ts";
import { STEP_FACTORS } from "./step_factors.ts";

/** Doubles of the table of tails as the kernel has it. */
const TAIL_ROOM = 642;

/** Starts of levels of surprise as the kernel has them: 7, and one that is never reached. */
const SURPRISE_ROOM = 8;

/** Expected errors as the kernel has them. */
const EXPECTED_ROOM = 98;

/** Parts of a distribution for which the kernel is told about where they lie: there it begins to search. */
const GUESSES = 1024;

/** Bytes of the table of contrast. */
const CONTRAST_ROOM = 256 * SCALE_CLASSES;

/** Doubles that the kernel keeps inputs, a decomposition, its column and its right side in. */
const WORK_ROOM = 34 + 32 * 32 + 32 + 32;

/** Where tables begin behind the doubles of tails, scales and their inverses. */
const DOUBLES = TAIL_ROOM + 2 * SCALES.length;
const EXPECTED_AT = DOUBLES * 8;
const SURPRISE_AT = EXPECTED_AT + EXPECTED_ROOM * 4;
const GUESSES_AT = SURPRISE_AT + SURPRISE_ROOM * 4;
const CONTRAST_AT = GUESSES_AT + GUESSES * 4;
const SHAPES_AT = CONTRAST_AT + CONTRAST_ROOM + WORK_ROOM * 8;
const FACTORS_AT = SHAPES_AT + 2 * BIN_SHAPES;

/** Bytes of all of them, and of the room that the kernel works in. */
export const TABLE_BYTES: number = FACTORS_AT + STEP_FACTORS.length;

/** Writes the tables to {@link TABLE_BYTES} bytes of the kernel's memory, from `at` on, a multiple of 8. */
export function writeTables(memory: ArrayBuffer, at: number): void {
  const doubles = new Float64Array(memory, at, DOUBLES);
  doubles.set(TAILS);
  doubles.set(SCALES, TAIL_ROOM);
  doubles.set(SCALES.map((scale) => 1 / scale), TAIL_ROOM + SCALES.length);
  new Int32Array(memory, at + EXPECTED_AT, EXPECTED_ROOM).set(EXPECTED);
  new Float32Array(memory, at + SURPRISE_AT, SURPRISE_ROOM).fill(Infinity).set(SURPRISE_STARTS);
  new Float32Array(memory, at + GUESSES_AT, GUESSES).set(guesses());
  new Uint8Array(memory, at + CONTRAST_AT, CONTRAST_ROOM).set(contrastTable());
  new Uint8Array(memory, at + SHAPES_AT, BIN_SHAPES).set(ZERO_REACHES);
  new Uint8Array(memory, at + SHAPES_AT + BIN_SHAPES, BIN_SHAPES).set(DRAWN);
  new Uint8Array(memory, at + FACTORS_AT, STEP_FACTORS.length).set(STEP_FACTORS);
}

/** Where the middles of parts of the logistic distribution lie. Only how long a search takes depends on it. */
function guesses(): Float32Array {
  return Float32Array.from({ length: GUESSES }, (_, index) => {
    const share = (index + 0.5) / GUESSES;
    return Math.log(share / (1 - share));
  });
}
