/**
 * Workers that do tasks: started when there is something to do, ended when nobody waits for it any more.
 *
 * @module
 */

import { currentPlatform, type Thread } from "./platform.ts";
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
  readonly #starting = new Set<Thread>();
  readonly #idle: Thread[] = [];
  readonly #busy = new Map<Thread, Order>();
  #waiting: Order[] = [];
  #canStart = true;

  /** Nothing is started before it is needed. */
  constructor(options: PoolOptions) {
    this.count = options.count;
    this.#options = options;
  }

  /** Has a task done by a worker; by the calling thread where none can be started. */
  async run<Input, Result>(
    task: Task<Input, Result>,
    request: { readonly input: Input } & RunOptions,
  ): Promise<Result> {
    const { input, ...options } = request;
    options.signal?.throwIfAborted();
    if (!this.#canStart || !currentPlatform().mayStartWorker(this.#options.module)) {
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

  /** Ends all workers, those that are starting once they have; what is under way is never answered. */
  [Symbol.dispose](): void {
    for (const worker of this.#starting) endOnceStarted(worker);
    for (const worker of [...this.#idle, ...this.#busy.keys()]) worker.terminate();
    this.#starting.clear();
    this.#idle.length = 0;
    this.#busy.clear();
    this.#waiting = [];
  }

  #dispatch(): void {
    while (this.#waiting.length > 0 && this.#idle.length > 0) {
      const worker = this.#idle.pop()!;
      const order = this.#waiting.shift()!;
      this.#busy.set(worker, order);
      const { task: { name }, input, handOver } = order;
      worker.postMessage({ task: name, input }, handOver ? buffersOf(input) : []);
    }
    const missing = () => this.#waiting.length - this.#starting.size;
    while (missing() > 0 && this.#starting.size + this.#busy.size < this.count) this.#start();
  }

  /** A worker is given nothing before it answers: what was handed over to one that cannot start would be lost. */
  #start(): void {
    const worker = currentPlatform().startWorker(this.#options.module);
    this.#starting.add(worker);
    worker.onmessage = ({ data }: MessageEvent<Answer>) => {
      if ("ready" in data) {
        this.#starting.delete(worker);
        this.#idle.push(worker);
        return this.#dispatch();
      }
      const order = this.#busy.get(worker);
      if (!order) return;
      if ("told" in data) return order.onTell?.(data.told);
      this.#busy.delete(worker);
      this.#idle.push(worker);
      if ("result" in data) order.resolve(data.result);
      else order.reject(this.#revive(data));
      this.#dispatch();
    };
    worker.onerror = (event) => {
      event.preventDefault();
      if (this.#starting.has(worker)) this.#doWithout(worker);
      else this.#bury(worker, event.message);
    };
  }

  /** The calling thread does what waits, and all that comes, if workers cannot be started here. */
  #doWithout(worker: Thread): void {
    this.#end(worker);
    this.#canStart = false;
    const orders = this.#waiting;
    this.#waiting = [];
    for (const order of orders) {
      CALLING_THREAD.run(order.task as Task<unknown, unknown>, order)
        .then(order.resolve, order.reject);
    }
  }

  /** Whatever a worker dies of, its task has failed, and others go on. */
  #bury(worker: Thread, message: string): void {
    const order = this.#busy.get(worker);
    this.#end(worker);
    order?.reject(new Error(`A worker failed: ${message}`));
    this.#dispatch();
  }

  #cancel(order: Order): void {
    this.#waiting = this.#waiting.filter((other) => other !== order);
    for (const [worker, current] of this.#busy) if (current === order) this.#end(worker);
    order.reject(order.signal!.reason);
    this.#dispatch();
  }

  #end(worker: Thread): void {
    worker.terminate();
    this.#starting.delete(worker);
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

/** Whoever ends a thread waits for it in Deno, and one that is loading modules may never come to its end. */
function endOnceStarted(worker: Thread): void {
  worker.onmessage = () => worker.terminate();
  worker.onerror = (event) => {
    event.preventDefault();
    worker.terminate();
  };
}
