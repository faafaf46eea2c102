/** What visitors wait for who come to the page to try it for the first time. @module */

/// <reference lib="dom" />

import { openBrowser, type Page } from "../support/browser.ts";
import { serveWebSite } from "../support/web_server.ts";

/** A visit, in milliseconds. */
export interface Visit {
  /** From the arrival of the example's file to the first frame with its kept pixels. */
  readonly preview: number;
  /** From there on to the first frame with the restored image. */
  readonly restored: number;
  /** Tasks that kept the page's own thread for 50 ms or longer. */
  readonly longTasks: readonly number[];
}

interface Noted {
  preview?: number;
  load?: number;
  longTasks: number[];
}

const NOTE = () => {
  const noted: Noted = { longTasks: [] };
  Object.assign(globalThis, { noted });
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) noted.longTasks.push(duration);
  }).observe({ type: "longtask", buffered: true });
  for (const type of ["preview", "load"] as const) {
    document.addEventListener(type, (event) => {
      if ((event.target as Element).localName !== "nnc-image") return;
      requestAnimationFrame(() => noted[type] ??= performance.now());
    }, true);
  }
};

/** Visits the page, with nothing kept from before, and stays until its example is restored and compared. */
export async function visit(tier: string): Promise<Visit> {
  await using browser = await openBrowser(await serveWebSite({}, { policy: "object-src 'none'" }));
  const { page } = await browser.open("/icon.svg");
  await page.addInitScript(NOTE);
  if (tier !== "auto") await page.addInitScript(preselect, tier);
  await page.goto(browser.origin);
  await page.waitForFunction(
    () => document.getElementById("facts")?.textContent?.includes("PSNR"),
    undefined,
    { timeout: 300_000 },
  );
  return await read(page);
}

/** Browsers keep what was chosen in a form; a visitor who comes for the first time has the first option. */
function preselect(tier: string): void {
  document.addEventListener("DOMContentLoaded", () => {
    (document.getElementById("tier") as HTMLSelectElement).value = tier;
  });
}

async function read(page: Page): Promise<Visit> {
  return await page.evaluate(() => {
    const { preview = NaN, load = NaN, longTasks } =
      (globalThis as unknown as { noted: Noted }).noted;
    const [file] = performance.getEntriesByType("resource").filter(({ name }) =>
      name.endsWith("/harbour.nnc")
    );
    const arrived = (file as PerformanceResourceTiming).responseEnd;
    return { preview: preview - arrived, restored: load - arrived, longTasks };
  });
}
