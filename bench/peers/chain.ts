/** Networks as every library can run them: convolutions one after the other, some with a sum. @module */

import { describeLayers, type Layer, type Network } from "../../gpu/network.ts";
import { randomNumbers } from "../engine/problems.ts";

/** One convolution, with its PReLU if it has slopes. */
export interface ChainStage {
  readonly layer: Layer;
  /** Index of the stage whose output is added to this one's; absent: nothing is added. */
  readonly adds?: number | undefined;
}

/** Stages that each read what the one before put out. */
export interface Chain {
  /** For people: its channels from end to end. */
  readonly name: string;
  /** In the order in which they run. */
  readonly stages: readonly ChainStage[];
}

/** What surrounds a plane: its own edge, repeated, or zeros. */
export type Padding = "edge" | "zero";

/** The network as a chain. */
export function chainOf(network: Network, name: string): Chain {
  const stages = describeLayers(network.architecture).map(({ role }, index): ChainStage => {
    const layer = network.layers[index]!;
    return role === "second" ? { layer, adds: index - 2 } : { layer };
  });
  return { name, stages };
}

/** Convolutions without sums; a PReLU follows all but the last, or that one, too, if it is alone. */
export function plainChain(channels: readonly number[]): Chain {
  const next = randomNumbers(channels.length);
  const count = channels.length - 1;
  const stages = Array.from({ length: count }, (_, index): ChainStage => {
    const [inputs, outputs] = [channels[index]!, channels[index + 1]!];
    const values = (length: number, scale: number) =>
      Float32Array.from({ length }, () => (next() * 2 - 1) * scale);
    const hasSlopes = index < count - 1 || count === 1;
    return {
      layer: {
        inputs,
        outputs,
        weights: values(inputs * outputs * 9, Math.sqrt(1 / (inputs * 3))),
        bias: values(outputs, 0.1),
        ...(hasSlopes && { slopes: values(outputs, 0.3) }),
      },
    };
  });
  return { name: channels.join("→"), stages };
}

/** Channels that go in and come out. */
export function channelsOf({ stages }: Chain): { inputs: number; outputs: number } {
  return { inputs: stages[0]!.layer.inputs, outputs: stages.at(-1)!.layer.outputs };
}

/** 10⁹ operations on a plane by the direct convolution, two for a multiply-add. */
export function gigaflopOf({ stages }: Chain, plane: { width: number; height: number }): number {
  const each = stages.reduce((sum, { layer }) => sum + 18 * layer.inputs * layer.outputs, 0);
  return each * plane.width * plane.height / 1e9;
}

/** Input for a chain, `[height][width][inputs]`, in ±1/2. */
export function inputOf(chain: Chain, plane: { width: number; height: number }): Float32Array {
  const next = randomNumbers(plane.width);
  const length = plane.width * plane.height * channelsOf(chain).inputs;
  return Float32Array.from({ length }, () => next() - 0.5);
}

/** The same chain with inputs added that it ignores, and `input` with zeros for them. */
export function widenInputs(
  chain: Chain,
  { input, inputs }: { input: Float32Array; inputs: number },
): { chain: Chain; input: Float32Array } {
  const [{ layer, ...rest }, ...others] = chain.stages as [ChainStage, ...ChainStage[]];
  const weights = new Float32Array(layer.outputs * inputs * 9);
  for (let output = 0; output < layer.outputs; output++) {
    const [from, length] = [output * layer.inputs * 9, layer.inputs * 9];
    weights.set(layer.weights.subarray(from, from + length), output * inputs * 9);
  }
  const widened = new Float32Array(input.length / layer.inputs * inputs);
  input.forEach((value, at) =>
    widened[Math.floor(at / layer.inputs) * inputs + at % layer.inputs] = value
  );
  const stages = [{ ...rest, layer: { ...layer, inputs, weights } }, ...others];
  return { chain: { ...chain, stages }, input: widened };
}
