/// <reference lib="dom" />

import { assert, assertEquals } from "npm:deno-std@1.4.0/assert/mod.js";
import { compress, type Image, NO_METADATA } from "../mod.ts";
import { browserTest } from "./support/browser.ts";
import { renderScene } from "./support/scene.ts";
import { serveWebSite } from "./support/web_server.ts";

const SCENE = renderScene({ width: 120, height: 80 });

/** MiB that the process of a page with fifty images may take. */
const MOST_MEMORY = 400;

/** Where a content delivery network has the files of an npm package. */
const PACKAGE = "/npm/@nnc/nnc@1.0.0/";

/** What a page must allow that has its scripts from there. */
const POLICY =
  "default-src 'none'; script-src http://localhost:*; worker-src blob: http://localhost:*; " +
  "connect-src 'self' blob: http://localhost:*; img-src blob: data:; style-src 'none'";

/** Photos that differ, so that none is known from another one. */
async function photos(): Promise<Record<string, Uint8Array<ArrayBuffer>>> {
  const files: Record<string, Uint8Array<ArrayBuffer>> = {};
  for (let index = 0; index < 50; index++) {
    const data = SCENE.data.map((level) => Math.min(255, level + index));
    const photo: Image = { ...SCENE, data, metadata: NO_METADATA };
    files[`/${index}.nnc`] = await compress(photo, { effort: "fast" }) as Uint8Array<ArrayBuffer>;
  }
  return files;
}

// deno-lint-ignore no-explicit-any
type Anything = any;

browserTest(
  "fifty images are restored one after the other within a bound of memory, without WebGPU, by scripts of another server",
  async () => {
    const site = await serveWebSite({
      "/": "<!doctype html><title>Test</title>",
      ...await photos(),
    }, {
      policy: POLICY,
    });
    return {
      webgpu: false,
      serve: async (request) => {
        const { pathname } = new URL(request.url);
        const path = pathname.replace(PACKAGE, "/");
        const response = await site.serve!(new Request(new URL(path, request.url)));
        if (path !== pathname) response?.headers.set("access-control-allow-origin", "*");
        return response;
      },
    };
  },
  async (browser) => {
    const { page, complaints } = await browser.open();
    const script = new URL(PACKAGE, browser.origin.replace("127.0.0.1", "localhost")).href;
    const found = await page.evaluate(async (script) => {
      await import(script);
      const order: number[] = [];
      const drawnBy = new Set<string>();
      await Promise.all(Array.from({ length: 50 }, async (_, index) => {
        const image = document.createElement("nnc-image") as Anything;
        image.setAttribute("tier", "draft");
        document.body.append(image);
        // One of them is at an address of the page's own.
        const file = index === 7 ? await (await fetch("/7.nnc")).blob() : undefined;
        image.src = file ? URL.createObjectURL(file) : `/${index}.nnc`;
        await new Promise((resolve, reject) => {
          image.onload = resolve;
          image.onerror = (event: ErrorEvent) => reject(new Error(`${index}: ${event.message}`));
        });
        order.push(index);
        drawnBy.add(image.picture.by);
      }));
      return { images: order.toSorted((a, b) => a - b), drawnBy: [...drawnBy] };
    }, `${script}nnc_image.js`);
    assertEquals(found.images, Array.from({ length: 50 }, (_, index) => index));
    assertEquals(found.drawnBy, ["draft, on the processor"]);
    const peak = await browser.peakMemory();
    assert(peak < MOST_MEMORY, `the page took ${peak} MiB`);
    assertEquals(complaints, []);
  },
);
