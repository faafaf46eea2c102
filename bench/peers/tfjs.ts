/** TensorFlow.js with its WebGPU backend, on the same adapter as ours. @module */

import type { Layer } from "../../gpu/network.ts";
import { channelsOf } from "./chain.ts";
import type { Contest, Contestant } from "./contestant.ts";
import { loadTfjs, padCells, type TfTensor } from "./libraries.ts";

/** Weights in the order that the library wants: `[3][3][inputs][outputs]` from `[outputs][inputs][3][3]`. */
export function tapsFirst({ inputs, outputs, weights }: Layer): Float32Array {
  const ordered = new Float32Array(weights.length);
  for (let output = 0; output < outputs; output++) {
    for (let input = 0; input < inputs; input++) {
      for (let tap = 0; tap < 9; tap++) {
        const to = (tap * inputs + input) * outputs + output;
        ordered[to] = weights[(output * inputs + input) * 9 + tap]!;
      }
    }
  }
  return ordered;
}

/** Loads a task. */
export async function openTfjs({ chain, plane, input, padding }: Contest): Promise<Contestant> {
  const tf = await loadTfjs();
  const { device } = tf.backend();
  const first = tf.tensor(input, [1, plane.height, plane.width, channelsOf(chain).inputs]);
  const stages = chain.stages.map(({ layer, adds }) => ({
    filter: tf.tensor(tapsFirst(layer), [3, 3, layer.inputs, layer.outputs]),
    bias: tf.tensor(layer.bias, [layer.outputs]),
    slopes: layer.slopes && tf.tensor(layer.slopes, [layer.outputs]),
    adds,
  }));
  const forward = () => {
    const outputs: TfTensor[] = [];
    for (const { filter, bias, slopes, adds } of stages) {
      const y = tf.fused.conv2d({
        ...padCells(tf, { x: outputs.at(-1) ?? first, padding }),
        ...{ filter, bias, strides: 1 },
        ...(slopes && { activation: "prelu", preluActivationWeights: slopes }),
      });
      outputs.push(adds === undefined ? y : tf.add(y, outputs[adds]!));
    }
    return outputs.at(-1)!;
  };
  let y: TfTensor | undefined;
  return {
    name: `tfjs-backend-webgpu ${tf.version_core}`,
    run: async (times) => {
      for (let run = 0; run < times; run++) {
        y?.dispose();
        y = tf.tidy(forward);
      }
      // Reading one value submits what the library had held back, and waits for it.
      await tf.tidy(() => tf.slice(y!, [0, 0, 0, 0], [1, 1, 1, 1])).data();
      await device.queue.onSubmittedWorkDone();
    },
    read: () => y!.data(),
    close: () => {
      const slopes = stages.flatMap(({ slopes }) => slopes ?? []);
      tf.dispose([first, ...stages.flatMap(({ filter, bias }) => [filter, bias]), ...slopes]);
      y?.dispose();
      return Promise.resolve();
    },
  };
}
