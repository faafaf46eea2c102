/**
 * The training step in TensorFlow.js: forward, mean absolute error, gradients and Adam, on the same network.
 *
 * Its gradients are checked on a small case, with edges repeated; the step is timed as it is fastest there, with zeros
 * around every plane.
 *
 * @module
 */

import type { Network } from "../../gpu/network.ts";
import { describeLayers } from "../../gpu/network.ts";
import { openDevice } from "../../gpu/device.ts";
import { initialiseNetwork } from "../../train/initialise.ts";
import { layoutParameters } from "../../train/parameters.ts";
import { median, type Seconds, timeOnce } from "../clock.ts";
import { COMMON_STEP, openTrainer, type StepShape } from "../training/step.ts";
import { checkGradient, makeGradientCase } from "../training/verify.ts";
import type { Padding } from "./chain.ts";
import { loadTfjs, type Tensorflow, type TfTensor, type TfVariable } from "./libraries.ts";
import { tapsFirst } from "./tfjs.ts";

/** What TensorFlow.js takes for a step, and what ours takes in the same process. */
export interface TrainingPeers {
  readonly library: string;
  /** Seconds of its step. */
  readonly theirs: Seconds;
  /** Seconds of ours. */
  readonly ours: Seconds;
  /** Largest difference of its gradients from the reference, as a share of the largest. */
  readonly difference: number;
}

/** Steps that are timed of theirs, which are slow, each after some of ours. */
const ROUNDS = 3;
const OUR_STEPS = 8;

/** Compares on a step of a given size. */
async function compareTraining(shape: StepShape): Promise<TrainingPeers> {
  const tf = await loadTfjs();
  const difference = await verify(tf);
  const device = await openDevice();
  if (!device) throw new Error("No WebGPU adapter was found; there is nothing to compare");
  const { trainer, close } = await openTrainer(device, shape);
  const step = makeStep(tf, shape);
  await trainer.advance(1);
  await step();
  const [ours, theirs]: [Seconds[], Seconds[]] = [[], []];
  for (let round = 0; round < ROUNDS; round++) {
    const { wall, cpu } = await timeOnce(() => trainer.advance(OUR_STEPS));
    ours.push({ wall: wall / OUR_STEPS, cpu: cpu / OUR_STEPS });
    theirs.push(await timeOnce(step));
  }
  close();
  const medians = (all: Seconds[]) => ({
    wall: median(all.map(({ wall }) => wall)),
    cpu: median(all.map(({ cpu }) => cpu)),
  });
  return {
    library: `tfjs-backend-webgpu ${tf.version_core}`,
    ours: medians(ours),
    theirs: medians(theirs),
    difference,
  };
}

/** The variables of one layer. */
interface Variables {
  readonly filter: TfVariable;
  readonly bias: TfVariable;
  readonly slopes?: TfVariable | undefined;
  readonly addsSkip: boolean;
}

function variablesOf(tf: Tensorflow, network: Network): Variables[] {
  return describeLayers(network.architecture).map(({ role }, index) => {
    const layer = network.layers[index]!;
    const { inputs, outputs, bias, slopes } = layer;
    const variable = (values: Float32Array, shape: number[]) =>
      tf.variable(tf.tensor(values, shape));
    return {
      filter: variable(tapsFirst(layer), [3, 3, inputs, outputs]),
      bias: variable(bias, [outputs]),
      ...(slopes && { slopes: variable(slopes, [outputs]) }),
      addsSkip: role === "second",
    };
  });
}

function forward(
  tf: Tensorflow,
  { layers, x, padding }: { layers: Variables[]; x: TfTensor; padding: Padding },
): TfTensor {
  const outputs: TfTensor[] = [];
  layers.forEach(({ filter, bias, slopes, addsSkip }, index) => {
    const before = outputs.at(-1) ?? x;
    const sum = padding === "zero"
      ? tf.conv2d(before, filter, 1, "same")
      : tf.conv2d(repeatEdges(tf, before), filter, 1, "valid");
    const y = tf.add(sum, bias);
    outputs.push(addsSkip ? tf.add(y, outputs[index - 2]!) : slopes ? tf.prelu(y, slopes) : y);
  });
  return outputs.at(-1)!;
}

/** Repeats edges with operations that the library can differentiate, which mirroring is not. */
function repeatEdges(tf: Tensorflow, x: TfTensor): TfTensor {
  return [1, 2].reduce((value, axis) => {
    const size = value.shape[axis]!;
    const at = (index: number) => {
      const begin = [0, 0, 0, 0];
      begin[axis] = index;
      return tf.slice(value, begin, value.shape.map((all, each) => each === axis ? 1 : all));
    };
    return tf.concat([at(0), value, at(size - 1)], axis);
  }, x);
}

function makeStep(tf: Tensorflow, shape: StepShape): () => Promise<void> {
  const { channels, blocks, batch, patch } = shape;
  const network = initialiseNetwork({ inputs: 6, outputs: 6, channels, blocks }, { seed: 1 });
  const layers = variablesOf(tf, network);
  const variables = layers.flatMap(({ filter, bias, slopes }) => [filter, bias, slopes ?? []])
    .flat();
  const cells = batch * patch * patch * 6;
  const wave = (phase: number) =>
    tf.tensor(Float32Array.from({ length: cells }, (_, at) => Math.sin(at * 0.37 + phase) / 2), [
      ...[batch, patch, patch, 6],
    ]);
  const [x, target] = [wave(0), wave(1)];
  const optimiser = tf.train.adam(1e-3);
  return async () => {
    const cost = optimiser.minimize(
      () => tf.mean(tf.abs(tf.sub(forward(tf, { layers, x, padding: "zero" }), target))),
      true,
      variables,
    )!;
    const [value] = await cost.data();
    cost.dispose();
    await tf.backend().device.queue.onSubmittedWorkDone();
    if (!Number.isFinite(value)) throw new Error("The training step of TensorFlow.js diverged");
  };
}

async function verify(tf: Tensorflow): Promise<number> {
  const { network, patch, images, expected } = makeGradientCase();
  const { inputs, outputs } = network.architecture;
  const layers = variablesOf(tf, network);
  const batch = (key: "x" | "outputGradient", channels: number) =>
    tf.tensor(Float32Array.from(images.flatMap((image) => [...image[key]])), [
      ...[images.length, patch, patch, channels],
    ]);
  const [x, outputGradient] = [batch("x", inputs), batch("outputGradient", outputs)];
  const variables = layers.flatMap(({ filter, bias, slopes }) => [filter, bias, slopes ?? []])
    .flat();
  const { grads } = tf.variableGrads(
    () => tf.sum(tf.mul(forward(tf, { layers, x, padding: "edge" }), outputGradient)),
    variables,
  );
  const found = new Float64Array(expected.length);
  const layout = layoutParameters(network.architecture).layers;
  for (const [index, { weightsAt, biasAt, slopesAt, inputs, outputs }] of layout.entries()) {
    const { filter, bias, slopes } = layers[index]!;
    (await grads[filter.name]!.data()).forEach((value, at) => {
      const [tap, input, output] = [
        Math.floor(at / (inputs * outputs)),
        Math.floor(at / outputs) % inputs,
        at % outputs,
      ];
      found[weightsAt + (output * inputs + input) * 9 + tap] = value;
    });
    found.set(await grads[bias.name]!.data(), biasAt);
    if (slopes) found.set(await grads[slopes.name]!.data(), slopesAt);
  }
  return checkGradient(found, { expected, what: "TensorFlow.js" });
}

if (import.meta.main) console.log(JSON.stringify(await compareTraining(COMMON_STEP)));
