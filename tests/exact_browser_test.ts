import { assertEquals } from "npm:deno-std@1.4.0/assert/mod.js";
import { browserTest } from "./support/browser.ts";
import { bundleForBrowsers } from "./support/bundle.ts";

const text = `
import { openDevice } from "ROOT/gpu/device.ts";
import { exactCatalogue } from "ROOT/gpu/kernels/conv_catalogue.ts";
import { workgroupLimits } from "ROOT/gpu/kernels/workgroup_limits.ts";
import { extremeNetwork, networkFaults, networkInputs, sessionFaults } from "ROOT/tests/support/exact_layers.ts";

/** What differs from the reference on this page's device, by kernel. */
export async function tryKernels() {
  const device = await openDevice();
  const tried = {};
  for (const kernel of exactCatalogue(workgroupLimits(device.gpu))) {
    // SwiftShader takes seconds to compile straight-line code of many channels.
    const channels = kernel.name === "naive" ? 12 : 4;
    const network = extremeNetwork({ inputs: 3, outputs: 5, channels, blocks: 1 }, 3);
    const shape = { width: 37, height: 19 };
    const problem = { network, shape, input: networkInputs(network, { shape, seed: 1 }) };
    tried[kernel.name] = [
      ...await networkFaults({ gpu: device.gpu, kernel }, problem),
      ...await sessionFaults({ device, kernel }, { ...problem, tile: 12 }),
    ];
  }
  return tried;
}
`;
const files = async () => ({ files: { "/kernels.js": await bundleForBrowsers({ text }) } });

browserTest(
  "on SwiftShader, compiled by Chromium, every kernel gives every integer of the reference",
  files,
  async (browser) => {
    const { page, complaints } = await browser.open();
    const tried = await page.evaluate(
      async (path) => await (await import(path)).tryKernels(),
      "/kernels.js",
    );
    assertEquals(tried, { unrolled: [], strip: [], tiled: [], naive: [] });
    assertEquals(complaints, []);
  },
);
