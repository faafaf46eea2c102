/// <reference lib="dom" />

import { Buffer } from "node:buffer";
import { assert, assertEquals } from "npm:deno-std@1.4.0/assert/mod.js";
import {
  compress,
  compressCoded,
  decodeImage,
  encodePng,
  type Image,
  maxError,
  NO_METADATA,
  restore,
} from "../mod.ts";
import { openEngine } from "../engine.ts";
import { DEFAULT_QUALITY } from "../codec/coded_quality.ts";
import { coderOfEffort, SHIPPED_CODERS } from "../weights/shipped_coders.ts";
import { browserTest, type Page } from "./support/browser.ts";
import { writeJpeg } from "./support/jpeg_writer.ts";
import { renderScene } from "./support/scene.ts";
import { serveWebSite } from "./support/web_server.ts";

const PHOTO: Image = { ...renderScene({ width: 72, height: 40 }), metadata: NO_METADATA };

/** Waits until the list of facts says something, and returns all of it. */
async function facts(page: Page, wanted: string): Promise<string> {
  await page.waitForFunction(
    (wanted) => document.getElementById("facts")!.textContent!.includes(wanted),
    wanted,
  );
  return await page.evaluate(() => document.getElementById("facts")!.textContent!);
}

/** Bytes of the file that is shown, and saved. */
async function shownFile(page: Page): Promise<number[]> {
  return await page.evaluate(async () => {
    const { srcObject } = document.getElementById("restored") as unknown as { srcObject: Blob };
    return [...new Uint8Array(await srcObject.arrayBuffer())];
  });
}

browserTest(
  "the page compresses as Deno does, is used by keyboard, fits a phone, and works without a connection",
  async () => {
    const png = await encodePng(PHOTO, { effort: "fast" }) as Uint8Array<ArrayBuffer>;
    const nnc = await compress(PHOTO, { effort: "fast" }) as Uint8Array<ArrayBuffer>;
    const example = { "/example/harbour.png": png, "/example/harbour.nnc": nnc };
    // The page states its own policy.
    return await serveWebSite(example, { policy: "object-src 'none'" });
  },
  async (browser) => {
    const { page, complaints } = await browser.open();
    await facts(page, "PSNR");

    const reached: string[] = [];
    for (let tabs = 0; tabs < 11; tabs++) {
      await page.keyboard.press("Tab");
      reached.push(
        await page.evaluate(() => {
          const { id, className, type } = document.activeElement as HTMLInputElement;
          return id || (type === "radio" ? "zoom" : className);
        }),
      );
    }
    const expected = "skip left zoom right stage split file keep tier save-nnc save-png";
    assertEquals(reached.join(" "), expected);

    const cut = () =>
      page.evaluate(() => {
        const sheet = document.getElementById("sheet")!;
        return parseFloat(sheet.style.getPropertyValue("--cut")) / sheet.offsetWidth;
      });
    await page.focus("#split");
    await page.keyboard.press("End");
    assertEquals(await cut(), 1);
    await page.keyboard.press("Home");
    assertEquals(await cut(), 0);

    await page.focus("[name=zoom]");
    await page.keyboard.press("ArrowRight");
    const { x, y } = (await page.locator("#sheet").boundingBox())!;
    await page.evaluate(() => document.querySelector<HTMLElement>(".line")!.hidden = true);
    const screenshot = await page.screenshot({
      clip: { x: Math.round(x), y: Math.round(y), width: 72, height: 40 },
    });
    const engine = await openEngine({ device: "cpu" });
    const whole = await restore(await compress(PHOTO), { engine, tier: "draft" });
    const seen = await decodeImage(new Uint8Array(screenshot));
    assert(maxError(seen, whole) <= 1, "the page shows other pixels than Deno restores");

    await page.focus("#keep");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowDown");
    await facts(page, "lattice rows");
    await facts(page, "PSNR");
    const file = await compress(PHOTO, { lattice: "rows" });
    assertEquals(await shownFile(page), [...file]);
    const save = async (id: string) => {
      const [saved] = await Promise.all([page.waitForEvent("download"), page.click(`#${id}`)]);
      return { name: saved.suggestedFilename(), bytes: await Deno.readFile(await saved.path()) };
    };
    assertEquals(await save("save-nnc"), { name: "harbour.nnc", bytes: file });
    const { name, bytes } = await save("save-png");
    const restored = await restore(file, { engine, tier: "draft" });
    assertEquals([name, (await decodeImage(bytes)).data], ["harbour.png", restored.data]);

    for (const quality of SHIPPED_CODERS.some(({ isLossy }) => isLossy) ? [75, 90] : []) {
      await page.selectOption("#keep", `lossy ${quality}`);
      await facts(page, `quality ${quality}`);
      await facts(page, "PSNR");
      assertEquals(await shownFile(page), [...await compressCoded(PHOTO, { quality })]);
    }
    await page.focus("#keep");
    await page.keyboard.press("End");
    await facts(page, "coded");
    assert((await facts(page, "PSNR")).includes("exact"));
    assertEquals(await shownFile(page), [...await compressCoded(PHOTO, { effort: "max" })]);

    await page.evaluate((bytes) => {
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File([Uint8Array.from(bytes)], "small.nnc"));
      document.body.dispatchEvent(new DragEvent("drop", { dataTransfer, bubbles: true }));
    }, [...await compress(PHOTO, { ratio: 4 })]);
    await facts(page, "one pixel of 4");

    const jpeg = await writeJpeg(PHOTO);
    await page.focus("#keep");
    await page.keyboard.press("Home");
    await page.setInputFiles("#file", {
      name: "photo.jpg",
      mimeType: "image/jpeg",
      buffer: Buffer.from(jpeg),
    });
    await facts(page, `quality ${DEFAULT_QUALITY}`);
    await facts(page, "PSNR");
    const usual = await compressCoded(jpeg, { quality: DEFAULT_QUALITY });
    assertEquals(await shownFile(page), [...usual]);
    const sides = await page.evaluate(() =>
      ["left", "right"].map((side) => document.querySelector(`#${side} :checked`)!.textContent)
    );
    assertEquals(sides, ["Original", "Restored"]);

    await page.setInputFiles("#file", {
      name: "text.png",
      mimeType: "image/png",
      buffer: Buffer.from("This is no picture."),
    });
    await page.getByText("This is no picture that the browser knows").waitFor();

    await page.setViewportSize({ width: 320, height: 640 });
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    assertEquals(wide, 320);
    const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const light = await ground();
    await page.emulateMedia({ colorScheme: "dark" });
    assert(light !== await ground(), "it is as light in the dark");

    const later: string[] = await page.evaluate(async () =>
      await (await fetch("/files.json")).json()
    );
    for (const isLossy of [false, true]) {
      const { name } = coderOfEffort("default", { isLossy });
      assert(later.includes(`weights/coders/${name}.safetensors`), name);
    }
    await page.evaluate(async () => await navigator.serviceWorker.ready);
    await page.context().setOffline(true);
    await page.reload();
    await facts(page, "PSNR");
    assertEquals(complaints, []);
  },
);
