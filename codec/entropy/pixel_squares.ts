/**
 * Weighted least squares that forget: which sum of inputs comes closest to what was seen, lately most of all.
 *
 * Sums of products are collected for each sample that is learnt from; now and then they are faded, and the weights are
 * solved for by Cholesky's decomposition (Golub and Van Loan, Matrix Computations, 4.2). Lossless coders of images have
 * long predicted so (Wu, Barthel and Zhang, "Piecewise 2D autoregression for predictive image coding", 1998).
 *
 * Doubles with +, −, ×, ÷ and square roots in a fixed order, so the results are the same everywhere.
 *
 * @module
 */

/** Inputs there are room for, and numbers of a row of the sums of products. */
export const MOST_INPUTS = 32;

/** Samples from one solution to the next. */
export const SOLVE_INTERVAL = 32;

/** What is left of sums at a solution: they reach back 2048 samples. */
const FADE = 1 - 1 / 64;

/** What is left of them from one octave to the next, whose pixels lie closer: little more than the weights. */
const OCTAVE_FADE = 1 / 64;

/** Added to the squares of every input, so that few samples do not lead far. */
const DAMPING = 1;

/** A pivot below this is not divided by: inputs that hardly differ have no solution that is worth taking. */
const LEAST_PIVOT = 1e-9;

/** Where the parts of a state begin: sums of products by rows, of products with targets, weights, samples, solutions. */
const TARGETS = MOST_INPUTS * MOST_INPUTS;
const WEIGHTS = TARGETS + MOST_INPUTS;
const SAMPLES = WEIGHTS + MOST_INPUTS;
const SOLUTIONS = SAMPLES + 1;

/** Numbers of a state, which is all zeros before anything is known. */
export const SQUARES_LENGTH: number = SOLUTIONS + 1;

/** Room for a decomposition. */
const factor = new Float64Array(MOST_INPUTS * MOST_INPUTS);
const forward = new Float64Array(MOST_INPUTS);

/** Whether a state has been solved, without which it predicts nothing. */
export function isSolved(state: Float64Array): boolean {
  return state[SOLUTIONS]! > 0;
}

/** The sum that is expected of inputs; products at even places are summed apart from those at odd ones. */
export function expectedOf(
  state: Float64Array,
  { inputs, count }: { inputs: Float64Array; count: number },
): number {
  let even = 0;
  let odd = 0;
  // An input behind the last is 0.
  for (let index = 0; index < count; index += 2) {
    even += state[WEIGHTS + index]! * inputs[index]!;
    odd += state[WEIGHTS + index + 1]! * inputs[index + 1]!;
  }
  return even + odd;
}

/**
 * Learns from a sample.
 *
 * @param state what is known, {@link SQUARES_LENGTH} numbers
 * @param sample its inputs, of which those from `count` on are 0; what they should have summed to; and how much it counts
 */
export function learnSquares(
  state: Float64Array,
  sample: { inputs: Float64Array; count: number; target: number; weight: number },
): void {
  const { inputs, count, target, weight } = sample;
  for (let row = 0; row < count; row++) {
    const scaled = inputs[row]! * weight;
    const first = row * MOST_INPUTS;
    // Pairs, as a kernel takes them; what lies above the diagonal is not read.
    for (let column = 0; column <= (row | 1); column++) {
      state[first + column]! += scaled * inputs[column]!;
    }
    state[TARGETS + row]! += scaled * target;
  }
  if (++state[SAMPLES]! < SOLVE_INTERVAL) return;
  state[SAMPLES] = 0;
  solve(state, count);
  for (let index = 0; index < WEIGHTS; index++) state[index]! *= FADE;
}

/** Forgets most of an octave before the next finer one; the weights remain until they are solved for again. */
export function fadeSquares(state: Float64Array): void {
  for (let index = 0; index < WEIGHTS; index++) state[index]! *= OCTAVE_FADE;
}

/** Solves for the weights; leaves them where there is no solution. */
function solve(state: Float64Array, count: number): void {
  for (let row = 0; row < count; row++) {
    for (let column = 0; column <= row; column++) {
      let sum = state[row * MOST_INPUTS + column]!;
      if (row === column) sum += DAMPING;
      for (let index = 0; index < column; index++) {
        sum -= factor[row * MOST_INPUTS + index]! * factor[column * MOST_INPUTS + index]!;
      }
      if (row > column) {
        factor[row * MOST_INPUTS + column] = sum / factor[column * MOST_INPUTS + column]!;
      } else if (sum > LEAST_PIVOT) factor[row * MOST_INPUTS + row] = Math.sqrt(sum);
      else return;
    }
  }
  for (let row = 0; row < count; row++) {
    let sum = state[TARGETS + row]!;
    for (let index = 0; index < row; index++) {
      sum -= factor[row * MOST_INPUTS + index]! * forward[index]!;
    }
    forward[row] = sum / factor[row * MOST_INPUTS + row]!;
  }
  for (let row = count - 1; row >= 0; row--) {
    let sum = forward[row]!;
    for (let index = count - 1; index > row; index--) {
      sum -= factor[index * MOST_INPUTS + row]! * state[WEIGHTS + index]!;
    }
    state[WEIGHTS + row] = sum / factor[row * MOST_INPUTS + row]!;
  }
  state[SOLUTIONS] = 1;
}
