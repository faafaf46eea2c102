/**
 * Who may write to the terminal: two threads draw one bar, and a line of one must not fall into a bar of the other.
 *
 * @module
 */

/** Milliseconds after which the other thread is thought to have ended while it wrote. */
const PATIENCE = 200;

/** What two threads share of a bar. */
export class BarLock {
  /** To be sent to the other thread, which makes a lock of it that is this one. */
  readonly shared: Int32Array<SharedArrayBuffer>;

  /** A lock, new or shared. */
  constructor(shared: Int32Array<SharedArrayBuffer> = new Int32Array(new SharedArrayBuffer(8))) {
    this.shared = shared;
  }

  /** The number of the bar that is on the screen; each that is drawn or wiped by the main thread counts. */
  get drawing(): number {
    return Atomics.load(this.shared, 1);
  }

  /** Counts what is drawn or wiped now; gives its number. */
  count(): number {
    return Atomics.add(this.shared, 1, 1) + 1;
  }

  /** Writes while the other thread does not. */
  hold<Result>(write: () => Result): Result {
    const end = performance.now() + PATIENCE;
    while (Atomics.compareExchange(this.shared, 0, 0, 1) !== 0 && performance.now() < end) {
      Atomics.wait(this.shared, 0, 1, 10);
    }
    try {
      return write();
    } finally {
      Atomics.store(this.shared, 0, 0);
      Atomics.notify(this.shared, 0);
    }
  }
}
