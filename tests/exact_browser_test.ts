import "../platform/deno.ts";
import { assertEquals, assertStringIncludes } from "npm:deno-std@1.4.0/assert/mod.js";
import { browserTest } from "./support/browser.ts";
import { bundleForBrowsers } from "./support/bundle.ts";
import { codedFiles } from "./support/coded_device.ts";
import { byReference } from "./support/exact_networks.ts";

const text = `
import { openDevice } from "ROOT/gpu/device.ts";
import { inflateSlowly } from "ROOT/platform/inflate_slowly.ts";
import { usePlatform } from "ROOT/platform/platform.ts";
import { ExactDevice } from "ROOT/gpu/exact_device.ts";
import { exactCatalogue } from "ROOT/gpu/kernels/conv_catalogue.ts";
import { workgroupLimits } from "ROOT/gpu/kernels/workgroup_limits.ts";
import { codedFiles } from "ROOT/tests/support/coded_device.ts";
import { extremeNetwork, networkFaults, networkInputs, sessionFaults } from "ROOT/tests/support/exact_layers.ts";

usePlatform({ inflateCarefully: inflateSlowly });

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

/** Coded files of this page's device, or processor. */
export async function writeFiles(kernel) {
  const coder = new Uint8Array(await (await fetch("/swift.safetensors")).arrayBuffer());
  const device = new ExactDevice(kernel ? { kernel } : { device: "cpu" });
  const files = await codedFiles(coder, device.run.bind(device));
  return { files, ranOn: device.description ?? "processor" };
}
`;
const coder = await Deno.readFile(new URL("../weights/coders/swift.safetensors", import.meta.url));
let bundle: Promise<string> | undefined;
const files = async () => ({
  files: {
    "/kernels.js": await (bundle ??= bundleForBrowsers({ text })),
    "/swift.safetensors": coder,
  },
});

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

browserTest(
  "coded files of Chromium are those of Deno to the byte, on SwiftShader and on the processor, and are read there",
  files,
  async (browser) => {
    const { page } = await browser.open();
    const expected = await codedFiles(coder, byReference);
    for (const kernel of ["naive", undefined]) {
      const { files, ranOn } = await page.evaluate(
        async ([path, kernel]) => await (await import(path!)).writeFiles(kernel),
        ["/kernels.js", kernel] as const,
      );
      assertEquals(files, expected, ranOn);
      assertStringIncludes(ranOn, kernel ? "naive kernel" : "processor");
    }
  },
);
