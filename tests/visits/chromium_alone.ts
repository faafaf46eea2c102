/**
 * Chromium that nothing drives but its page: what drives browsers evaluates large programs there, which would count as the
 * page's tasks, and has a copy of all that is loaded kept, which would count as its memory.
 *
 * @module
 */

import { delay } from "npm:deno-std@1.4.0/async/delay.js";
import { CHROMIUM, WEBGPU } from "../support/browser.ts";
import { TemporaryFolder } from "../support/temporary_folder.ts";

/** Milliseconds between two looks at its processes. */
const INTERVAL = 20;

/** What is served, but for `/noted`. */
export type Serve = (request: Request) => Promise<Response | undefined>;

/** What a page sent to `/noted` when it was done, and what it took. */
export interface Visited<Noted> {
  /** What it noted. */
  readonly noted: Noted;
  /** The most MiB that a process took which shows pages, resident. */
  readonly peak: number;
}

/**
 * Shows the page at `/` in a browser that was never used, until it sends what it noted.
 *
 * @throws {Error} if chromium is not installed.
 */
export async function visitAlone<Noted>(serve: Serve): Promise<Visited<Noted>> {
  if (!CHROMIUM) throw new Error("Chromium is not installed");
  const { promise: sent, resolve } = Promise.withResolvers<Noted>();
  await using server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    async (request) => {
      if (request.url.endsWith("/noted")) resolve(await request.json());
      return await serve(request) ?? new Response("not found", { status: 404 });
    },
  );
  using folder = new TemporaryFolder();
  const child = new Deno.Command(CHROMIUM, {
    args: [
      ...["--headless", "--no-sandbox", "--no-first-run", "--window-size=1280,720", ...WEBGPU],
      ...[`--user-data-dir=${folder.path}`, `http://127.0.0.1:${server.addr.port}/`],
    ],
    stdout: "null",
    stderr: "null",
  }).spawn();
  const peak = await watchMemory(folder.path, sent);
  child.kill("SIGTERM");
  await child.status;
  return { noted: await sent, peak };
}

async function watchMemory(folder: string, end: Promise<unknown>): Promise<number> {
  let isOver = false;
  end.then(() => isOver = true);
  let peak = 0;
  while (!isOver) {
    await delay(INTERVAL);
    peak = Math.max(peak, ...renderersOf(folder).map(residentOf));
  }
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
