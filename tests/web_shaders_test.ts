import { assert, assertEquals } from "npm:deno-std@1.4.0/assert/mod.js";
import { openEngine } from "../engine.ts";
import { compress, type Image, maxError, NO_METADATA, restore } from "../mod.ts";
import { browserTest } from "./support/browser.ts";
import { bundleForBrowsers } from "./support/bundle.ts";
import { renderScene } from "./support/scene.ts";
import { pageWith, serveWebSite } from "./support/web_server.ts";

const PHOTO: Image = { ...renderScene({ width: 45, height: 30 }), metadata: NO_METADATA };

const text = `
import { openDevice, withErrorScopes } from "ROOT/gpu/device.ts";
import { convCatalogue } from "ROOT/gpu/kernels/conv_catalogue.ts";
import { AMPLE_LIMITS, STANDARD_LIMITS } from "ROOT/gpu/kernels/workgroup_limits.ts";
import { compileAverage, compileTileShaders } from "ROOT/gpu/tile_shaders.ts";

/** Layers of networks with so many quads of channels, as every lattice has them. */
function shapes(quads) {
  return [1, 2, 3].flatMap((end) => [
    { inputQuads: end, outputQuads: quads, epilogue: "prelu" },
    { inputQuads: quads, outputQuads: quads, epilogue: "prelu" },
    { inputQuads: quads, outputQuads: quads, epilogue: "add" },
    { inputQuads: quads, outputQuads: end, epilogue: "linear" },
  ]);
}

/** What the browser's compiler says of the shaders that restore: how many there are, and what is wrong with them. */
export async function compileAll() {
  const { gpu } = await openDevice();
  const codes = new Set();
  for (const limits of [AMPLE_LIMITS, STANDARD_LIMITS]) {
    for (const kernel of convCatalogue(limits)) {
      for (const shape of [3, 4, 6, 8, 12].flatMap(shapes)) {
        if (kernel.fits?.(shape) ?? true) codes.add(kernel.shader(shape));
      }
    }
  }
  const faults = [];
  for (const code of codes) {
    const { messages } = await gpu.createShaderModule({ code }).getCompilationInfo();
    faults.push(...messages.map(({ type, message }) => type + ": " + message));
  }
  for (const storage of ["texture", "buffer"]) {
    await withErrorScopes({ gpu, what: "Compiling" }, () => {
      compileTileShaders(gpu, storage);
      compileAverage(gpu, storage);
    });
  }
  return { count: codes.size, faults };
}
`;

browserTest(
  "Chromium compiles every shader that restores, and draws with them what Deno does",
  async () =>
    await serveWebSite({
      "/": pageWith(""),
      "/shaders.js": await bundleForBrowsers({ text }),
      "/photo.nnc": await compress(PHOTO, { effort: "fast" }) as Uint8Array<ArrayBuffer>,
    }),
  async (browser) => {
    const { page, complaints } = await browser.open();
    const { count, faults } = await page.evaluate(
      async (path) => await (await import(path)).compileAll(),
      "/shaders.js",
    );
    assert(count > 100, `only ${count} shaders were found`);
    assertEquals(faults, []);

    const drawn = await page.evaluate(async (path) => {
      const { openEngine, restore } = await import(path);
      const engine = await openEngine({ device: "gpu", kernel: "naive" });
      const file = await (await fetch("/photo.nnc")).arrayBuffer();
      const { width, height, channels, data } = await restore(file, { engine, tier: "draft" });
      const automatic = (await openEngine()).description;
      return {
        description: engine.description,
        automatic,
        width,
        height,
        channels,
        data: [...data],
      };
    }, "/reader.js");
    assertEquals(drawn.description, "google swiftshader, naive kernel");
    assertEquals(drawn.automatic, "reference on the CPU");
    const file = await compress(PHOTO, { effort: "fast" });
    const engine = await openEngine({ device: "cpu" });
    const expected = await restore(file, { engine, tier: "draft" });
    const found = { ...drawn, data: Uint8Array.from(drawn.data), metadata: NO_METADATA } as Image;
    assert(maxError(found, expected) <= 1);
    assertEquals(complaints, []);
  },
);
