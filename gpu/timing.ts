/**
 * How long a dispatch takes, on devices that are waited for by polling and machines that do other things, too.
 *
 * @module
 */

/** Timing goes on until a run takes this long, in milliseconds: waiting for a device is polled every ten. */
const LONG_ENOUGH = 25;

/** Most dispatches in a timed run. */
const MOST_RUNS = 512;

/** Times that the longest run is repeated; the fastest counts, as other programs only ever slow one down. */
const REPEATS = 4;

/**
 * Seconds that one dispatch takes.
 *
 * `submit` submits so many of them; it is called with more and more, after one that is not counted.
 */
export async function secondsOfDispatch(
  gpu: GPUDevice,
  submit: (runs: number) => Promise<void>,
): Promise<number> {
  const time = async (runs: number) => {
    const start = performance.now();
    await submit(runs);
    await gpu.queue.onSubmittedWorkDone();
    return performance.now() - start;
  };
  await time(1);
  for (let runs = 1;; runs *= 4) {
    const milliseconds = await time(runs);
    if (milliseconds < LONG_ENOUGH && runs < MOST_RUNS) continue;
    let least = milliseconds;
    for (let repeat = 0; repeat < REPEATS; repeat++) least = Math.min(least, await time(runs));
    return least / 1000 / runs;
  }
}
