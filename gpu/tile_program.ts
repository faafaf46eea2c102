/**
 * A network bound to textures: everything that computing a tile needs, allocated once and run for every tile, image
 * after image.
 *
 * @module
 */

import { type Activations, createActivations, textureSize } from "./activations.ts";
import type { BoundLayer } from "./convolution.ts";
import type { Dispatch } from "./dispatch.ts";
import type { Cells, Geometry } from "./geometry.ts";
import { quadsOf } from "./kernels/conv_kernel.ts";
import { bindLayers, layerDispatches, type PreparedNetwork } from "./bound_network.ts";
import type { TileDispatch } from "./pieces.ts";
import { END_WORKGROUP, packTaps, type TileShaders } from "./tile_shaders.ts";
import type { CellExtent, Tile } from "./tile_plan.ts";

/** A network on a device: its layers, and the ends that fit them. */
export interface DeviceNetwork extends PreparedNetwork {
  /** The ends: from bytes to activations and back. */
  readonly shaders: TileShaders;
}

/** A network bound to textures with room for regions of some size. Construct inside error scopes. */
export class TileProgram {
  readonly #gpu: GPUDevice;
  readonly #owned: (GPUTexture | GPUBuffer)[] = [];
  readonly #network: DeviceNetwork;
  readonly #phases: { kept: number; missing: number };
  readonly #bytes: GPUTexture;
  readonly #region: GPUBuffer;
  readonly #unpack: GPUBindGroup;
  readonly #layers: readonly BoundLayer[];
  readonly #finish: GPUBindGroup;

  /** The largest region there is room for. */
  readonly capacity: CellExtent;
  /** Where finished words go, `[tile][phase][height][width]`. */
  readonly words: GPUBuffer;
  /** What `drawing.wgsl` reads and where words go, by binding. */
  readonly ends: Readonly<Record<number, GPUBindingResource>>;

  /** Allocates and binds. `words` is the number of 32-bit words that tiles may gather before they are read. */
  constructor(
    gpu: GPUDevice,
    { network, geometry, capacity, words }: {
      network: DeviceNetwork;
      geometry: Geometry;
      capacity: CellExtent;
      words: number;
    },
  ) {
    this.#gpu = gpu;
    this.#network = network;
    this.#phases = { kept: geometry.kept, missing: geometry.missing };
    this.capacity = capacity;
    const { architecture, shaders } = network;
    this.#bytes = this.#own(gpu.createTexture({
      label: "kept phases",
      size: { ...textureSize(capacity), depthOrArrayLayers: geometry.kept },
      format: "rgba8uint",
      usage: GPUTextureUsage.TEXTURE_BINDING | GPUTextureUsage.COPY_DST,
    }));
    const bytes = this.#bytes.createView({ dimension: "2d-array" });
    const { STORAGE, COPY_SRC, UNIFORM } = GPUBufferUsage;
    this.words = this.#buffer("restored", { size: words * 4, usage: STORAGE | COPY_SRC });
    this.#region = this.#buffer("region", { size: 32, usage: UNIFORM });

    const allocate = (label: string, channels: number): Activations => {
      const storage = network.convolution.kernel.activations;
      const made = createActivations(gpu, {
        label,
        storage,
        quads: quadsOf(channels),
        ...capacity,
      });
      this.#own(made.owner);
      return made;
    };
    const input = allocate("input", architecture.inputs);
    const output = allocate("output", architecture.outputs);
    const hidden = ["h", "inner", "next"].map((label) => allocate(label, architecture.channels));

    this.#unpack = bindAll(gpu, {
      pipeline: shaders.unpack,
      resources: { 0: input.resource, 2: bytes, 6: { buffer: this.#region } },
    });
    this.#layers = bindLayers(network, { input, output, hidden, extent: this.#region });
    const { taps, starts } = packTaps(geometry);
    const tapBuffer = this.#buffer("taps", { size: taps.byteLength, usage: STORAGE, data: taps });
    const size = starts.byteLength;
    const startBuffer = this.#buffer("starts", { size, usage: STORAGE, data: starts });
    this.ends = {
      1: output.resource,
      2: bytes,
      3: { buffer: this.words },
      4: { buffer: tapBuffer },
      5: { buffer: startBuffer },
    };
    this.#finish = bindAll(gpu, {
      pipeline: shaders.finish,
      resources: { ...this.ends, 6: { buffer: this.#region } },
    });
  }

  /**
   * Uploads a tile's region and says where its words go. Takes effect for what is submitted afterwards.
   */
  begin(kept: Cells, { tile, offset }: { tile: Tile; offset: number }): void {
    const { regionWidth: width, regionHeight: height } = tile;
    const first = (tile.regionY * kept.width + tile.regionX) * 4;
    this.#gpu.queue.writeTexture(
      { texture: this.#bytes },
      kept.data as Uint8Array<ArrayBuffer>,
      { offset: first, bytesPerRow: kept.width * 4, rowsPerImage: kept.height },
      { width, height, depthOrArrayLayers: this.#phases.kept },
    );
    const origin = [tile.x - tile.regionX, tile.y - tile.regionY];
    this.#gpu.queue.writeBuffer(
      this.#region,
      0,
      Uint32Array.of(width, height, ...origin, tile.width, tile.height, offset),
    );
  }

  /** Unpacking, every layer, and finishing: with `end`, or else by writing what is drawn of the tile. */
  dispatches(tile: Tile, end?: Dispatch): TileDispatch[] {
    const plane = { width: tile.regionWidth, height: tile.regionHeight };
    const { shaders } = this.#network;
    const unpack = {
      pipeline: shaders.unpack,
      bindings: this.#unpack,
      workgroups: [...workgroupsOver(plane), 1] as const,
    };
    const finish = end ?? {
      pipeline: shaders.finish,
      bindings: this.#finish,
      workgroups: [...workgroupsOver(tile), this.#phases.missing] as const,
    };
    return [
      { dispatch: unpack, multiplyAdds: 0 },
      ...layerDispatches(this.#network, { bound: this.#layers, plane }),
      { dispatch: finish, multiplyAdds: 0 },
    ];
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
    { size, usage, data }: { size: number; usage: number; data?: BufferSource | undefined },
  ): GPUBuffer {
    const buffer = this.#own(
      this.#gpu.createBuffer({ label, size, usage: usage | GPUBufferUsage.COPY_DST }),
    );
    if (data) this.#gpu.queue.writeBuffer(buffer, 0, data);
    return buffer;
  }
}

/** Binds resources, by their binding, to the first group of a pipeline. */
export function bindAll(
  gpu: GPUDevice,
  { pipeline, resources }: {
    pipeline: GPUComputePipeline;
    resources: Record<number, GPUBindingResource>;
  },
): GPUBindGroup {
  const entries = Object.entries(resources).map(([binding, resource]) => ({
    binding: Number(binding),
    resource,
  }));
  return gpu.createBindGroup({ layout: pipeline.getBindGroupLayout(0), entries });
}

/** Workgroups of an end of a network that cover so many cells. */
export function workgroupsOver({ width, height }: CellExtent): [number, number] {
  return [Math.ceil(width / END_WORKGROUP.width), Math.ceil(height / END_WORKGROUP.height)];
}
