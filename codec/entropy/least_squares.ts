/**
 * Linear prediction by weights that fit what was seen best, in the sense of least squares.
 *
 * @module
 */

/** What is left of earlier samples at each fit. */
const KEPT = 0.8;

/** Samples after which weights are fitted anew. */
const FITTED = 512;

/** Added to every feature's own sum, so that there is a solution whatever was seen. */
const RIDGE = 1e-4;

/** Weights of features, by sums over samples. */
export class LeastSquares {
  readonly #count: number;
  readonly #weights: Float64Array;
  /** `[row][column]` up to the diagonal: sums of products of two features. */
  readonly #products: Float64Array;
  /** Sums of products of features and targets. */
  readonly #targets: Float64Array;
  readonly #factor: Float64Array;
  #learnt = 0;

  /** Knows nothing of as many features, and predicts 0. */
  constructor(count: number) {
    this.#count = count;
    this.#weights = new Float64Array(count);
    this.#products = new Float64Array(count * count);
    this.#targets = new Float64Array(count);
    this.#factor = new Float64Array(count * count);
  }

  /** The weighted sum of the first features. */
  predict(features: Float64Array): number {
    const weights = this.#weights;
    let sum = 0;
    for (let index = 0; index < weights.length; index++) sum += weights[index]! * features[index]!;
    return sum;
  }

  /** Takes a sample into account from the next fit on. */
  learn(features: Float64Array, { target, weight }: { target: number; weight: number }): void {
    const count = this.#count;
    const products = this.#products;
    this.#learnt++;
    for (let row = 0; row < count; row++) {
      const weighted = weight * features[row]!;
      this.#targets[row]! += weighted * target;
      const start = row * count;
      for (let column = 0; column <= row; column++) {
        products[start + column]! += weighted * features[column]!;
      }
    }
  }

  /**
   * Makes the weights those that fit best, by a factorisation without roots (LDLᵀ), and lets what was seen fade; if enough
   * was seen since the last time.
   */
  fit(): void {
    if (this.#learnt < FITTED) return;
    this.#learnt = 0;
    const count = this.#count;
    const [factor, weights] = [this.#factor, this.#weights];
    const diagonal = new Float64Array(count);
    for (let row = 0; row < count; row++) {
      for (let column = 0; column <= row; column++) {
        let value = this.#products[row * count + column]!;
        if (row === column) value = value * (1 + RIDGE) + RIDGE;
        for (let inner = 0; inner < column; inner++) {
          value -= factor[row * count + inner]! * factor[column * count + inner]! *
            diagonal[inner]!;
        }
        if (row === column) diagonal[row] = value > RIDGE * RIDGE ? value : RIDGE * RIDGE;
        else factor[row * count + column] = value / diagonal[column]!;
      }
    }
    for (let row = 0; row < count; row++) {
      let value = this.#targets[row]!;
      for (let inner = 0; inner < row; inner++) {
        value -= factor[row * count + inner]! * weights[inner]!;
      }
      weights[row] = value;
    }
    for (let row = count - 1; row >= 0; row--) {
      let value = weights[row]! / diagonal[row]!;
      for (let inner = row + 1; inner < count; inner++) {
        value -= factor[inner * count + row]! * weights[inner]!;
      }
      weights[row] = value;
    }
    for (let index = 0; index < this.#products.length; index++) this.#products[index]! *= KEPT;
    for (let index = 0; index < count; index++) this.#targets[index]! *= KEPT;
  }
}
