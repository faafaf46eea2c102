/// <reference lib="dom" />

import { assert, assertEquals, assertStringIncludes } from "npm:deno-std@1.4.0/assert/mod.js";
import {
  compress,
  compressCoded,
  type CompressOptions,
  decodeImage,
  encodePng,
  type Image,
  maxError,
  NO_METADATA,
  restore,
} from "../mod.ts";
import { encodeCoded } from "../codec/coded_encoder.ts";
import { openEngine } from "../engine.ts";
import { coderForWriting } from "../weights/coder_choice.ts";
import { browserTest, type Page } from "./support/browser.ts";
import { renderScene } from "./support/scene.ts";
import { pageWith, serveWebSite } from "./support/web_server.ts";

const PHOTO: Image = { ...renderScene({ width: 90, height: 50 }), metadata: NO_METADATA };

/** Grain that only a coder makes small. */
const CODED: Image = {
  ...PHOTO,
  data: PHOTO.data.map((level, at) => Math.min(255, level + (at * at * 7919 >> 5) % 23)),
};

const pack = (options: CompressOptions = {}) =>
  compress(PHOTO, { effort: "fast", ...options }) as Promise<Uint8Array<ArrayBuffer>>;

/** Notes every event of every image on a page. */
const NOTE_EVENTS = () => {
  const page = globalThis as unknown as { events: string[] };
  page.events = [];
  for (const type of ["preview", "load", "error"]) {
    document.addEventListener(type, (event) => {
      const { localName, id } = event.target as unknown as { localName: string; id: string };
      const { message = "" } = event as ErrorEvent;
      if (localName === "nnc-image") page.events.push(`${id} ${type} ${message}`.trim());
    }, true);
  }
};

/** Waits for an event of an image, such as "a load"; what was noted up to then. */
async function until(page: Page, event: string): Promise<string[]> {
  const handle = await page.waitForFunction((event) => {
    const { events } = globalThis as unknown as { events: string[] };
    return events.some((noted) => noted.startsWith(event)) ? events : undefined;
  }, event);
  return await handle.jsonValue() as string[];
}

/** The box that an image takes, the width and height of what it shows, and its text. */
const look = (page: Page, id: string) =>
  page.evaluate((id) => {
    const element = document.getElementById(id)!;
    const image = element.shadowRoot!.querySelector("img")!;
    const { width, height } = element.getBoundingClientRect();
    return {
      box: [width, height],
      shown: [image.naturalWidth, image.naturalHeight],
      alt: image.alt,
    };
  }, id);

// deno-lint-ignore no-explicit-any
type Anything = any;

/** The pixels of a restored image. */
async function pixelsOf(page: Page, id: string): Promise<Image> {
  const bytes = await page.evaluate(async (id) => {
    const { picture } = document.getElementById(id) as Anything;
    return [...new Uint8Array(await picture.png.arrayBuffer())];
  }, id);
  return await decodeImage(Uint8Array.from(bytes));
}

browserTest(
  "an image is there at once in its shape, and what Deno restores takes its place, under a strict policy",
  async () => {
    const file = await pack();
    const body = `<nnc-image id="a" src="/photo.nnc" alt="A harbour" tier="draft"></nnc-image>
      <nnc-image id="b" src="/photo.nnc" tier="draft" width="45"></nnc-image>
      <nnc-image id="c" src="/photo.nnc" tier="draft" class="narrow"></nnc-image>`;
    return await serveWebSite({
      "/": pageWith(body),
      "/photo.nnc": file,
      "/page.css": ".narrow { width: 18px }",
    });
  },
  async (browser) => {
    const { page, complaints } = await browser.open("/page.css");
    await page.addInitScript(NOTE_EVENTS);
    await page.goto(browser.origin);
    const events = await until(page, "c load");
    assertEquals(events.filter((event) => event.startsWith("a")), ["a preview", "a load"]);
    const seen = await look(page, "a");
    assertEquals(seen, { box: [90, 50], shown: [90, 50], alt: "A harbour" });
    assertEquals((await look(page, "b")).box, [45, 25]);
    assertEquals((await look(page, "c")).box, [18, 10]);

    const engine = await openEngine({ device: "cpu" });
    const expected = await restore(await pack(), { engine, tier: "draft" });
    assertEquals((await pixelsOf(page, "a")).data, expected.data);
    const screenshot = await page.locator("#a").screenshot();
    assert(maxError(await decodeImage(new Uint8Array(screenshot)), expected) <= 1);

    await page.reload();
    await until(page, "a load");
    const by = await page.evaluate(() => (document.getElementById("a") as Anything).picture.by);
    assertEquals([by, complaints], ["kept from before", []]);
  },
);

browserTest(
  "images wait until they come near, stop where they are taken away, and say what went wrong",
  async () => {
    const rows = await pack({ lattice: "rows" });
    const body = `<nnc-image id="gone" src="/gone.nnc" tier="draft"></nnc-image>
      <nnc-image id="text" src="/text.nnc" alt="Nothing" tier="draft"></nnc-image>
      <nnc-image id="plain" src="/plain.png" tier="draft"></nnc-image>
      <nnc-image id="tier" src="/photo.nnc" tier="best"></nnc-image>
      <nnc-image id="set" srcset="/gone.nnc 10w, /photo.nnc 90w" sizes="50px" tier="draft"></nnc-image>
      <nnc-image id="data" src="data:image/png;base64,${
      btoa(String.fromCharCode(...rows))
    }" tier="draft"></nnc-image>
      <div class="far"></div><nnc-image id="lazy" src="/photo.nnc" loading="lazy" tier="draft"></nnc-image>`;
    return await serveWebSite({
      "/": pageWith(body),
      "/photo.nnc": await pack({ ratio: 4 }),
      "/text.nnc": "This is no picture.",
      "/plain.png": await encodePng(PHOTO, { effort: "fast" }) as Uint8Array<ArrayBuffer>,
      "/page.css": ".far { height: 5000px }",
    });
  },
  async (browser) => {
    const { page } = await browser.open("/page.css");
    await page.addInitScript(NOTE_EVENTS);
    await page.goto(browser.origin);
    const failure = async (id: string) => (await until(page, `${id} error`)).join("\n");
    assertStringIncludes(await failure("gone"), "404");
    assertStringIncludes(await failure("text"), "cannot be shown");
    assertStringIncludes(await failure("plain"), 'no "nnCX" chunk');
    assertStringIncludes(await failure("tier"), 'no tier "best"');
    const { box: [text = 0] } = await look(page, "text");
    assert(text > 20, "the text of what cannot be shown is not seen");
    assertEquals((await look(page, "plain")).shown, [90, 50]);
    assertEquals((await look(page, "tier")).box, [90, 50]);
    await until(page, "set load");
    await until(page, "data load");
    await page.evaluate(() => {
      const image = document.getElementById("set")!;
      image.id = "broken";
      image.setAttribute("srcset", "/gone.nnc");
    });
    await until(page, "broken error");
    assertEquals((await look(page, "broken")).shown, [0, 0]);

    const start = await page.evaluate(() => (globalThis as Anything).events as string[]);
    assert(!start.some((event) => event.startsWith("lazy")), "it did not wait");
    await page.evaluate(() => document.getElementById("lazy")!.scrollIntoView());
    await until(page, "lazy load");

    // The same server by another name is another server, which does not let the page read.
    const other = browser.origin.replace("127.0.0.1", "localhost");
    const events = await page.evaluate(async (address) => {
      const add = (id: string, src: string) => {
        const image = document.createElement("nnc-image") as Anything;
        Object.assign(image, { id, src });
        image.setAttribute("tier", "draft");
        document.body.prepend(image);
        return image;
      };
      add("removed", "/photo.nnc").remove();
      add("changed", "/gone.nnc").src = "/photo.nnc";
      const file = await (await fetch("/photo.nnc")).blob();
      add("handed", "").srcObject = file;
      add("other", address);
      return (globalThis as Anything).events;
    }, `${other}photo.nnc`);
    assert(Array.isArray(events));
    await until(page, "changed load");
    await until(page, "handed load");
    assertStringIncludes(await failure("other"), "Access-Control-Allow-Origin");
    const all = await until(page, "other preview");
    assertEquals(all.filter((event) => /^(removed|changed error)/.test(event)), []);
    assert((await look(page, "other")).shown[0]! > 0, "its preview does not stay");
  },
);

const lossyFile = () => compressCoded(CODED, { quality: 75 }) as Promise<Uint8Array<ArrayBuffer>>;

/** The coders that were fetched. */
const coders: string[] = [];

browserTest(
  "coded files come step by step, with the coder that they name alone, and are whole in the end, even where no WebAssembly is allowed",
  async () => {
    coders.length = 0;
    const coder = await coderForWriting("default");
    const file = await encodeCoded(CODED, coder) as Uint8Array<ArrayBuffer>;
    const slow: Record<string, Uint8Array<ArrayBuffer>> = {
      "/slow.nnc": file,
      "/lossy.nnc": await lossyFile(),
    };
    const large = { ...renderScene({ width: 512, height: 256 }), metadata: NO_METADATA };
    const site = await serveWebSite({
      "/large.nnc": await compressCoded(large, { quality: 60 }) as Uint8Array<ArrayBuffer>,
      "/": pageWith(`<nnc-image id="coded" src="/slow.nnc"></nnc-image>`),
      "/deep.nnc": await compressCoded(CODED, { effort: "max" }) as Uint8Array<ArrayBuffer>,
    });
    return {
      serve: async (request) => {
        const [, coder] = /coders\/(\w+)/.exec(request.url) ?? [];
        if (coder !== undefined) coders.push(coder);
        const file = slow[new URL(request.url).pathname];
        if (!file) return await site.serve!(request);
        // A little of the first step, by which the pixels before it are known to be there.
        const firstStep = new TextDecoder("latin1").decode(file).indexOf("nnCD") + 8;
        const body = new ReadableStream({
          async start(stream) {
            let sent = 0;
            for (const end of [firstStep, file.length / 2, file.length].map(Math.floor)) {
              stream.enqueue(file.slice(sent, end));
              sent = end;
              await new Promise((resolve) => setTimeout(resolve, 1000));
            }
            stream.close();
          },
        });
        return new Response(body, { headers: { "content-type": "application/octet-stream" } });
      },
    };
  },
  async (browser) => {
    const { page } = await browser.open("/page.css");
    await page.addInitScript(NOTE_EVENTS);
    await page.goto(browser.origin);
    const events = await until(page, "coded load");
    assert(events.filter((event) => event === "coded preview").length >= 2, events.join());
    assertEquals((await look(page, "coded")).box, [CODED.width, CODED.height]);
    assertEquals((await pixelsOf(page, "coded")).data, CODED.data);
    assertEquals(coders, ["swift"]);

    await page.evaluate(() => document.getElementById("coded")!.id = "deep");
    await page.evaluate(() => (document.getElementById("deep") as Anything).src = "/deep.nnc");
    await until(page, "deep load");
    assertEquals((await pixelsOf(page, "deep")).data, CODED.data);
    assertEquals(coders, ["swift", "deep"]);
    const by = await page.evaluate(() => (document.getElementById("deep") as Anything).picture.by);
    assertEquals(by, "decoded, on the processor");

    await page.evaluate(() => document.getElementById("deep")!.id = "lossy");
    await page.evaluate(() => (document.getElementById("lossy") as Anything).src = "/lossy.nnc");
    const lossy = await until(page, "lossy load");
    assert(lossy.filter((event) => event === "lossy preview").length >= 2, lossy.join());
    assertEquals((await look(page, "lossy")).box, [CODED.width, CODED.height]);
    // On the processor alone, nothing is improved.
    const expected = await restore(await lossyFile(), { tier: "draft" });
    assertEquals((await pixelsOf(page, "lossy")).data, expected.data);
    assertEquals(coders, ["swift", "deep", "lossy"]);

    await page.evaluate(() => document.getElementById("lossy")!.id = "better");
    await page.evaluate(() => document.getElementById("better")!.setAttribute("tier", "standard"));
    await until(page, "better load");
    const engine = await openEngine({ device: "cpu" });
    const better = await restore(await lossyFile(), { engine, tier: "standard" });
    assertEquals((await pixelsOf(page, "better")).data, better.data);
    assert(maxError(better, expected) > 0, "nothing is improved");

    // One that comes at once is shown coarsely while the rest is decoded.
    await page.evaluate(async () => {
      const image = document.getElementById("better") as Anything;
      image.id = "large";
      image.srcObject = await (await fetch("/large.nnc")).blob();
    });
    const atOnce = await until(page, "large load");
    assertEquals(atOnce.slice(atOnce.indexOf("large preview")), [
      "large preview",
      "large preview",
      "large load",
    ]);
    assertEquals((await look(page, "large")).shown, [512, 256]);

    const warnings = await page.evaluate(async () => {
      const image = document.getElementById("large") as Anything;
      const isLoaded = new Promise((resolve) => image.onload = resolve);
      image.srcObject = image.srcObject.slice(0, image.srcObject.size * 0.7);
      await isLoaded;
      return image.picture.warnings;
    });
    assertEquals(warnings.length, 1);
    assertStringIncludes(warnings[0], "of the pixels are there, the others are drawn");
  },
);

browserTest(
  "a service worker answers plain images with restored ones, classic and coded, and passes on what is none",
  async () => {
    const coder = await coderForWriting("default");
    return await serveWebSite({
      "/": pageWith(""),
      "/photo.nnc": await pack(),
      "/coded.nnc": await encodeCoded(CODED, coder) as Uint8Array<ArrayBuffer>,
      "/plain.nnc": await encodePng(PHOTO, { effort: "fast" }) as Uint8Array<ArrayBuffer>,
    });
  },
  async (browser) => {
    const { page, complaints } = await browser.open();
    const sizes = await page.evaluate(async () => {
      const ready = new Promise((resolve) =>
        navigator.serviceWorker.addEventListener("controllerchange", resolve, { once: true })
      );
      await navigator.serviceWorker.register("/service_worker.js?tier=draft", { type: "module" });
      await ready;
      return await Promise.all(["photo", "coded", "plain"].map(async (name) => {
        const image = new Image();
        image.src = `/${name}.nnc`;
        await image.decode();
        return [image.naturalWidth, image.naturalHeight];
      }));
    });
    assertEquals(sizes, [[90, 50], [90, 50], [90, 50]]);
    assertEquals(complaints, []);
  },
);
