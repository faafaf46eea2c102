/** The engine's own convolutions on a chain, with the kernel that it chooses for itself. @module */

import { type Activations, createActivations, QUAD_BYTES } from "../../gpu/activations.ts";
import { Convolution } from "../../gpu/convolution.ts";
import { encodeDispatches } from "../../gpu/dispatch.ts";
import { mapForReading, openDevice, withErrorScopes } from "../../gpu/device.ts";
import { type Epilogue, quadsOf } from "../../gpu/kernels/conv_kernel.ts";
import { selectKernels } from "../../gpu/selection.ts";
import type { Stage } from "./chain.ts";
import type { Contestant, Task } from "./contestant.ts";

const memory = new Map<string, string>();

/** Loads a task, whose padding must be `edge`. */
export async function openOurs({ chain, plane, input, padding }: Task): Promise<Contestant> {
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
    upload(gpu, { to: first, plane, values: toQuads(input, { channels, quads: first.quads }) });
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
      const { values, stride } = await download(gpu, { from: output, plane });
      return fromQuads(values, { plane, stride, channels: chain.stages.at(-1)!.layer.outputs });
    },
    close: () => Promise.resolve(gpu.destroy()),
  };
}

function epilogueOf({ layer, adds }: Stage): Epilogue {
  return adds !== undefined ? "add" : layer.slopes ? "prelu" : "linear";
}

type Plane = Task["plane"];

function toQuads(
  values: Float32Array,
  { channels, quads }: { channels: number; quads: number },
): Float32Array<ArrayBuffer> {
  const cells = values.length / channels;
  const ordered = new Float32Array(cells * quads * 4);
  for (let at = 0; at < values.length; at++) {
    const channel = at % channels;
    const cell = Math.floor(at / channels);
    ordered[((channel >> 2) * cells + cell) * 4 + (channel & 3)] = values[at]!;
  }
  return ordered;
}

function fromQuads(
  values: Float32Array,
  { plane, stride, channels }: { plane: Plane; stride: number; channels: number },
): Float32Array {
  const plain = new Float32Array(plane.width * plane.height * channels);
  for (let at = 0; at < plain.length; at++) {
    const channel = at % channels;
    const cell = Math.floor(at / channels);
    const row = (channel >> 2) * plane.height + Math.floor(cell / plane.width);
    plain[at] = values[row * stride + cell % plane.width * 4 + (channel & 3)]!;
  }
  return plain;
}

function upload(
  gpu: GPUDevice,
  { to, plane, values }: { to: Activations; plane: Plane; values: Float32Array<ArrayBuffer> },
): void {
  if (to.owner instanceof GPUBuffer) return gpu.queue.writeBuffer(to.owner, 0, values);
  gpu.queue.writeTexture(
    { texture: to.owner },
    values,
    { bytesPerRow: plane.width * QUAD_BYTES, rowsPerImage: plane.height },
    { ...plane, depthOrArrayLayers: to.quads },
  );
}

async function download(
  gpu: GPUDevice,
  { from, plane }: { from: Activations; plane: Plane },
): Promise<{ values: Float32Array; stride: number }> {
  const isTexture = from.owner instanceof GPUTexture;
  // Textures are copied in rows of whole 256 bytes.
  const bytesPerRow = Math.ceil(plane.width * QUAD_BYTES / (isTexture ? 256 : 1)) *
    (isTexture ? 256 : 1);
  const buffer = gpu.createBuffer({
    size: bytesPerRow * plane.height * from.quads,
    usage: GPUBufferUsage.COPY_DST | GPUBufferUsage.MAP_READ,
  });
  const encoder = gpu.createCommandEncoder();
  if (from.owner instanceof GPUTexture) {
    encoder.copyTextureToBuffer(
      { texture: from.owner },
      { buffer, bytesPerRow, rowsPerImage: plane.height },
      { ...plane, depthOrArrayLayers: from.quads },
    );
  } else encoder.copyBufferToBuffer(from.owner, 0, buffer, 0, buffer.size);
  gpu.queue.submit([encoder.finish()]);
  await mapForReading(gpu, { buffer, what: "Reading a chain's output" });
  const values = new Float32Array(buffer.getMappedRange().slice(0));
  buffer.destroy();
  return { values, stride: bytesPerRow / 4 };
}
