/**
 * Runs many cases and watches over them: what each one may take, of time and of memory, is limited.
 *
 * @module
 */

import type { Format } from "./sample.ts";
import type { News, Order } from "./worker.ts";

/** Which cases to run. */
export interface CampaignOptions {
  readonly seed: number;
  /** Index of the first case. Default: 0. */
  readonly first?: number | undefined;
  readonly count: number;
  /** The formats that are damaged. Default: all. */
  readonly only?: readonly Format[] | undefined;
  /** Seconds that a case may take before it counts as one that never ends. Default: 20. */
  readonly secondsPerCase?: number | undefined;
  /** Bytes by which the program may grow. Default: 768 MiB. */
  readonly memory?: number | undefined;
}

/** What was found out. */
export interface CampaignResult {
  /** One line for each finding, with what throws it again. */
  readonly findings: string[];
  /** Answers of all targets by what they were. */
  readonly outcomes: Readonly<Record<string, number>>;
  /** The case that took longest. */
  readonly slowest: { readonly index: number; readonly seconds: number };
  /** Bytes by which the program grew at most. */
  readonly memory: number;
  /** Cases that were run: fewer than were asked for where one did not end, or took too much. */
  readonly done: number;
}

/** Seconds after which a thread that has begun no case never will. */
const START_SECONDS = 120;

/** How often time and memory are looked at, in milliseconds. */
const WATCH = 100;

/** Runs cases of a seed in a thread. */
export async function runCampaign(options: CampaignOptions): Promise<CampaignResult> {
  const { seed, first = 0, count, only, secondsPerCase = 20, memory = 768 * 2 ** 20 } = options;
  const findings: string[] = [];
  const running = new Int32Array(new SharedArrayBuffer(4)).fill(-1);
  const worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
  const atStart = Deno.memoryUsage().rss;
  const note = (index: number, message: string) =>
    findings.push(
      `${only ? `--only ${only} ` : ""}--seed ${seed} --case ${index}: ${message}`,
    );
  let most = 0;
  let since = { index: -1, at: performance.now() };
  let timer: ReturnType<typeof setInterval> | undefined;
  try {
    const done = await new Promise<Extract<News, { kind: "done" }>>((resolve, reject) => {
      worker.onmessage = ({ data: news }: MessageEvent<News>) => {
        if (news.kind === "done") resolve(news);
        else note(news.index, news.message);
      };
      worker.onerror = (event) => {
        event.preventDefault();
        reject(new Error(`The thread died: ${event.message}`));
      };
      timer = setInterval(() => {
        const index = Atomics.load(running, 0);
        const now = performance.now();
        if (index !== since.index) since = { index, at: now };
        if (index >= 0 && now - since.at > 1000 * secondsPerCase) {
          reject(new Error(`It does not end within ${secondsPerCase} s`));
        }
        if (index < 0 && now - since.at > 1000 * START_SECONDS) {
          reject(new Error(`It does not begin within ${START_SECONDS} s`));
        }
        most = Math.max(most, Deno.memoryUsage().rss - atStart);
        if (most > memory) reject(new Error(`Memory grew by ${most} bytes, above ${memory}`));
      }, WATCH);
      worker.postMessage({ seed, first, count, only, running } satisfies Order);
    });
    const { outcomes, slowest } = done;
    return { findings, outcomes, slowest, memory: most, done: count };
  } catch (error) {
    const index = Atomics.load(running, 0);
    note(index, (error as Error).message);
    const done = Math.max(0, index - first) + 1;
    return { findings, outcomes: {}, slowest: { index, seconds: NaN }, memory: most, done };
  } finally {
    clearInterval(timer);
    worker.terminate();
  }
}
