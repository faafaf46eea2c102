/**
 * What goes into a coder network and what its outputs mean: the factors between the numbers of the network and grey
 * levels, octaves and slopes. Whoever makes integers of a trained network scales its first and its last layer by these.
 *
 * Inputs of a cell: R, G, B of every known phase, in grey levels, less {@link INPUT_CENTRE} and divided by
 * {@link INPUT_UNIT}; then the binary logarithm of the bin width 2t + 1, divided by {@link WIDTH_UNIT}: 0 where every
 * bin is one value.
 *
 * Outputs of a coded phase, {@link OUTPUTS_OF_PHASE} each, phase after phase:
 *
 * | place | what | an output of 1 means |
 * | --- | --- | --- |
 * | 0, 1, 2 | what is added to the means of G, R, B | {@link MEAN_UNIT} grey levels |
 * | 3, 4, 5 | the scales of G, R, B | 1 octave: the scale is 2^output grey levels, see {@link LOG_SCALES} |
 * | 6, 7, 8 | the slopes of R on G, of B on G, of B on R | a slope of 1 |
 *
 * @module
 */

/** Numbers that a network puts out for a coded phase. */
export const OUTPUTS_OF_PHASE = 9;

/** Grey level that reaches the network as 0. */
export const INPUT_CENTRE = 128;

/** Grey levels that differ by 1 in the network. */
export const INPUT_UNIT = 32;

/** Octaves of bin width that differ by 1 in the network. */
export const WIDTH_UNIT = 4;

/** Grey levels of an output of 1 for a mean. */
export const MEAN_UNIT = 8;

/** The binary logarithm of a scale lies between these, both whole eighths: scales from 0.0405 to 90.5 grey levels. */
export const LOG_SCALES: readonly [least: number, most: number] = [-37 / 8, 52 / 8];
