/** What a bench ran on, and when. @module */

import { cpus } from "node:os";

/** The processor and its threads, and the day as `YYYY-MM-DD`. */
export function describeMachine(): { machine: string; date: string } {
  const model = cpus()[0]?.model ?? "unknown processor";
  const machine = `${model}, ${navigator.hardwareConcurrency} threads`;
  return { machine, date: new Date().toISOString().slice(0, 10) };
}
