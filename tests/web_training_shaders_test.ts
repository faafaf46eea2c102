import { assert, assertEquals } from "npm:deno-std@1.4.0/assert/mod.js";
import { AMPLE_LIMITS, STANDARD_LIMITS } from "../gpu/kernels/workgroup_limits.ts";
import { trainingCatalogue } from "../train/kernels/training_catalogue.ts";
import { train } from "../train/train.ts";
import { trainCoder } from "../train/train_coder.ts";
import { browserTest } from "./support/browser.ts";
import { openTestDevice } from "./support/device.ts";
import { SMALL, smallRun } from "./support/training.ts";

/** The shaders that a drawing network and a coder network are trained with. */
async function runShaders(): Promise<string[]> {
  const device = await openTestDevice();
  const { gpu } = device;
  const codes: string[] = [];
  const create = gpu.createShaderModule;
  gpu.createShaderModule = (descriptor) => {
    codes.push(descriptor.code);
    return create.call(gpu, descriptor);
  };
  await train(smallRun(device, { recipe: { ...SMALL, steps: 5 } }));
  await trainCoder(smallRun(device, { recipe: { ...SMALL, steps: 5, nearLossless: 0.5 } }));
  gpu.destroy();
  return codes;
}

/** The kernels of training, of layers as wide as recipes have them, whatever a device prefers. */
function kernelShaders(): string[] {
  const codes: string[] = [];
  for (const limits of [STANDARD_LIMITS, AMPLE_LIMITS]) {
    const { forward, backwardWeights } = trainingCatalogue(limits);
    for (const quads of [1, 2, 4, 8]) {
      const layer = { inputQuads: quads, outputQuads: quads };
      for (const epilogue of ["prelu", "add", "linear"] as const) {
        for (const edges of ["replicate", "border"] as const) {
          const shape = { ...layer, epilogue, edges, batch: 8, side: 18 };
          codes.push(...forward.map(({ plan }) => plan(shape).code));
        }
      }
      codes.push(...backwardWeights.map(({ plan }) => plan(layer, { batch: 8, patch: 18 }).code));
    }
  }
  return codes;
}

browserTest(
  "Chromium's compiler has nothing to say against any shader of training",
  {},
  async (browser) => {
    const codes = [...new Set([...await runShaders(), ...kernelShaders()])];
    assert(codes.length > 50, `only ${codes.length} shaders were found`);
    const { page } = await browser.open();
    const faults = await page.evaluate(async (codes) => {
      // deno-lint-ignore no-explicit-any
      const { gpu } = navigator as any;
      const adapter = await gpu.requestAdapter();
      const device = await adapter.requestDevice({
        requiredLimits: {
          maxComputeInvocationsPerWorkgroup: adapter.limits.maxComputeInvocationsPerWorkgroup,
        },
      });
      const messages: string[] = [];
      for (const code of codes) {
        const info = await device.createShaderModule({ code }).getCompilationInfo();
        for (const { type, message } of info.messages) messages.push(`${type}: ${message}`);
      }
      return messages;
    }, codes);
    assertEquals(faults, []);
  },
);
