/**
 * Chromium that nothing drives but its page: what drives browsers has them keep a copy of all that a page loads, which
 * would count as the page's memory.
 *
 * @module
 */

import { delay } from "npm:deno-std@1.4.0/async/delay.js";
import { CHROMIUM } from "../support/browser.ts";
import { TemporaryFolder } from "../support/temporary_folder.ts";

/** Milliseconds between two looks at its processes. */
const INTERVAL = 20;

/** Shows a page until `done`, and gives the most MiB that a process took which shows pages, resident. */
export async function watchMemory(url: string, done: Promise<unknown>): Promise<number> {
  if (!CHROMIUM) throw new Error("Chromium is not installed");
  using folder = new TemporaryFolder();
  const child = new Deno.Command(CHROMIUM, {
    args: [
      ...["--headless", "--no-sandbox", "--disable-features=WebGPU", "--window-size=1280,720"],
      ...["--no-first-run", `--user-data-dir=${folder.path}`, url],
    ],
    stdout: "null",
    stderr: "null",
  }).spawn();
  let isDone = false;
  done.then(() => isDone = true, () => isDone = true);
  let peak = 0;
  while (!isDone) {
    await delay(INTERVAL);
    peak = Math.max(peak, ...renderersOf(folder.path).map(residentOf));
  }
  child.kill("SIGTERM");
  await child.status;
  await done;
  return peak;
}

/** Processes that show pages of the browser which keeps its data in a folder. */
function renderersOf(folder: string): string[] {
  return [...Deno.readDirSync("/proc")].map(({ name }) => name).filter((name) => {
    if (!/^\d+$/.test(name)) return false;
    const line = read(`/proc/${name}/cmdline`);
    return line.includes("--type=renderer") && line.includes(folder);
  });
}

function residentOf(process: string): number {
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(read(`/proc/${process}/status`))?.[1] ?? 0) / 1024;
}

/** A file; empty where the process has ended. */
function read(path: string): string {
  try {
    return Deno.readTextFileSync(path);
  } catch {
    return "";
  }
}
