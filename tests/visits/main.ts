/**
 * Visits pages in Chromium, and measures what visitors wait for: `deno task visits [--visits N] [--tier TIER] [--images]`.
 *
 * Without `--images` the page to try NNC is visited, for the first time each time; with it, a page of fifty photos is
 * looked at. Figures are as good as the machine is quiet; its load is printed beside them.
 *
 * @module
 */

import { loadavg } from "node:os";
import { parseArgs } from "node:util";
import { visit } from "./cold_visits.ts";
import { lookAtFifty } from "./fifty_images.ts";

const { values } = parseArgs({
  options: {
    visits: { type: "string", default: "5" },
    tier: { type: "string", default: "draft" },
    images: { type: "boolean", default: false },
  },
});

if (values.images) {
  for (const kind of ["none", "png", "nnc"] as const) {
    const peak = await lookAtFifty(kind);
    report(`fifty images, ${kind}: at most ${peak.toFixed(0)} MiB`);
  }
} else {
  for (let count = 0; count < Number(values.visits); count++) {
    const { preview, restored, longTasks } = await visit(values.tier);
    const tasks = longTasks.map((duration) => `${duration.toFixed(0)} ms`).join(", ") || "none";
    report(
      `preview ${preview.toFixed(0)} ms after the file, restored by ${values.tier} after ` +
        `${(restored / 1000).toFixed(2)} s; tasks of 50 ms or longer: ${tasks}`,
    );
  }
}

function report(text: string): void {
  console.log(`load ${loadavg()[0]!.toFixed(1)}: ${text}`);
}
