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

/** Where the program runs, and how it ends. */
export interface RunPlace {
  /** The folder. */
  readonly cwd: string;
  /** The exit status that it is to have. Default: 0. */
  readonly exit?: number | undefined;
}

/**
 * Runs the program to its end.
 *
 * @throws {Error} with what it printed, if it has another exit status.
 */
export async function runWhole(
  args: readonly string[],
  { cwd, exit = 0 }: RunPlace,
): Promise<WholeRun> {
  const started = performance.now();
  const child = nncCommand(args, { cwd }).spawn();
  const errors = new Response(child.stderr).text();
  let firstLine = NaN;
  for await (const _ of child.stdout) {
    if (Number.isNaN(firstLine)) firstLine = performance.now() - started;
  }
  const { code } = await child.status;
  if (code !== exit) throw new Error(`nnc ${args.join(" ")} ended with ${code}: ${await errors}`);
  await errors;
  return { firstLine, end: performance.now() - started };
}

/**
 * Runs the program and kills it after some milliseconds.
 *
 * @returns whether it was killed; it may have ended before.
 * @throws {Error} with what it printed, if it ended before it was killed with another exit status.
 */
export async function runAndKill(
  args: readonly string[],
  { cwd, exit = 0, after }: RunPlace & { after: number },
): Promise<boolean> {
  const child = nncCommand(args, { cwd }).spawn();
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
  }, after);
  const { code, signal } = await child.status;
  clearTimeout(timer);
  const [, errors] = await printed;
  if (signal === "SIGKILL") return true;
  if (code !== exit) throw new Error(`nnc ${args.join(" ")} ended with ${code}: ${errors}`);
  return false;
}
