/**
 * An exact network bound to a device: all that computing a tile needs, allocated once and run for every tile, plane after
 * plane.
 *
 * @module
 */

import { type Activations, createActivations } from "./activations.ts";
import { bindLayers, layerDispatches, type PreparedNetwork } from "./bound_network.ts";
import type { BoundLayer } from "./convolution.ts";
import { quadsOf, type Storage } from "./kernels/conv_kernel.ts";
import type { TileDispatch } from "./pieces.ts";
import inBuffers from "./shaders/activations_buffer.wgsl" with { type: "text" };
import inTextures from "./shaders/activations_texture.wgsl" with { type: "text" };
import pack from "./shaders/exact_pack.wgsl" with { type: "text" };
import region from "./shaders/exact_region.wgsl" with { type: "text" };
import unpack from "./shaders/exact_unpack.wgsl" with { type: "text" };
import type { CellExtent, Tile } from "./tile_plan.ts";
import { bindAll, workgroupsOver } from "./tile_program.ts";

/** The compiled ends of an exact network. */
export interface ExactEnds {
  /** Whole numbers of the region to input quads. */
  readonly unpack: GPUComputePipeline;
  /** Output quads to numbers of 16 bits of the tile. */
  readonly pack: GPUComputePipeline;
}

/** Compiles the ends of networks with so many inputs and outputs. Call inside error scopes. */
export function compileExactEnds(
  gpu: GPUDevice,
  { storage, inputs, outputs }: { storage: Storage; inputs: number; outputs: number },
): ExactEnds {
  const compile = (label: string, source: string, constants: Record<string, number>) => {
    const code = region + (storage === "texture" ? inTextures : inBuffers) + source;
    const module = gpu.createShaderModule({ label, code });
    const compute = { module, entryPoint: "main", constants };
    return gpu.createComputePipeline({ label, layout: "auto", compute });
  };
  return {
    unpack: compile("exact unpack", unpack, { inputs }),
    pack: compile("exact pack", pack, { outputs }),
  };
}

/** An exact network on a device: its layers, and its ends. */
export interface ExactDeviceNetwork extends PreparedNetwork {
  /** Its ends. */
  readonly ends: ExactEnds;
}

/** 32-bit words that a tile's outputs take, and a row of them. */
export function exactWords(
  { width, height }: CellExtent,
  outputs: number,
): { row: number; all: number } {
  const row = Math.ceil(width * outputs / 2);
  return { row, all: row * height };
}

/** A network bound to planes with room for regions of some size. Construct inside error scopes. */
export class ExactProgram {
  readonly #gpu: GPUDevice;
  readonly #network: ExactDeviceNetwork;
  readonly #owned: (GPUTexture | GPUBuffer)[] = [];
  readonly #integers: GPUBuffer;
  readonly #region: GPUBuffer;
  readonly #layers: readonly BoundLayer[];
  readonly #unpack: GPUBindGroup;
  readonly #pack: GPUBindGroup;

  /** The largest region there is room for. */
  readonly capacity: CellExtent;
  /** Where finished words go, tile by tile. */
  readonly words: GPUBuffer;

  /** Allocates and binds. `words` is the number of 32-bit words that tiles may gather before they are read. */
  constructor(gpu: GPUDevice, { network, capacity, words }: {
    network: ExactDeviceNetwork;
    capacity: CellExtent;
    words: number;
  }) {
    this.#gpu = gpu;
    this.#network = network;
    this.capacity = capacity;
    const { architecture: { inputs, outputs, channels }, ends } = network;
    const cells = capacity.width * capacity.height;
    const { STORAGE, COPY_SRC, UNIFORM } = GPUBufferUsage;
    this.#integers = this.#buffer("exact inputs", { size: cells * inputs * 4, usage: STORAGE });
    this.#region = this.#buffer("exact region", { size: 32, usage: UNIFORM });
    this.words = this.#buffer("exact outputs", { size: words * 4, usage: STORAGE | COPY_SRC });
    const allocate = (label: string, channels: number): Activations => {
      const storage = network.convolution.kernel.activations;
      const quads = quadsOf(channels);
      const made = createActivations(gpu, { label: `exact ${label}`, storage, quads, ...capacity });
      this.#owned.push(made.owner);
      return made;
    };
    const input = allocate("input", inputs);
    const output = allocate("output", outputs);
    const hidden = ["h", "inner", "next"].map((label) => allocate(label, channels));
    this.#layers = bindLayers(network, { input, output, hidden, extent: this.#region });
    const integers = { buffer: this.#integers };
    const place = { buffer: this.#region };
    this.#unpack = bindAll(gpu, {
      pipeline: ends.unpack,
      resources: { 0: input.resource, 2: integers, 6: place },
    });
    this.#pack = bindAll(gpu, {
      pipeline: ends.pack,
      resources: { 1: output.resource, 3: { buffer: this.words }, 6: place },
    });
  }

  /**
   * Uploads a tile's region. Takes effect for what is submitted afterwards.
   *
   * @param input `[height][width][inputs]`, of a plane `width` cells wide
   */
  begin(
    input: Int32Array,
    { width, tile, offset }: { width: number; tile: Tile; offset: number },
  ): void {
    const { inputs } = this.#network.architecture;
    const { regionX, regionY, regionWidth, regionHeight } = tile;
    const length = regionWidth * inputs;
    const integers = new Int32Array(length * regionHeight);
    for (let row = 0; row < regionHeight; row++) {
      const from = ((regionY + row) * width + regionX) * inputs;
      integers.set(input.subarray(from, from + length), row * length);
    }
    this.#gpu.queue.writeBuffer(this.#integers, 0, integers);
    const origin = [tile.x - regionX, tile.y - regionY];
    const size = [tile.width, tile.height];
    const values = Uint32Array.of(regionWidth, regionHeight, ...origin, ...size, offset);
    this.#gpu.queue.writeBuffer(this.#region, 0, values);
  }

  /** Unpacking, every layer, and packing what is kept of the tile. */
  dispatches(tile: Tile): TileDispatch[] {
    const plane = { width: tile.regionWidth, height: tile.regionHeight };
    const { ends, architecture: { outputs } } = this.#network;
    const { row } = exactWords(tile, outputs);
    const end = (
      pipeline: GPUComputePipeline,
      bindings: GPUBindGroup,
      over: CellExtent,
    ): TileDispatch => ({
      dispatch: { pipeline, bindings, workgroups: [...workgroupsOver(over), 1] },
      multiplyAdds: 0,
    });
    return [
      end(ends.unpack, this.#unpack, plane),
      ...layerDispatches(this.#network, { bound: this.#layers, plane }),
      end(ends.pack, this.#pack, { width: row, height: tile.height }),
    ];
  }

  /** Frees everything that was allocated. */
  destroy(): void {
    for (const resource of this.#owned) resource.destroy();
  }

  #buffer(label: string, { size, usage }: { size: number; usage: number }): GPUBuffer {
    const buffer = this.#gpu.createBuffer({ label, size, usage: usage | GPUBufferUsage.COPY_DST });
    this.#owned.push(buffer);
    return buffer;
  }
}
