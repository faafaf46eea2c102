/** The engine's own convolutions on a chain, with the kernel that it chooses for itself. @module */

import { type Activations, createActivations } from "../../gpu/activations.ts";
import { Convolution } from "../../gpu/convolution.ts";
import { encodeDispatches } from "../../gpu/dispatch.ts";
import { openDevice, withErrorScopes } from "../../gpu/device.ts";
import { quadsOf } from "../../gpu/kernels/conv_kernel.ts";
import type { Epilogue } from "../../gpu/kernels/epilogue.ts";
import { downloadPlane, uploadPlane } from "../../gpu/plane_transfer.ts";
import { selectKernels } from "../../gpu/selection.ts";
import type { ChainStage } from "./chain.ts";
import type { Contest, Contestant } from "./contestant.ts";

const memory = new Map<string, string>();

/** Loads a task, whose padding must be `edge`. */
export async function openOurs({ chain, plane, input, padding }: Contest): Promise<Contestant> {
  if (padding !== "edge") {
    throw new RangeError("The engine repeats edges and pads with nothing else");
  }
  const device = await openDevice();
  if (!device) throw new Error("No WebGPU adapter was found; there is nothing to compare");
  const { gpu } = device;
  const shapes = chain.stages.map(({ layer, adds }) => ({
    inputQuads: quadsOf(layer.inputs),
    outputQuads: quadsOf(layer.outputs),
    epilogue: epilogueOf({ layer, ...(adds !== undefined && { adds }) }),
  }));
  const { kernels } = await selectKernels(device, { memory });
  const kernel = kernels.find(({ fits }) => shapes.every((shape) => fits?.(shape) ?? true));
  if (!kernel) throw new Error(`No kernel fits ${chain.name}`);
  const { dispatches, output } = await withErrorScopes({ gpu, what: "Loading a chain" }, () => {
    const storage = kernel.activations;
    const allocate = (label: string, channels: number) =>
      createActivations(gpu, { label, storage, quads: quadsOf(channels), ...plane });
    const extent = gpu.createBuffer({
      size: 8,
      usage: GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST,
    });
    gpu.queue.writeBuffer(extent, 0, Uint32Array.of(plane.width, plane.height));
    const channels = chain.stages[0]!.layer.inputs;
    const first = allocate("input", channels);
    uploadPlane(gpu, { activations: first, values: input, ...plane, channels });
    const convolution = new Convolution(gpu, kernel);
    const outputs: Activations[] = [];
    const dispatches = chain.stages.map(({ layer, adds }, index) => {
      const target = allocate(`stage ${index}`, layer.outputs);
      const bound = convolution.bind(convolution.prepare(layer, shapes[index]!.epilogue), {
        source: outputs.at(-1) ?? first,
        target,
        skip: adds === undefined ? undefined : outputs[adds],
        extent,
      });
      outputs.push(target);
      return convolution.dispatch(bound, plane);
    });
    return { dispatches, output: outputs.at(-1)! };
  });
  return {
    name: `nnc, ${kernel.name} kernel`,
    run: async (times) => {
      await withErrorScopes({ gpu, what: "Running a chain" }, () => {
        const encoder = gpu.createCommandEncoder();
        for (let run = 0; run < times; run++) encodeDispatches(encoder, dispatches);
        gpu.queue.submit([encoder.finish()]);
      });
      await gpu.queue.onSubmittedWorkDone();
    },
    read: async () => {
      const { outputs: channels } = chain.stages.at(-1)!.layer;
      return Float32Array.from(
        await downloadPlane(gpu, { activations: output, ...plane, channels }),
      );
    },
    close: () => Promise.resolve(gpu.destroy()),
  };
}

function epilogueOf({ layer, adds }: ChainStage): Epilogue {
  return adds !== undefined ? "add" : layer.slopes ? "prelu" : "linear";
}
