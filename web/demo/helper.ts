/**
 * Asking the worker that compresses and compares.
 *
 * @module
 */

import type { Answer, Answers, Question } from "./requests.ts";

/** Answers questions in turn, elsewhere. */
export class Helper {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, {
    resolve: (answer: never) => void;
    reject: (error: Error) => void;
  }>();
  #count = 0;

  /** Starts the worker. */
  constructor(module: URL) {
    this.#worker = new Worker(module, { type: "module" });
    this.#worker.onmessage = ({ data }: MessageEvent<Answer>) => {
      const asked = this.#waiting.get(data.id);
      this.#waiting.delete(data.id);
      if ("failure" in data) asked?.reject(new Error(data.failure));
      else asked?.resolve(data.answer as never);
    };
  }

  /**
   * Asks a question.
   *
   * @throws {Error} with what went wrong.
   */
  ask<Asked extends Question>(question: Asked): Promise<Answers[Asked["kind"]]> {
    const { promise, resolve, reject } = Promise.withResolvers<Answers[Asked["kind"]]>();
    const id = this.#count++;
    this.#waiting.set(id, { resolve, reject });
    this.#worker.postMessage({ id, question });
    return promise;
  }
}
