/** What visitors wait for who come to the page to try it for the first time. @module */

/// <reference lib="dom" />

import { serveWebSite } from "../support/web_server.ts";
import { visitAlone } from "./chromium_alone.ts";

/** A visit, in milliseconds. */
export interface Visit {
  /** From the arrival of the example's file to the first frame with its kept pixels. */
  readonly preview: number;
  /** From there on to the first frame with the restored image. */
  readonly restored: number;
  /** Tasks that kept the page's own thread for 50 ms or longer. */
  readonly longTasks: readonly number[];
}

/** Visits the page, chooses a tier, and stays until the example is restored and compared. */
export async function visit(tier: string): Promise<Visit> {
  const site = await serveWebSite({ "/note.js": `(${note})("${tier}")` }, {
    policy: "object-src 'none'",
  });
  const { noted } = await visitAlone<Visit>(async (request) => {
    const response = await site.serve!(request);
    if (new URL(request.url).pathname !== "/" || !response) return response;
    const page = await response.text();
    return new Response(page.replace("<script", '<script src="note.js"></script><script'), {
      headers: { "content-type": "text/html" },
    });
  });
  return noted;
}

/** Runs in the page, before its own programs. */
function note(tier: string): void {
  const longTasks: number[] = [];
  const seen: Record<string, number> = {};
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) longTasks.push(duration);
  }).observe({ type: "longtask", buffered: true });
  for (const type of ["preview", "load"]) {
    document.addEventListener(type, (event) => {
      if ((event.target as Element).localName !== "nnc-image") return;
      requestAnimationFrame(() => seen[type] ??= performance.now());
    }, true);
  }
  document.addEventListener("DOMContentLoaded", () => {
    (document.getElementById("tier") as HTMLSelectElement).value = tier;
    const looking = setInterval(() => {
      if (!document.getElementById("facts")!.textContent!.includes("PSNR")) return;
      clearInterval(looking);
      const [file] = performance.getEntriesByType("resource").filter(({ name }) =>
        name.endsWith("/harbour.nnc")
      );
      const { responseEnd } = file as PerformanceResourceTiming;
      const noted: Visit = {
        preview: seen["preview"]! - responseEnd,
        restored: seen["load"]! - responseEnd,
        longTasks,
      };
      fetch("noted", { method: "POST", body: JSON.stringify(noted) });
    }, 500);
  });
}
