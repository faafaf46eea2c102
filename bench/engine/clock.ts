/** Timing work by the wall and by the processor. @module */

import process from "node:process";

/** Seconds that a piece of work took. */
export interface Seconds {
  /** By the clock on the wall. */
  readonly wall: number;
  /** By all threads of this process: what the work costs however many programs share the machine. */
  readonly cpu: number;
}

/** Runs work once for nothing, then `samples` times, and gives the medians. */
export async function timeWork(
  work: () => Promise<unknown>,
  { samples = 5 }: { samples?: number } = {},
): Promise<Seconds> {
  await work();
  const walls: number[] = [];
  const cpus: number[] = [];
  for (let sample = 0; sample < samples; sample++) {
    const { wall, cpu } = await timeOnce(work);
    walls.push(wall);
    cpus.push(cpu);
  }
  return { wall: median(walls), cpu: median(cpus) };
}

/** Runs work once and times it. */
export async function timeOnce(work: () => Promise<unknown>): Promise<Seconds> {
  const usage = process.cpuUsage();
  const start = performance.now();
  await work();
  const wall = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(usage);
  return { wall, cpu: (user + system) / 1e6 };
}

/** The middle value; of an even number of values, the upper of the two. */
export function median(values: readonly number[]): number {
  const middle = values.toSorted((a, b) => a - b)[values.length >> 1];
  if (middle === undefined) throw new RangeError("There is no median of no values");
  return middle;
}
