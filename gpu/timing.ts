/**
 * How long a dispatch takes, on devices that are waited for by polling and machines that do other things, too.
 *
 * @module
 */

import { currentPlatform } from "../platform/platform.ts";
import type { Device } from "./device.ts";

/** Timing goes on until a run takes this long, in milliseconds: waiting for a device is polled every ten. */
const LONG_ENOUGH = 25;

/** Most dispatches in a timed run. */
const MOST_RUNS = 512;

/** How much more dispatches the next run may have. */
const MOST_GROWTH = 8;

/** Times that the longest run is repeated; the fastest counts, as other programs only ever slow one down. */
const REPEATS = 4;

/**
 * Seconds that one dispatch takes.
 *
 * Of a software adapter it is the processor's seconds that count, spread over its cores: by the clock, other programs on
 * the machine would have a say in which kernel is the fastest.
 *
 * `submit` submits so many of them; it is called with more and more, after one that is not counted.
 */
export async function secondsOfDispatch(
  { gpu, software }: Pick<Device, "gpu" | "software">,
  submit: (runs: number) => Promise<void>,
): Promise<number> {
  const clock = software ? currentPlatform().processorMilliseconds : () => performance.now();
  const time = async (runs: number) => {
    const start = clock();
    await submit(runs);
    await gpu.queue.onSubmittedWorkDone();
    return clock() - start;
  };
  await time(1);
  let [runs, least] = [1, await time(1)];
  while (least < LONG_ENOUGH && runs < MOST_RUNS) {
    const wanted = Math.ceil(1.2 * runs * LONG_ENOUGH / Math.max(least, 0.01));
    runs = Math.min(wanted, MOST_GROWTH * runs, MOST_RUNS);
    least = await time(runs);
  }
  for (let repeat = 0; repeat < REPEATS; repeat++) least = Math.min(least, await time(runs));
  return least / 1000 / runs;
}
