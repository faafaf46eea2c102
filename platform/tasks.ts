/**
 * Work that may be done elsewhere: a task has a name, by which a worker knows it, and what does it, wherever it is.
 *
 * @module
 */

import { pause } from "./pause.ts";

/** A piece of work whose input and result can be sent from thread to thread. */
export interface Task<Input, Result> {
  /** By which a worker knows it. */
  readonly name: string;
  /**
   * Does it. `tell` passes on what is worth knowing on the way.
   *
   * The result may be handed over with the buffers that {@link buffersOf} finds in it, so nothing else may hold on to them.
   */
  work(input: Input, tell: (message: string) => void): Promise<Result>;
}

/** How a task is run. */
export interface RunOptions {
  /** Told what the task tells. Default: nobody. */
  readonly onTell?: ((message: string) => void) | undefined;
  /** Ends the task, with its reason. */
  readonly signal?: AbortSignal | undefined;
  /** Whether the buffers of the input may be handed over, so that they are empty afterwards. Default: they are copied. */
  readonly handOver?: boolean | undefined;
}

/** Where tasks are done beside the calling thread. */
export interface Workers {
  /** How many tasks are done at once. */
  readonly count: number;
  /**
   * Has a task done.
   *
   * @throws {Error} what the task throws, or the reason of the signal.
   */
  run<Input, Result>(
    task: Task<Input, Result>,
    request: { readonly input: Input } & RunOptions,
  ): Promise<Result>;
}

/** The calling thread, for who has no workers: it does one task after the other, and listens to signals between them. */
export const CALLING_THREAD: Workers = {
  count: 1,
  async run(task, { input, onTell, signal }) {
    // Timers and signals get their turn.
    await pause();
    signal?.throwIfAborted();
    return await task.work(input, onTell ?? (() => {}));
  },
};

/** The buffers in a value of plain objects and arrays, each once. */
export function buffersOf(value: unknown): ArrayBuffer[] {
  const found = new Set<ArrayBuffer>();
  const visit = (part: unknown) => {
    if (ArrayBuffer.isView(part)) {
      if (part.buffer instanceof ArrayBuffer) found.add(part.buffer);
    } else if (typeof part === "object" && part !== null) Object.values(part).forEach(visit);
  };
  visit(value);
  return [...found];
}

/** What is sent to a worker. */
export interface Request {
  /** Name of the task. */
  readonly task: string;
  /** What the task is given. */
  readonly input: unknown;
}

/** What a worker answers: that it is there, something worth knowing, a result, or what was thrown. */
export type Answer =
  | { readonly ready: true }
  | { readonly told: string }
  | { readonly result: unknown }
  | { readonly thrown: unknown; readonly name: string };

/** What a worker needs of its global scope. */
export interface WorkerScope {
  /** Called with each request. */
  onmessage: ((event: MessageEvent<Request>) => void) | null;
  /** Sends an answer, and hands buffers over. */
  postMessage(message: Answer, transfer: Transferable[]): void;
}

/** Makes the calling thread a worker that does tasks, one at a time. */
export function serveTasks(
  scope: WorkerScope,
  tasks: readonly Task<never, unknown>[],
): void {
  const answer = (message: Answer) => scope.postMessage(message, buffersOf(message));
  scope.onmessage = async ({ data: { task: name, input } }) => {
    try {
      const task = tasks.find((known) => known.name === name);
      if (!task) throw new Error(`There is no task "${name}"`);
      answer({ result: await task.work(input as never, (told) => answer({ told })) });
    } catch (thrown) {
      const name = thrown instanceof Error ? thrown.name : "";
      try {
        answer({ thrown, name });
      } catch {
        // Causes may be of a kind that cannot be sent.
        answer({
          thrown: new Error(thrown instanceof Error ? thrown.message : String(thrown)),
          name,
        });
      }
    }
  };
  answer({ ready: true });
}
