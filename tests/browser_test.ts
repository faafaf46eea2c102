import { assertEquals } from "npm:deno-std@1.4.0/assert/mod.js";
import { browserTest } from "./support/browser.ts";
import { bundleForBrowsers } from "./support/bundle.ts";

const module = { text: `export { openDevice } from "ROOT/gpu/device.ts";` };
const files = async () => ({ files: { "/device.js": await bundleForBrowsers(module) } });

browserTest(
  "Chromium opens a device, and says that it is a software one",
  files,
  async (browser) => {
    const { page, complaints } = await browser.open();
    const found = await page.evaluate(async (path) => {
      const { openDevice } = await import(path);
      const { software, description } = await openDevice();
      return { software, named: description.length > 0 };
    }, "/device.js");
    assertEquals({ found, complaints }, { found: { software: true, named: true }, complaints: [] });
  },
);

const without = async () => ({ ...await files(), webgpu: false });

browserTest("Chromium without WebGPU has no device", without, async (browser) => {
  const { page } = await browser.open();
  const device = await page.evaluate(async (path) => {
    return await (await import(path)).openDevice() ?? "none";
  }, "/device.js");
  assertEquals(device, "none");
});
