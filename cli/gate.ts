/**
 * Lets so much be under way at once, first come, first served.
 *
 * @module
 */

/** A limit on what is under way, in any unit. */
export class Gate {
  readonly #limit: number;
  readonly #waiting: { readonly cost: number; readonly enter: () => void }[] = [];
  #inside = 0;

  /** Nothing is inside yet. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Does work when its cost fits in beside what is inside; what is above the limit goes in alone. */
  async pass<Result>(cost: number, work: () => Promise<Result>): Promise<Result> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.push({ cost, enter: resolve });
    this.#admit();
    await promise;
    try {
      return await work();
    } finally {
      this.#inside -= cost;
      this.#admit();
    }
  }

  #admit(): void {
    for (let first = this.#waiting[0]; first; first = this.#waiting[0]) {
      if (this.#inside > 0 && this.#inside + first.cost > this.#limit) return;
      this.#inside += first.cost;
      this.#waiting.shift();
      first.enter();
    }
  }
}
