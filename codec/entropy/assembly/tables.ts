/**
 * Where the kernel's tables lie, what is learnt, and how large their parts are.
 */

export const CLASSES: i32 = 97;
export const FEATURES: i32 = 15;
export const CONTEXTS: i32 = 49 * 8 + 32 * 8 + 16 * 8;

/** Bytes of a row of the sums of products, and where the parts of a state of least squares begin. */
export const ROW: usize = 32 * 8;
export const TARGETS: usize = 32 * ROW;
export const WEIGHTS: usize = TARGETS + ROW;
export const SAMPLES: usize = WEIGHTS + ROW;
export const SOLUTIONS: usize = SAMPLES + 8;
export const SQUARES: usize = SOLUTIONS + 8;

/** Doubles of the tails of the logistic distribution: 641, and one that fills up. */
export const TAILS: i32 = 642;

export let tails: usize = 0, scales: usize = 0, inverses: usize = 0, expectations: usize = 0, surprises: usize = 0, guesses: usize = 0;
export let weights: usize = 0, ratios: usize = 0, counts: usize = 0, squares: usize = 0;
export let contrasts: usize = 0, inputs: usize = 0, factor: usize = 0, forward: usize = 0, pivots: usize = 0, shapes: usize = 0;

/**
 * Tells where the tables lie: tails, scales, their inverses (f64), 98 expected errors (i32), where 8 levels of
 * surprise begin (f32), by the upper ten bits of a position in the distribution about where that is (f32), and 256 levels
 * of contrast for each class (u8); then room for 34 inputs, 32 rows of a decomposition, a column of it and a right side; and 64
 * reaches of zero bins, 64 ways of representatives from the middles of others, and factors of steps by 256 levels of contrast (u8).
 */
export function setTables(at: usize): void {
  tails = at;
  scales = tails + TAILS * 8;
  inverses = scales + CLASSES * 8;
  expectations = inverses + CLASSES * 8;
  surprises = expectations + 98 * 4;
  guesses = surprises + 32;
  contrasts = guesses + 1024 * 4;
  inputs = contrasts + 256 * CLASSES;
  factor = inputs + 34 * 8;
  pivots = factor + 32 * ROW;
  forward = pivots + ROW;
  shapes = forward + ROW;
}

/** Tells where what is learnt lies: weights, ratios, counts, states of least squares (f64). */
export function setAdaptation(at: usize): void {
  weights = at;
  ratios = weights + 9 * FEATURES * 8;
  counts = ratios + 9 * CONTEXTS * 8;
  squares = counts + 9 * CONTEXTS * 8;
}

/** What a sample stands for that is not known. */
export const UNKNOWN: i32 = -32768;
