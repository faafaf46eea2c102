import { assert, assertEquals } from "npm:deno-std@1.4.0/assert/mod.js";
import { Convolution } from "../gpu/convolution.ts";
import { quadsOf } from "../gpu/kernels/conv_kernel.ts";
import { runLayer } from "../gpu/run_layer.ts";
import { expectedOf, largestDifference, makeLayer, makePlane } from "../bench/engine/problems.ts";
import { SHAPED_KERNELS } from "./support/kernels.ts";

const SHAPES = [[1, 1], [1, 9], [9, 1], [7, 5], [33, 17], [70, 37]] as const;

/** Inputs and outputs: heads, tails, and hidden layers of every width that is shipped. */
const LAYERS = [[3, 16], [6, 32], [4, 4], [16, 16], [32, 32], [64, 64], [32, 6], [16, 9], [64, 3]];

for (const { name, kernel, openDevice } of SHAPED_KERNELS) {
  Deno.test(`the kernel "${name}" computes every layer as the reference does`, async (t) => {
    const device = await openDevice();
    const { gpu } = device;
    const convolution = new Convolution(gpu, kernel);
    for (const [inputs, outputs] of LAYERS as [number, number][]) {
      for (const epilogue of ["linear", "prelu", "add"] as const) {
        // A head and a block's first layer have a PReLU, a block's second adds, a tail does neither.
        const isHidden = inputs === outputs;
        const isTail = inputs > outputs;
        if (isHidden ? epilogue === "linear" : (epilogue === "linear") !== isTail) continue;
        if (!isHidden && epilogue === "add") continue;
        const shape = { inputQuads: quadsOf(inputs), outputQuads: quadsOf(outputs) };
        assert(kernel.fits?.({ ...shape, epilogue }) ?? true, `${inputs} to ${outputs}`);
        await t.step(`${inputs} to ${outputs} channels, ${epilogue}`, async () => {
          const layer = makeLayer({ inputs, outputs }, { prelu: epilogue === "prelu" });
          for (const [width, height] of SHAPES) {
            const source = makePlane({ width, height }, inputs);
            const skip = epilogue === "add" ? makePlane({ width, height }, outputs) : undefined;
            const planes = skip ? { source, skip } : { source };
            const found = await runLayer({ gpu, convolution }, { layer, ...planes });
            const error = largestDifference(found, expectedOf(layer, planes));
            assert(error < 1e-5, `${width} × ${height}: off by ${error}`);
          }
        });
      }
    }
    gpu.destroy();
    assertEquals((await gpu.lost).reason, "destroyed");
  });
}
