/**
 * The queue of a page: one worker, which restores one image at a time, so that a page of fifty takes no more memory than one
 * of one.
 *
 * @module
 */

import type { FromWorker, Job, Picture, ToWorker } from "./jobs.ts";
import { startWorker } from "./start_worker.ts";

/** Milliseconds without work after which the worker, and all that it holds, is let go. */
const IDLE = 60_000;

/** How an image is waited for. */
export interface WaitOptions {
  /** Takes it out of the queue, or stops it, with its reason. */
  readonly signal: AbortSignal;
  /** Told how much of the whole is done. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
  /** Shown a coarse part before the whole, where the job wants that; smaller than the whole. */
  readonly onPart?: ((png: Blob) => void) | undefined;
  /** Whether it is to be drawn before those that are not: asked when a turn comes. Default: no. */
  readonly isUrgent?: (() => boolean) | undefined;
}

interface Order extends WaitOptions {
  readonly id: number;
  readonly job: Job;
  readonly resolve: (picture: Picture) => void;
  readonly reject: (reason: unknown) => void;
}

/** Restores images in turn, urgent ones first. */
export class Restorer {
  readonly #module: URL;
  #worker: Worker | undefined;
  #waiting: Order[] = [];
  #current: Order | undefined;
  #count = 0;
  #idle: ReturnType<typeof setTimeout> | undefined;

  /** Nothing is started before it is needed. `module` is the address of the worker's program. */
  constructor(module: URL) {
    this.#module = module;
  }

  /**
   * Waits for an image's turn, and for the image.
   *
   * @throws {Error} with what went wrong, by the name of its class; the signal's reason if aborted.
   */
  restore(job: Job, options: WaitOptions): Promise<Picture> {
    options.signal.throwIfAborted();
    const { promise, resolve, reject } = Promise.withResolvers<Picture>();
    const order: Order = { ...options, id: this.#count++, job, resolve, reject };
    options.signal.addEventListener("abort", () => this.#cancel(order), { once: true });
    this.#waiting.push(order);
    this.#next();
    return promise;
  }

  #next(): void {
    if (this.#current || this.#waiting.length === 0) return;
    clearTimeout(this.#idle);
    const urgent = this.#waiting.findIndex(({ isUrgent }) => isUrgent?.() ?? false);
    const order = this.#waiting.splice(Math.max(0, urgent), 1)[0]!;
    this.#current = order;
    try {
      this.#worker ??= this.#start();
      send(this.#worker, { id: order.id, job: order.job });
    } catch (error) {
      this.#finish(order, () => order.reject(error));
    }
  }

  #start(): Worker {
    const worker = startWorker(this.#module);
    worker.onmessage = ({ data }: MessageEvent<FromWorker>) => this.#take(data);
    worker.onerror = (event) => {
      event.preventDefault();
      this.#stop();
      const order = this.#current;
      if (!order) return;
      const reason = event.message || "its program could not be loaded";
      this.#finish(order, () => order.reject(new Error(`The worker failed: ${reason}`)));
    };
    return worker;
  }

  #take(answer: FromWorker): void {
    const order = this.#current;
    if (!order || order.id !== answer.id) return;
    if ("done" in answer) return order.onProgress?.(answer.done, answer.total);
    if ("part" in answer) return order.onPart?.(answer.part);
    this.#finish(order, () => {
      if ("picture" in answer) return order.resolve(answer.picture);
      const { name, message } = answer.failure;
      order.reject(Object.assign(new Error(message), { name }));
    });
  }

  #finish(order: Order, settle: () => void): void {
    if (this.#current === order) this.#current = undefined;
    settle();
    if (this.#waiting.length === 0) this.#idle = setTimeout(() => this.#stop(), IDLE);
    this.#next();
  }

  /** One that is under way has its turn until the worker says that it has stopped. */
  #cancel(order: Order): void {
    this.#waiting = this.#waiting.filter((other) => other !== order);
    if (this.#current === order && this.#worker) {
      send(this.#worker, { id: order.id, abort: true });
    }
    order.reject(order.signal.reason);
  }

  #stop(): void {
    this.#worker?.terminate();
    this.#worker = undefined;
  }
}

function send(worker: Worker, message: ToWorker): void {
  worker.postMessage(message);
}
