/**
 * Runs many cases and watches over them: what each one may take, of time and of memory, is limited.
 * They run in a process of their own, which can be ended whatever it does. A thread cannot: the one that ends it
 * waits for it.
 *
 * @module
 */

import { fromFileUrl } from "npm:deno-std@1.4.0/path/mod.js";
import type { Format } from "./sample.ts";
import { type Order, readNews } from "./news.ts";

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
  /** Bytes by which the process may grow. Default: 768 MiB. */
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
  /** Bytes by which the process grew at most. */
  readonly memory: number;
  /** Cases that were run: fewer than were asked for where one did not end, or took too much. */
  readonly done: number;
}

/** Seconds after which a process that has begun no case never will. */
const START_SECONDS = 120;

/** How often time and memory are looked at, in milliseconds. */
const WATCH = 100;

const RUNNER = new URL("./runner.ts", import.meta.url);
const CONFIG = fromFileUrl(new URL("../../deno.json", import.meta.url));

/** Runs cases of a seed in a process. */
export async function runCampaign(options: CampaignOptions): Promise<CampaignResult> {
  const { seed, first = 0, count, only, secondsPerCase = 20, memory = 768 * 2 ** 20 } = options;
  const findings: string[] = [];
  const note = (index: number, message: string) =>
    findings.push(
      `${only ? `--only ${only} ` : ""}--seed ${seed} --case ${index}: ${message}`,
    );
  await using runner = start({ seed, first, count, only });
  const bytesOf = readResident(runner.process.pid);
  let atStart: number | undefined;
  let most = 0;
  let since = { index: -1, at: performance.now() };
  let result: Omit<CampaignResult, "findings" | "memory"> | undefined;
  let broken: string | undefined;
  const stop = (message: string) => {
    broken ??= message;
    runner.kill();
  };
  const weigh = (resident: number) => {
    atStart ??= resident;
    most = Math.max(most, resident - atStart);
    if (most > memory) stop(`Memory grew by ${most} bytes, above ${memory}`);
  };
  const watch = setInterval(() => {
    const seconds = (performance.now() - since.at) / 1000;
    if (since.index < 0) {
      if (seconds > START_SECONDS) stop(`It does not begin within ${START_SECONDS} s`);
      return;
    }
    if (seconds > secondsPerCase) stop(`It does not end within ${secondsPerCase} s`);
    const resident = bytesOf();
    if (resident !== undefined) weigh(resident);
  }, WATCH);
  try {
    for await (const news of readNews(runner.process.stdout)) {
      if (broken) break;
      if (news.kind === "finding") note(news.index, news.message);
      if (news.kind === "done") {
        const { outcomes, slowest } = news;
        result = { outcomes, slowest, done: count };
      }
      if (news.kind !== "case") continue;
      since = { index: news.index, at: performance.now() };
      weigh(news.resident);
    }
  } finally {
    clearInterval(watch);
  }
  if (result && !broken) return { findings, memory: most, ...result };
  const { index } = since;
  note(index, broken ?? "The process died");
  const done = Math.max(0, index - first) + 1;
  return { findings, outcomes: {}, slowest: { index, seconds: NaN }, memory: most, done };
}

/** A process that runs cases, until it is killed or let go. */
function start(order: Order) {
  const process = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "-A",
      "--quiet",
      "--config",
      CONFIG,
      "--frozen",
      RUNNER.href,
      JSON.stringify(order),
    ],
    stdin: "null",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const kill = () => {
    try {
      process.kill("SIGKILL");
    } catch {
      // It has ended by itself.
    }
  };
  return {
    process,
    kill,
    async [Symbol.asyncDispose]() {
      kill();
      await process.status;
    },
  };
}

/** Reads the bytes that a process holds in memory; nothing where the system tells nobody but itself. */
function readResident(pid: number): () => number | undefined {
  return () => {
    try {
      const status = Deno.readTextFileSync(`/proc/${pid}/status`);
      const kibibytes = /^VmRSS:\s*(\d+) kB$/m.exec(status)?.[1];
      return kibibytes === undefined ? undefined : 1024 * Number(kibibytes);
    } catch {
      return undefined;
    }
  };
}
