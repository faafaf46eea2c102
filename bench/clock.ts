/** Timing work by the wall and by the processor. @module */

import process from "node:process";

/** Seconds that a piece of work took. */
export interface Seconds {
  readonly wall: number;
  /** By all threads of this process: what the work costs however many programs share the machine. */
  readonly cpu: number;
}

/** Runs work once for nothing, then `samples` times, and gives the medians. */
export async function timeWork(
  work: () => Promise<unknown>,
  { samples = 5 }: { samples?: number | undefined } = {},
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

/** Seconds that a sample of repeated work takes at least, so that polling for its end weighs little. */
const LONG_ENOUGH = 0.3;

/** Most repetitions in a sample. */
const MOST_TIMES = 4096;

/** Seconds from which one sample says enough. */
const LONG = 4;

/**
 * Times one of many repetitions of work, after it ran once for nothing: medians of three samples, or a single one where
 * that takes long.
 */
export async function timeRepeated(
  work: (times: number) => Promise<unknown>,
): Promise<Seconds> {
  await work(1);
  let times = 1;
  let sample = await timeOnce(() => work(times));
  while (sample.wall < LONG_ENOUGH && times < MOST_TIMES) {
    // At first it is mostly waiting that is timed, so the number grows step by step.
    const wanted = Math.ceil(1.2 * times * LONG_ENOUGH / sample.wall);
    times = Math.min(wanted, 8 * times, MOST_TIMES);
    sample = await timeOnce(() => work(times));
  }
  const samples = [sample];
  while (samples.length < (sample.wall < LONG ? 3 : 1)) {
    samples.push(await timeOnce(() => work(times)));
  }
  return {
    wall: median(samples.map(({ wall }) => wall)) / times,
    cpu: median(samples.map(({ cpu }) => cpu)) / times,
  };
}
