/**
 * A network bound to textures of one size: everything that computing a tile needs, allocated once and run for every
 * tile, image after image.
 *
 * @module
 */

import { type Activations, createActivations, QUAD_BYTES } from "./activations.ts";
import type { Convolution, Dispatch, PreparedLayer } from "./convolution.ts";
import type { Cells, Geometry } from "./geometry.ts";
import { quadsOf } from "./kernels/kernel.ts";
import { type Architecture, describeLayers } from "./network.ts";
import { END_WORKGROUP, packTaps, type TileShaders } from "./tile_shaders.ts";
import type { Tile } from "./tile_plan.ts";

/** A network on a device: its layers, and the ends that fit them. */
export interface DeviceNetwork {
  /** The network's shape. */
  readonly architecture: Architecture;
  /** Its layers in order. */
  readonly layers: readonly PreparedLayer[];
  /** What binds them. */
  readonly convolution: Convolution;
  /** Bytes in, bytes out. */
  readonly shaders: TileShaders;
}

/** One step of a tile: a dispatch and what it costs. */
export interface Step {
  /** What to encode. */
  readonly dispatch: Dispatch;
  /** Its multiply-adds. */
  readonly multiplyAdds: number;
}

/** Bytes on the device for every cell of a region. */
export function bytesPerCell({ inputs, outputs, channels }: Architecture): number {
  const quads = quadsOf(inputs) + quadsOf(outputs) + 3 * quadsOf(channels);
  return quads * QUAD_BYTES + Math.ceil(inputs / 3) * 4;
}

/** A network bound to regions of one size. Construct inside error scopes. */
export class TileProgram {
  readonly #gpu: GPUDevice;
  readonly #owned: (GPUTexture | GPUBuffer)[] = [];
  readonly #bytes: GPUTexture;
  readonly #part: GPUBuffer;
  readonly #finish: { pipeline: GPUComputePipeline; bindings: GPUBindGroup; phases: number };

  /** Unpacking, then every layer. */
  readonly steps: readonly Step[];
  /** Where finished words go, `[tile][phase][height][width]`. */
  readonly words: GPUBuffer;

  /** Allocates and binds. `words` is the number of 32-bit words that tiles may gather before they are read. */
  constructor(
    gpu: GPUDevice,
    { network, geometry, region, words }: {
      network: DeviceNetwork;
      geometry: Geometry;
      region: { width: number; height: number };
      words: number;
    },
  ) {
    this.#gpu = gpu;
    const { architecture, shaders } = network;
    this.#bytes = this.#own(gpu.createTexture({
      label: "kept phases",
      size: { ...region, depthOrArrayLayers: geometry.kept },
      format: "rgba8uint",
      usage: GPUTextureUsage.TEXTURE_BINDING | GPUTextureUsage.COPY_DST,
    }));
    const bytes = this.#bytes.createView({ dimension: "2d-array" });
    const { STORAGE, COPY_SRC, UNIFORM } = GPUBufferUsage;
    this.words = this.#buffer("restored", { size: words * 4, usage: STORAGE | COPY_SRC });
    this.#part = this.#buffer("part", { size: 32, usage: UNIFORM });
    const extent = this.#buffer("extent", {
      size: 8,
      usage: UNIFORM,
      data: Uint32Array.of(region.width, region.height),
    });

    const allocate = (label: string, channels: number): Activations => {
      const storage = network.convolution.kernel.activations;
      const made = createActivations(gpu, { label, storage, quads: quadsOf(channels), ...region });
      this.#own(made.owner);
      return made;
    };
    const input = allocate("input", architecture.inputs);
    const output = allocate("output", architecture.outputs);
    const hidden = ["h", "inner", "next"].map((label) => allocate(label, architecture.channels));

    const unpack: Dispatch = {
      pipeline: shaders.unpack,
      bindings: gpu.createBindGroup({
        layout: shaders.unpack.getBindGroupLayout(0),
        entries: [{ binding: 0, resource: input.resource }, { binding: 2, resource: bytes }],
      }),
      workgroups: [...workgroupsOver(region), 1],
    };
    this.steps = [
      { dispatch: unpack, multiplyAdds: 0 },
      ...bindLayers(network, { input, output, hidden, extent, region }),
    ];

    const { taps, starts } = packTaps(geometry);
    const tapBuffer = this.#buffer("taps", { size: taps.byteLength, usage: STORAGE, data: taps });
    const startBuffer = this.#buffer("starts", {
      size: starts.byteLength,
      usage: STORAGE,
      data: starts,
    });
    const resources: [number, GPUBindingResource][] = [
      [1, output.resource],
      [2, bytes],
      [3, { buffer: this.words }],
      [4, { buffer: tapBuffer }],
      [5, { buffer: startBuffer }],
      [6, { buffer: this.#part }],
    ];
    this.#finish = {
      pipeline: shaders.finish,
      bindings: gpu.createBindGroup({
        layout: shaders.finish.getBindGroupLayout(0),
        entries: resources.map(([binding, resource]) => ({ binding, resource })),
      }),
      phases: geometry.missing,
    };
  }

  /** Uploads a tile's region and says where its words go; takes effect for what is submitted afterwards. */
  begin(kept: Cells, { tile, offset }: { tile: Tile; offset: number }): void {
    const { width, height, depthOrArrayLayers } = this.#bytes;
    const first = (tile.regionY * kept.width + tile.regionX) * 4;
    this.#gpu.queue.writeTexture(
      { texture: this.#bytes },
      kept.data as Uint8Array<ArrayBuffer>,
      { offset: first, bytesPerRow: kept.width * 4, rowsPerImage: kept.height },
      { width, height, depthOrArrayLayers },
    );
    const origin = [tile.x - tile.regionX, tile.y - tile.regionY];
    this.#gpu.queue.writeBuffer(
      this.#part,
      0,
      Uint32Array.of(...origin, tile.width, tile.height, offset),
    );
  }

  /** The last step of a tile of so many cells. */
  finishing(tile: Tile): Step {
    const { pipeline, bindings, phases } = this.#finish;
    const workgroups = [...workgroupsOver(tile), phases] as const;
    return { dispatch: { pipeline, bindings, workgroups }, multiplyAdds: 0 };
  }

  /** Frees everything that was allocated. */
  destroy(): void {
    for (const resource of this.#owned) resource.destroy();
  }

  #own<Resource extends GPUTexture | GPUBuffer>(resource: Resource): Resource {
    this.#owned.push(resource);
    return resource;
  }

  #buffer(
    label: string,
    { size, usage, data }: { size: number; usage: number; data?: BufferSource },
  ): GPUBuffer {
    const buffer = this.#own(
      this.#gpu.createBuffer({ label, size, usage: usage | GPUBufferUsage.COPY_DST }),
    );
    if (data) this.#gpu.queue.writeBuffer(buffer, 0, data);
    return buffer;
  }
}

/** Chains a network's layers over three planes of hidden activations: a block reads `h` twice and writes `next`. */
function bindLayers(
  { architecture, layers, convolution }: DeviceNetwork,
  { input, output, hidden, extent, region }: {
    input: Activations;
    output: Activations;
    hidden: Activations[];
    extent: GPUBuffer;
    region: { width: number; height: number };
  },
): Step[] {
  let [h, inner, next] = hidden as [Activations, Activations, Activations];
  return describeLayers(architecture).map(({ role, inputs, outputs }, index) => {
    const shared = { extent, plane: region };
    const planes = {
      head: { source: input, target: h },
      first: { source: h, target: inner },
      second: { source: inner, target: next, skip: h },
      tail: { source: h, target: output },
    }[role];
    const dispatch = convolution.bind(layers[index]!, { ...shared, ...planes });
    if (role === "second") [h, next] = [next, h];
    return { dispatch, multiplyAdds: inputs * outputs * 9 * region.width * region.height };
  });
}

function workgroupsOver({ width, height }: { width: number; height: number }): [number, number] {
  return [Math.ceil(width / END_WORKGROUP.width), Math.ceil(height / END_WORKGROUP.height)];
}
