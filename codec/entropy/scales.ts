/**
 * Scales of the logistic distribution, which networks name by class.
 *
 * @module
 */

/** Classes an octave. */
export const CLASSES_PER_OCTAVE = 8;

/** Classes there are: from 2⁻⁵ to 2⁷ grey levels. */
export const SCALE_CLASSES = 97;

/** Powers of 2^(1/8) within an octave. Doubles of these literals are the same everywhere. */
const EIGHTHS = [
  1,
  1.0905077326652577,
  1.189207115002721,
  1.2968395546510096,
  1.4142135623730951,
  1.5422108254079407,
  1.681792830507429,
  1.8340080864093424,
];

/** Scale of every class in grey levels: class c is 2^(c/8 − 5). */
export const SCALES: Float64Array = Float64Array.from(
  { length: SCALE_CLASSES },
  (_, index) =>
    EIGHTHS[index % CLASSES_PER_OCTAVE]! * 2 ** (Math.floor(index / CLASSES_PER_OCTAVE) - 5),
);
