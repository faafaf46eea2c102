/**
 * Draws a bar anew while the main thread does not, see {@link BarKeeper}.
 *
 * @module
 */

import { barLine, type BarState, WIPE } from "./bar.ts";
import type { KeptBar } from "./bar_keeper.ts";
import { BarLock } from "./bar_lock.ts";
import { writeAll } from "./write_all.ts";

/** Milliseconds between two looks, and after which a bar that was not drawn anew is. */
const LOOK = 250;
const LATE = 500;

let bar: KeptBar | undefined;
let told = 0;

addEventListener("message", ({ data }: MessageEvent<KeptBar>) => {
  bar = data;
  told = performance.now();
});

setInterval(() => {
  const late = performance.now() - told;
  if (!bar || late < LATE) return;
  const { label, state, columns, drawing, shared } = bar;
  const lock = new BarLock(shared);
  lock.hold(() => {
    if (lock.drawing !== drawing) return;
    writeAll("stderr", `${WIPE}\r${barLine(label, movedOn(state, late / 1000), { columns })}`);
  });
}, LOOK);

/** The state after so many seconds more, in which nothing was told. */
function movedOn(state: BarState, more: number): BarState {
  const { seconds, left } = state;
  const isOver = left === undefined || left <= more;
  return { ...state, seconds: seconds + more, left: isOver ? undefined : left - more };
}
