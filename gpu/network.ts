/**
 * The network every tier is an instance of: plain 3×3 convolutions on the coarse grid.
 *
 * ```text
 * h = prelu(head(x))                          x: [n, h, w, inputs]     h: [n, h, w, channels]
 * h = h + second(prelu(first(h)))             once per block
 * y = tail(h)                                 y: [n, h, w, outputs]
 * ```
 *
 * `y` is added to a fixed interpolation (see `geometry.ts`). Samples are scaled to [0, 1]; the network
 * sees `x - 0.5`. Edges are replicated before every convolution, never padded with zeros.
 *
 * @module
 */

/** The shape of a network. All four are counts; `inputs` and `outputs` count samples per cell. */
export interface Architecture {
  /** Input channels: three per kept phase of a cell. */
  readonly inputs: number;
  /** Output channels: three per missing phase of a cell. */
  readonly outputs: number;
  /** Channels of every hidden activation; a multiple of 4. */
  readonly channels: number;
  /** Residual blocks of two convolutions each. */
  readonly blocks: number;
}

/** One 3×3 convolution with its bias and, where a PReLU follows, its slopes. */
export interface Layer {
  /** Input channels. */
  readonly inputs: number;
  /** Output channels. */
  readonly outputs: number;
  /** `[outputs][inputs][3][3]`, rows before columns: the order of PyTorch's `Conv2d.weight`. */
  readonly weights: Float32Array;
  /** `[outputs]` */
  readonly bias: Float32Array;
  /** `[outputs]`, the PReLU's slopes for negative values; absent where the layer is linear. */
  readonly slopes?: Float32Array | undefined;
}

/** The weights of a network; layers in the order in which they run. */
export interface Network {
  /** The shape that the layers follow. */
  readonly architecture: Architecture;
  /** `2 + 2 * blocks` layers: head, then (first, second) of every block, then tail. */
  readonly layers: readonly Layer[];
}

/** What a layer does besides convolving. */
export type LayerRole = "head" | "first" | "second" | "tail";

/** The role, the shape and the canonical name of every layer of an architecture, in order. */
export function describeLayers(
  architecture: Architecture,
): { name: string; role: LayerRole; inputs: number; outputs: number; prelu: boolean }[] {
  const { inputs, outputs, channels, blocks } = architecture;
  const layers: ReturnType<typeof describeLayers> = [
    { name: "head", role: "head", inputs, outputs: channels, prelu: true },
  ];
  for (let block = 0; block < blocks; block++) {
    const shape = { inputs: channels, outputs: channels };
    layers.push({ name: `blocks.${block}.first`, role: "first", ...shape, prelu: true });
    layers.push({ name: `blocks.${block}.second`, role: "second", ...shape, prelu: false });
  }
  layers.push({ name: "tail", role: "tail", inputs: channels, outputs, prelu: false });
  return layers;
}

/** Largest counts that are accepted from a file: far above any tier, far below what exhausts memory. */
export const LIMITS = { inputs: 64, outputs: 64, channels: 512, blocks: 128 } as const;

/**
 * Checks that an architecture is one that can be built.
 *
 * @throws {RangeError} if a count is not a whole number within {@link LIMITS}.
 */
export function checkArchitecture(architecture: Architecture): void {
  for (const key of ["inputs", "outputs", "channels", "blocks"] as const) {
    const value = architecture[key];
    const least = key === "blocks" ? 0 : 1;
    if (!Number.isInteger(value) || value < least || value > LIMITS[key]) {
      throw new RangeError(
        `The network's "${key}" must be a whole number from ${least} to ${
          LIMITS[key]
        }, found ${value}`,
      );
    }
  }
  if (architecture.channels % 4 !== 0) {
    throw new RangeError(
      `The network's "channels" must be a multiple of 4, found ${architecture.channels}`,
    );
  }
}

/**
 * Checks every layer of a network against its architecture.
 *
 * @throws {RangeError} if a layer is missing, has the wrong shape, or holds a value that is not finite.
 */
export function checkNetwork(network: Network): void {
  checkArchitecture(network.architecture);
  const expected = describeLayers(network.architecture);
  if (network.layers.length !== expected.length) {
    throw new RangeError(
      `The network must have ${expected.length} layers, found ${network.layers.length}`,
    );
  }
  expected.forEach((shape, index) => {
    const layer = network.layers[index]!;
    const wanted = [
      ["weights", shape.inputs * shape.outputs * 9, layer.weights],
      ["bias", shape.outputs, layer.bias],
      ["slopes", shape.prelu ? shape.outputs : 0, layer.slopes ?? new Float32Array(0)],
    ] as const;
    for (const [what, length, values] of wanted) {
      if (values.length !== length) {
        throw new RangeError(
          `Layer "${shape.name}" must have ${length} ${what}, found ${values.length}`,
        );
      }
      const bad = values.findIndex((value) => !Number.isFinite(value));
      if (bad >= 0) {
        throw new RangeError(
          `Layer "${shape.name}" has a value that is not finite: ${what}[${bad}] is ${values[bad]}`,
        );
      }
    }
  });
}

/**
 * Number of learnt values: weights, biases and slopes.
 *
 * @example
 * ```ts
 * import { countParameters } from "@nnc/nnc/engine";
 * import { equal } from "node:assert/strict";
 *
 * equal(countParameters({ inputs: 6, outputs: 6, channels: 32, blocks: 4 }), 77638);
 * ```
 */
export function countParameters(architecture: Architecture): number {
  return describeLayers(architecture).reduce(
    (sum, { inputs, outputs, prelu }) => sum + outputs * (inputs * 9 + 1 + (prelu ? 1 : 0)),
    0,
  );
}

/**
 * Multiply-adds that the network spends on one cell of the coarse grid.
 *
 * @example
 * ```ts
 * import { countMultiplyAdds } from "@nnc/nnc/engine";
 * import { equal } from "node:assert/strict";
 *
 * equal(countMultiplyAdds({ inputs: 6, outputs: 6, channels: 32, blocks: 4 }), 77184);
 * ```
 */
export function countMultiplyAdds(architecture: Architecture): number {
  return describeLayers(architecture).reduce(
    (sum, { inputs, outputs }) => sum + inputs * outputs * 9,
    0,
  );
}
