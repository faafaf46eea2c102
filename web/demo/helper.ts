/**
 * Asking the worker that compresses and compares.
 *
 * @module
 */

import type { Answers, DemoAnswer, Question } from "./requests.ts";

interface Asked {
  readonly resolve: (answer: never) => void;
  readonly reject: (error: Error) => void;
  readonly onProgress?: ((share: number) => void) | undefined;
}

/** Answers questions in turn, elsewhere. */
export class Helper {
  readonly #module: URL;
  #worker: Worker | undefined;
  #waiting = new Map<number, Asked>();
  #count = 0;

  /** Nothing is started before it is needed. `module` is the address of the worker's program. */
  constructor(module: URL) {
    this.#module = module;
  }

  /**
   * Asks a question. `onProgress` is told how much of the work is done, from 0 to 1.
   *
   * @throws {Error} with what went wrong.
   */
  ask<Kind extends Question>(
    question: Kind,
    { onProgress }: { readonly onProgress?: (share: number) => void } = {},
  ): Promise<Answers[Kind["kind"]]> {
    const { promise, resolve, reject } = Promise.withResolvers<Answers[Kind["kind"]]>();
    const id = this.#count++;
    this.#waiting.set(id, { resolve, reject, onProgress });
    this.#worker ??= this.#start();
    this.#worker.postMessage({ id, question });
    return promise;
  }

  /** Lets go of what nobody wants any more, so that the next question is answered at once. */
  drop(): void {
    if (this.#waiting.size > 0) this.#fail("It is no longer wanted");
  }

  #start(): Worker {
    const worker = new Worker(this.#module, { type: "module" });
    worker.onmessage = ({ data }: MessageEvent<DemoAnswer>) => {
      const asked = this.#waiting.get(data.id);
      if ("share" in data) return asked?.onProgress?.(data.share);
      this.#waiting.delete(data.id);
      if ("failure" in data) asked?.reject(new Error(data.failure));
      else asked?.resolve(data.answer as never);
    };
    worker.onerror = (event) => {
      event.preventDefault();
      this.#fail(`The worker failed: ${event.message || "its program could not be loaded"}`);
    };
    return worker;
  }

  #fail(message: string): void {
    this.#worker?.terminate();
    this.#worker = undefined;
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { reject } of waiting) reject(new Error(message));
  }
}
