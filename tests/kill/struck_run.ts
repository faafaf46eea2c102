/**
 * Runs of the program that are killed, as `kill -9` does it: nothing of the program's gets to run any more.
 *
 * @module
 */

import { nncCommand } from "../support/run_nnc.ts";

/** A run that went to its end. */
export interface WholeRun {
  /** Milliseconds until its first line on standard output. */
  readonly firstLine: number;
  /** Milliseconds until its end. */
  readonly end: number;
}

/**
 * Runs the program to its end.
 *
 * @throws {Error} with what it printed, if it fails.
 */
export async function runWhole(args: readonly string[], cwd: string): Promise<WholeRun> {
  const started = performance.now();
  const child = nncCommand(args, { cwd }).spawn();
  const errors = new Response(child.stderr).text();
  let firstLine = NaN;
  for await (const _ of child.stdout) {
    if (Number.isNaN(firstLine)) firstLine = performance.now() - started;
  }
  const { success, code } = await child.status;
  if (!success) throw new Error(`nnc ${args.join(" ")} ended with ${code}: ${await errors}`);
  await errors;
  return { firstLine, end: performance.now() - started };
}

/**
 * Runs the program and kills it after some milliseconds.
 *
 * @returns whether it was killed; it may have ended before.
 * @throws {Error} with what it printed, if it failed before it was killed.
 */
export async function runAndKill(
  args: readonly string[],
  options: { cwd: string; after: number },
): Promise<boolean> {
  const child = nncCommand(args, { cwd: options.cwd }).spawn();
  const printed = Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
  ]);
  const timer = setTimeout(() => {
    try {
      child.kill("SIGKILL");
    } catch {
      // It has just ended.
    }
  }, options.after);
  const { success, code, signal } = await child.status;
  clearTimeout(timer);
  const [, errors] = await printed;
  if (signal === "SIGKILL") return true;
  if (!success) throw new Error(`nnc ${args.join(" ")} ended with ${code}: ${errors}`);
  return false;
}
