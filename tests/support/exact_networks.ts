import type { OfferNetwork } from "../../codec/coded/coder.ts";
import { runExactNetwork } from "../../gpu/exact_reference.ts";
import type { Coder } from "../../codec/coded/coder.ts";
import type { ExactNetwork } from "../../gpu/exact_network.ts";
import { type Architecture, describeLayers } from "../../gpu/network.ts";
import { quantiseNetwork } from "../../train/quantise.ts";
import { Random } from "../../train/random.ts";

/** Runs every network that is offered with the plain reference. */
export const byReference: OfferNetwork = (network, { shape, input }) =>
  runExactNetwork(network, { shape, input: input() });

/** A network of whole numbers with random weights, for inputs as coders have them. */
export function randomExactNetwork(architecture: Architecture, seed: number): ExactNetwork {
  const random = new Random(seed);
  const { inputs, outputs } = architecture;
  const layers = describeLayers(architecture).map(({ inputs, outputs, prelu, role }) => ({
    inputs,
    outputs,
    weights: Float32Array.from(
      { length: inputs * outputs * 9 },
      () =>
        random.normal() * (role === "second" || role === "tail" ? 0.05 : 0.3) / Math.sqrt(inputs),
    ),
    bias: Float32Array.from({ length: outputs }, () => random.normal() * 0.1),
    ...(prelu && { slopes: Float32Array.from({ length: outputs }, () => random.next() * 0.4) }),
  }));
  const shape = { width: 6, height: 6 };
  const sample = {
    shape,
    input: Float64Array.from({ length: 36 * inputs }, () => random.next() * 8 - 4),
  };
  return quantiseNetwork({ architecture, layers }, {
    inputScales: [...new Array<number>(inputs - 1).fill(32), 64],
    inputLimits: [...new Array<number>(inputs - 1).fill(128), 81],
    outputScales: Array.from(
      { length: outputs },
      (_, place) => place % 9 < 3 ? 128 : place % 9 < 6 ? 8 : 64,
    ),
    outputOffsets: Array.from(
      { length: outputs },
      (_, place) => place % 9 >= 3 && place % 9 < 6 ? 72 : 0,
    ),
    samples: [sample],
  });
}

/** A small coder with random weights. */
export function randomCoder(seed: number): Coder {
  const networks = (seed: number) => ({
    diagonal: randomExactNetwork({ inputs: 4, outputs: 9, channels: 8, blocks: 1 }, seed),
    quincunx: randomExactNetwork({ inputs: 7, outputs: 18, channels: 8, blocks: 1 }, seed + 1),
  });
  return { fine: networks(seed), coarse: networks(seed + 2) };
}
