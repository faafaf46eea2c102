/**
 * Workers that do tasks: started when there is something to do, ended when nobody waits for it any more.
 *
 * @module
 */

import { currentPlatform } from "./platform.ts";
import {
  type Answer,
  buffersOf,
  CALLING_THREAD,
  type RunOptions,
  type Task,
  type Workers,
} from "./tasks.ts";

/** What a pool needs to know. */
export interface PoolOptions {
  /** Address of the module that makes a thread a worker, see {@link serveTasks}. */
  readonly module: URL;
  /** How many workers there are at most. */
  readonly count: number;
  /** The classes of errors that tasks may throw besides JavaScript's own, which become plain errors on their way. */
  readonly errors: readonly (new (message: string, options?: ErrorOptions) => Error)[];
}

/** A task that was asked for. */
interface Order extends RunOptions {
  readonly task: Task<never, unknown>;
  readonly input: unknown;
  readonly resolve: (result: unknown) => void;
  readonly reject: (reason: unknown) => void;
}

/** Workers that take turns at tasks, first come, first served. */
export class WorkerPool implements Workers, Disposable {
  readonly count: number;
  readonly #options: PoolOptions;
  readonly #idle: Worker[] = [];
  readonly #busy = new Map<Worker, Order>();
  #waiting: Order[] = [];

  /** Nothing is started before it is needed. */
  constructor(options: PoolOptions) {
    this.count = options.count;
    this.#options = options;
  }

  /** Has a task done by a worker; by the calling thread where none may be started. */
  async run<Input, Result>(
    task: Task<Input, Result>,
    request: { readonly input: Input } & RunOptions,
  ): Promise<Result> {
    const { input, ...options } = request;
    options.signal?.throwIfAborted();
    if (!currentPlatform().mayStartWorker(this.#options.module)) {
      return await CALLING_THREAD.run(task, request);
    }
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    const order: Order = { ...options, task, input, resolve, reject };
    const abort = () => this.#cancel(order);
    options.signal?.addEventListener("abort", abort, { once: true });
    this.#waiting.push(order);
    this.#dispatch();
    try {
      return await promise as Result;
    } finally {
      options.signal?.removeEventListener("abort", abort);
    }
  }

  /** Ends all workers at once; what is under way is never answered. */
  [Symbol.dispose](): void {
    for (const worker of [...this.#idle, ...this.#busy.keys()]) worker.terminate();
    this.#idle.length = 0;
    this.#busy.clear();
    this.#waiting = [];
  }

  #dispatch(): void {
    while (this.#waiting.length > 0 && this.#busy.size < this.count) {
      const order = this.#waiting.shift()!;
      const worker = this.#idle.pop() ?? this.#start();
      this.#busy.set(worker, order);
      const { task: { name }, input, handOver } = order;
      worker.postMessage({ task: name, input }, handOver ? buffersOf(input) : []);
    }
  }

  #start(): Worker {
    const worker = new Worker(this.#options.module, { type: "module" });
    worker.onmessage = ({ data }: MessageEvent<Answer>) => {
      const order = this.#busy.get(worker);
      if (!order) return;
      if ("told" in data) return order.onTell?.(data.told);
      this.#busy.delete(worker);
      this.#idle.push(worker);
      if ("result" in data) order.resolve(data.result);
      else order.reject(this.#revive(data));
      this.#dispatch();
    };
    // Whatever a worker dies of, its task has failed, and others go on.
    worker.onerror = (event) => {
      event.preventDefault();
      const order = this.#busy.get(worker);
      this.#end(worker);
      order?.reject(new Error(`A worker failed: ${event.message}`));
      this.#dispatch();
    };
    return worker;
  }

  #cancel(order: Order): void {
    this.#waiting = this.#waiting.filter((other) => other !== order);
    for (const [worker, current] of this.#busy) if (current === order) this.#end(worker);
    order.reject(order.signal!.reason);
    this.#dispatch();
  }

  #end(worker: Worker): void {
    worker.terminate();
    this.#busy.delete(worker);
    const at = this.#idle.indexOf(worker);
    if (at >= 0) this.#idle.splice(at, 1);
  }

  /** An error as it was thrown: on its way from a worker its class is lost. */
  #revive({ thrown, name }: { thrown: unknown; name: string }): unknown {
    const kind = this.#options.errors.find((known) => known.name === name);
    if (!kind || !(thrown instanceof Error)) return thrown;
    return new kind(thrown.message, { cause: thrown });
  }
}
