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
  type ExactNetwork,
  OUTPUT_LIMITS,
} from "./exact_network.ts";
import { enlarge, putInput, type Region, repeatEdges, takeTile } from "./exact_planes.ts";
import { packExactParameters, packExactWeights, padded } from "./exact_packing.ts";
import { pause } from "../platform/pause.ts";
import type { PlaneShape } from "./reference_convolution.ts";

/** Side of a tile in cells, without what lies around it. */
const TILE = 96;

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
interface MemoryPlane {
  readonly address: number;
  readonly channels: number;
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
        takeTile(this.#view(output, region), {
          channels: output.channels,
          tile,
          region,
          outputs,
          result,
          stride: width,
        });
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
      packExactWeights(layer, new Int16Array(this.#buffer, weights, outputs * inputs * 9));
      packExactParameters(layer, { buffer: this.#buffer, address: parameters, outputs });
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
  ): MemoryPlane {
    const end = this.#end;
    const [head, tail] = [layers[0]!, layers.at(-1)!];
    const allocate = (channels: number): MemoryPlane => ({
      channels,
      address: this.#allocate(((region.width + 2) * (region.height + 2) + SLACK) * channels * 2),
    });
    const [source, trunk, inner, output] = [head.inputs, head.outputs, head.outputs, tail.outputs]
      .map(allocate) as [MemoryPlane, MemoryPlane, MemoryPlane, MemoryPlane];
    putInput(this.#view(source, region), {
      channels: source.channels,
      input,
      inputs,
      stride,
      region,
    });
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
      source: MemoryPlane;
      target: MemoryPlane;
      skip?: MemoryPlane | undefined;
      region: Region;
      most?: number | undefined;
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
    repeatEdges(this.#view(target, region), { ...region, channels: target.channels });
  }

  /** The cells of a plane over a region, and those around them. */
  #view({ address, channels }: MemoryPlane, { width, height }: PlaneShape): Int16Array {
    return new Int16Array(this.#buffer, address, (width + 2) * (height + 2) * channels);
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
