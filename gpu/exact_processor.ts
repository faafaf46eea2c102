/**
 * Networks of whole numbers on the processor, by WebAssembly with SIMD: the numbers of `exact_reference.ts`, fast.
 *
 * A plane is cut into tiles, each with as many cells around it as it has layers, so memory does not grow with the plane.
 * Between rows of tiles others have their turn: signals, above all.
 *
 * @module
 */

import { openKernel } from "../platform/wasm_kernel.ts";
import { EXACT_KERNEL } from "./exact_kernel.ts";
import {
  ACTIVATION_LIMIT,
  checkExactInput,
  checkExactNetwork,
  type ExactLayer,
  type ExactNetwork,
  OUTPUT_LIMITS,
  SLOPE_SHIFT,
} from "./exact_network.ts";
import { pause } from "../platform/pause.ts";
import type { PlaneShape } from "./reference_convolution.ts";

/** Side of a tile in cells, without what lies around it. */
const TILE = 96;

/** Outputs that are summed at a time; channels are padded to a multiple of it. */
const GROUP = 8;

/** Cells behind a plane that may be read, and are not used. */
const SLACK = 8;

/** Largest limit of an input: what 16 bits hold. */
const MOST_INPUT = 32767;

const PAGE = 65536;
const FIRST_ADDRESS = 1024;

/** What the kernel exports; see `assembly/convolve.ts`. */
interface Kernel {
  readonly memory: WebAssembly.Memory;
  convolve(
    source: number,
    target: number,
    skip: number,
    width: number,
    height: number,
    inputs: number,
    sourceCell: number,
    outputs: number,
    weights: number,
    parameters: number,
    most: number,
  ): void;
}

/** A layer in the kernel's memory. */
interface LoadedLayer {
  readonly inputs: number;
  readonly outputs: number;
  readonly weights: number;
  readonly parameters: number;
}

/** A plane in the kernel's memory. */
interface Plane {
  readonly address: number;
  readonly channels: number;
}

/** Part of a plane, in cells. */
interface Region extends PlaneShape {
  readonly x: number;
  readonly y: number;
}

/** Runs exact networks on the processor. */
export class ExactProcessor {
  readonly #kernel: Kernel;
  #loaded: { readonly network: ExactNetwork; readonly layers: readonly LoadedLayer[] } | undefined;
  #end = FIRST_ADDRESS;

  private constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  /** Compiles the kernel; `undefined` where there is no WebAssembly with SIMD. */
  static async open(): Promise<ExactProcessor | undefined> {
    const kernel = await openKernel<Kernel>(EXACT_KERNEL);
    return kernel && new ExactProcessor(kernel);
  }

  /**
   * Runs a network over a plane.
   *
   * @param input `[height][width][inputs]`, each within the network's input limits
   * @returns `[height][width][outputs]`
   * @throws {RangeError} if the network is not exact, its inputs need more than 16 bits, or `input` is not of the shape stated or beyond its limits.
   */
  async run(
    network: ExactNetwork,
    { input, shape }: { input: Int32Array; shape: PlaneShape },
  ): Promise<Int16Array> {
    const { architecture: { inputs, outputs, blocks } } = network;
    const { width, height } = shape;
    this.#load(network);
    checkExactInput(input, { network, shape });
    const halo = 2 + 2 * blocks;
    const result = new Int16Array(width * height * outputs);
    for (let y = 0; y < height; y += TILE) {
      if (y > 0) await pause();
      // Another plane may have had its turn.
      const layers = this.#load(network);
      for (let x = 0; x < width; x += TILE) {
        const tile = { x, y, width: Math.min(TILE, width - x), height: Math.min(TILE, height - y) };
        const region = enlarge(tile, { halo, shape });
        const output = this.#runRegion(layers, { input, inputs, stride: width, region });
        this.#takeTile(output, { tile, region, outputs, result, stride: width });
      }
    }
    return result;
  }

  /** One network lies in the kernel's memory, and planes behind it. */
  #load(network: ExactNetwork): readonly LoadedLayer[] {
    if (this.#loaded?.network === network) return this.#loaded.layers;
    checkExactNetwork(network);
    if (network.inputLimits.some((limit) => !(limit >= 0 && limit <= MOST_INPUT))) {
      throw new RangeError(
        `Limits of inputs must lie between 0 and ${MOST_INPUT}, found ${network.inputLimits}`,
      );
    }
    this.#end = FIRST_ADDRESS;
    const layers = network.layers.map((layer) => {
      const inputs = padded(layer.inputs);
      const outputs = padded(layer.outputs);
      const weights = this.#allocate(outputs * inputs * 9 * 2);
      const parameters = this.#allocate(outputs * 12);
      packWeights(layer, new Int16Array(this.#buffer, weights, outputs * inputs * 9));
      packParameters(layer, { buffer: this.#buffer, address: parameters, outputs });
      return { inputs, outputs, weights, parameters };
    });
    this.#loaded = { network, layers };
    return layers;
  }

  /** Runs all layers over a region. What comes out near its edges holds only where they are the plane's. */
  #runRegion(
    layers: readonly LoadedLayer[],
    { input, inputs, stride, region }: {
      input: Int32Array;
      inputs: number;
      stride: number;
      region: Region;
    },
  ): Plane {
    const end = this.#end;
    const [head, tail] = [layers[0]!, layers.at(-1)!];
    const allocate = (channels: number): Plane => ({
      channels,
      address: this.#allocate(((region.width + 2) * (region.height + 2) + SLACK) * channels * 2),
    });
    const [source, trunk, inner, output] = [head.inputs, head.outputs, head.outputs, tail.outputs]
      .map(allocate) as [Plane, Plane, Plane, Plane];
    this.#putInput(source, { input, inputs, stride, region });
    this.#convolve(head, { source, target: trunk, region });
    for (let index = 1; index < layers.length - 1; index += 2) {
      this.#convolve(layers[index]!, { source: trunk, target: inner, region });
      this.#convolve(layers[index + 1]!, { source: inner, target: trunk, skip: trunk, region });
    }
    this.#convolve(tail, { source: trunk, target: output, region, most: OUTPUT_LIMITS.most });
    // The planes lie behind what is loaded, and the next region takes their place.
    this.#end = end;
    return output;
  }

  #convolve(
    layer: LoadedLayer,
    { source, target, skip, region, most = ACTIVATION_LIMIT }: {
      source: Plane;
      target: Plane;
      skip?: Plane;
      region: Region;
      most?: number;
    },
  ): void {
    const { width, height } = region;
    this.#kernel.convolve(
      source.address,
      target.address,
      skip?.address ?? 0,
      width,
      height,
      layer.inputs,
      source.channels * 2,
      layer.outputs,
      layer.weights,
      layer.parameters,
      most,
    );
    this.#repeatEdges(target, region);
  }

  #putInput(
    { address, channels }: Plane,
    { input, inputs, stride, region }: {
      input: Int32Array;
      inputs: number;
      stride: number;
      region: Region;
    },
  ): void {
    const { width, height } = region;
    const plane = new Int16Array(this.#buffer, address, (width + 2) * (height + 2) * channels);
    plane.fill(0);
    for (let row = 0; row < height; row++) {
      let from = ((region.y + row) * stride + region.x) * inputs;
      for (let column = 0; column < width; column++) {
        const to = ((row + 1) * (width + 2) + column + 1) * channels;
        for (let channel = 0; channel < inputs; channel++) plane[to + channel] = input[from++]!;
      }
    }
    this.#repeatEdges({ address, channels }, region);
  }

  #repeatEdges({ address, channels }: Plane, { width, height }: Region): void {
    const row = (width + 2) * channels;
    const plane = new Int16Array(this.#buffer, address, row * (height + 2));
    for (let y = 1; y <= height; y++) {
      const first = y * row;
      plane.copyWithin(first, first + channels, first + 2 * channels);
      plane.copyWithin(first + row - channels, first + row - 2 * channels, first + row - channels);
    }
    plane.copyWithin(0, row, 2 * row);
    plane.copyWithin((height + 1) * row, height * row, (height + 1) * row);
  }

  #takeTile(
    { address, channels }: Plane,
    { tile, region, outputs, result, stride }: {
      tile: Region;
      region: Region;
      outputs: number;
      result: Int16Array;
      stride: number;
    },
  ): void {
    const row = (region.width + 2) * channels;
    const plane = new Int16Array(this.#buffer, address, row * (region.height + 2));
    for (let y = 0; y < tile.height; y++) {
      let from = (tile.y - region.y + y + 1) * row + (tile.x - region.x + 1) * channels;
      let to = ((tile.y + y) * stride + tile.x) * outputs;
      for (let x = 0; x < tile.width; x++, from += channels, to += outputs) {
        for (let output = 0; output < outputs; output++) {
          result[to + output] = plane[from + output]!;
        }
      }
    }
  }

  #allocate(bytes: number): number {
    const address = this.#end;
    this.#end += Math.ceil(bytes / 16) * 16;
    const missing = this.#end - this.#kernel.memory.buffer.byteLength;
    if (missing > 0) this.#kernel.memory.grow(Math.ceil(missing / PAGE));
    return address;
  }

  /** Growing makes another buffer, so nothing may hold on to it. */
  get #buffer(): ArrayBuffer {
    return this.#kernel.memory.buffer as ArrayBuffer;
  }
}

function padded(channels: number): number {
  return Math.ceil(channels / GROUP) * GROUP;
}

/** A tile with `halo` cells around it, as far as there are any. */
function enlarge(
  { x, y, width, height }: Region,
  { halo, shape }: { halo: number; shape: PlaneShape },
): Region {
  const [left, top] = [Math.max(0, x - halo), Math.max(0, y - halo)];
  const right = Math.min(shape.width, x + width + halo);
  const bottom = Math.min(shape.height, y + height + halo);
  return { x: left, y: top, width: right - left, height: bottom - top };
}

function packWeights({ inputs, outputs, weights }: ExactLayer, packed: Int16Array): void {
  const pairs = padded(inputs) / 2;
  packed.fill(0);
  for (let output = 0; output < outputs; output++) {
    for (let input = 0; input < inputs; input++) {
      for (let tap = 0; tap < 9; tap++) {
        const pair = (Math.floor(output / GROUP) * 9 + tap) * pairs + Math.floor(input / 2);
        packed[(pair * GROUP + output % GROUP) * 2 + input % 2] =
          weights[(output * inputs + input) * 9 + tap]!;
      }
    }
  }
}

function packParameters(
  { bias, shifts, slopes, outputs: count }: ExactLayer,
  { buffer, address, outputs }: { buffer: ArrayBuffer; address: number; outputs: number },
): void {
  const integers = new Int32Array(buffer, address, outputs * 3);
  const floats = new Float32Array(buffer, address, outputs * 3);
  for (let output = 0; output < outputs; output++) {
    const at = Math.floor(output / GROUP) * 3 * GROUP + output % GROUP;
    const isThere = output < count;
    integers[at] = isThere ? bias[output]! : 0;
    floats[at + GROUP] = isThere ? 2 ** -shifts[output]! : 0;
    floats[at + 2 * GROUP] = isThere && slopes ? slopes[output]! / 2 ** SLOPE_SHIFT : 1;
  }
}
