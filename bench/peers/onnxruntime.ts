/** `onnxruntime-node` on the processor and `onnxruntime-web` on the same adapter as ours. @module */

import { channelsOf, widenInputs } from "./chain.ts";
import { type Contest, type Contestant, fromPlanar, toPlanar } from "./contestant.ts";
import { loadOnnxruntime, type OnnxTensor } from "./libraries.ts";
import { onnxModel } from "./onnx_model.ts";

/** Threads that `onnxruntime-node` computes on. */
const THREADS = 2;

/** Loads a task into `onnxruntime-node`. */
export async function openOnnxruntimeNode(task: Contest): Promise<Contestant> {
  const { InferenceSession, Tensor, env } = await loadOnnxruntime("onnxruntime-node");
  const { dims, planar, outputs } = prepare(task);
  const session = await InferenceSession.create(onnxModel(task.chain, task), {
    executionProviders: ["cpu"],
    intraOpNumThreads: THREADS,
    interOpNumThreads: 1,
  });
  const x = new Tensor("float32", planar, dims);
  let y: Float32Array | undefined;
  return {
    name: `onnxruntime-node ${env.versions.node}, processor, ${THREADS} threads`,
    run: async (times) => {
      for (let run = 0; run < times; run++) {
        y = (await session.run({ x })).y!.data;
      }
    },
    read: () => Promise.resolve(fromPlanar(y!, outputs)),
    close: () => session.release(),
  };
}

/**
 * Loads a task into `onnxruntime-web` with its WebGPU provider.
 *
 * Its first convolution is wrong for six inputs (https://github.com/microsoft/onnxruntime/issues/29651), so it gets
 * eight, of which two are zero.
 */
export async function openOnnxruntimeWeb(given: Contest): Promise<Contestant> {
  const { inputs } = channelsOf(given.chain);
  const wide = Math.ceil(inputs / 4) * 4;
  const task = inputs < 4 || wide === inputs
    ? given
    : { ...given, ...widenInputs(given.chain, { input: given.input, inputs: wide }) };
  const { InferenceSession, Tensor, env } = await loadOnnxruntime("onnxruntime-web");
  const { dims, planar, outputs } = prepare(task);
  const session = await InferenceSession.create(onnxModel(task.chain, task), {
    executionProviders: ["webgpu"],
    preferredOutputLocation: "gpu-buffer",
  });
  const x = new Tensor("float32", planar, dims);
  const device = await env.webgpu.device;
  let y: OnnxTensor | undefined;
  return {
    name: `onnxruntime-web ${env.versions.web}, WebGPU`,
    run: async (times) => {
      for (let run = 0; run < times; run++) {
        y?.dispose();
        y = (await session.run({ x })).y!;
      }
      await device.queue.onSubmittedWorkDone();
    },
    read: async () => fromPlanar(await y!.getData(), outputs),
    close: () => session.release(),
  };
}

function prepare({ chain, plane, input }: Contest) {
  const { inputs, outputs } = channelsOf(chain);
  const dims = [1, inputs, plane.height, plane.width];
  return { dims, planar: toPlanar(input, inputs), outputs };
}
