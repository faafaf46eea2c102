/** Workers that note what they are given to do. @module */

import { openWorkers } from "../../codec/workers.ts";
import type { RunOptions, Task, Workers } from "../../platform/tasks.ts";

/** The library's workers. */
export class NotedWorkers implements Workers, Disposable {
  /** Names of the tasks, in the order in which they were given. */
  readonly names: string[] = [];
  readonly #pool = openWorkers();
  readonly count: number = this.#pool.count;

  run<Input, Result>(
    task: Task<Input, Result>,
    request: { readonly input: Input } & RunOptions,
  ): Promise<Result> {
    this.names.push(task.name);
    return this.#pool.run(task, request);
  }

  [Symbol.dispose](): void {
    this.#pool[Symbol.dispose]();
  }
}
