/**
 * Pieces of work that are started in order, a few at a time.
 *
 * @module
 */

/** Starts pieces in the order in which they are added; a piece may wait for those added before it. */
export class Lanes implements Disposable {
  #free: number;
  readonly #waiting: (() => Promise<void>)[] = [];

  /** At most `count` pieces are under way at once. */
  constructor(count: number) {
    this.#free = count;
  }

  /** Adds a piece; what it gives comes when it is done. */
  add<Result>(work: () => Promise<Result>): Promise<Result> {
    const { promise, resolve, reject } = Promise.withResolvers<Result>();
    // Whoever waits is told of a failure; that nobody waits for a piece is no failure.
    promise.catch(() => {});
    this.#waiting.push(() => work().then(resolve, reject));
    this.#start();
    return promise;
  }

  /** What was not started by now is left out; nobody hears of it. */
  [Symbol.dispose](): void {
    this.#waiting.length = 0;
  }

  #start(): void {
    while (this.#free > 0 && this.#waiting.length > 0) {
      this.#free--;
      this.#waiting.shift()!().finally(() => {
        this.#free++;
        this.#start();
      });
    }
  }
}
