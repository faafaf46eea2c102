/**
 * One open device with one kernel: networks uploaded, programs kept from image to image.
 *
 * @module
 */

import { Convolution } from "./convolution.ts";
import { type Device, GpuError, withErrorScopes } from "./device.ts";
import type { Cells, Geometry } from "./geometry.ts";
import type { ConvKernel, Epilogue } from "./kernels/kernel.ts";
import { type Architecture, describeLayers, type LayerRole, type Network } from "./network.ts";
import { Pacer } from "./pacer.ts";
import type { RestoreOptions } from "./restoration.ts";
import { haloOf, planTiles } from "./tile_plan.ts";
import { bytesPerCell, type DeviceNetwork, TileProgram } from "./tile_program.ts";
import { compileTileShaders, type TileShaders } from "./tile_shaders.ts";
import { restoreInTiles, wordsToGather } from "./tiles.ts";

/** Bytes of activations that a tile may take: enough that halos cost little, far below any machine's memory. */
const TILE_BYTES = 192 * 2 ** 20;

/** Programs kept for the next image of the same size: one for each of two alternating lattice steps. */
const PROGRAMS_KEPT = 2;

const EPILOGUES: Record<LayerRole, Epilogue> = {
  head: "prelu",
  first: "prelu",
  second: "add",
  tail: "linear",
};

/** A device that restores with one kernel until it is lost or closed. */
export class GpuSession {
  readonly #device: Device;
  readonly #convolution: Convolution;
  readonly #shaders: TileShaders;
  readonly #pacer: Pacer;
  readonly #networks = new WeakMap<Network, DeviceNetwork>();
  #programs: { key: string; network: Network; geometry: Geometry; program: TileProgram }[] = [];

  private constructor(device: Device, kernel: ConvKernel) {
    this.#device = device;
    this.#convolution = new Convolution(device.gpu, kernel);
    this.#shaders = compileTileShaders(device.gpu, kernel.activations);
    this.#pacer = new Pacer(device.gpu);
  }

  /** Compiles what every network needs. */
  static open(device: Device, kernel: ConvKernel): Promise<GpuSession> {
    const what = `Preparing the kernel "${kernel.name}"`;
    return withErrorScopes({ gpu: device.gpu, what }, () => new GpuSession(device, kernel));
  }

  /** The kernel that computes. */
  get kernel(): ConvKernel {
    return this.#convolution.kernel;
  }

  /** The most cells per side that a tile of a network may keep within {@link TILE_BYTES} and the device's limits. */
  largestTile(architecture: Architecture): number {
    const { limits } = this.#device.gpu;
    const halo = haloOf(architecture);
    const planeBytes = Math.ceil(architecture.channels / 4) * 16;
    const byBinding = this.kernel.activations === "buffer"
      ? Math.floor(Math.sqrt(limits.maxStorageBufferBindingSize / planeBytes))
      : limits.maxTextureDimension2D;
    const byBudget = Math.floor(Math.sqrt(TILE_BYTES / bytesPerCell(architecture)));
    return Math.max(16, Math.min(byBudget, byBinding) - 2 * halo);
  }

  /**
   * Restores an image with tiles of at most `tile` cells per side.
   *
   * @throws {GpuError} if the device fails; the signal's reason if aborted.
   */
  async restore(
    network: Network,
    options: RestoreOptions & { readonly tile: number },
  ): Promise<Cells> {
    const { geometry, kept, tile } = options;
    const { gpu } = this.#device;
    const plan = planTiles(kept, { tile, halo: haloOf(network.architecture) });
    const words = wordsToGather(kept, { plan, phases: geometry.missing });
    const program = await this.#programFor(network, { geometry, region: plan, words });
    return await restoreInTiles({ gpu, pacer: this.#pacer, program, plan }, options);
  }

  /** Frees programs, for example before trying smaller tiles. */
  freeMemory(): void {
    for (const { program } of this.#programs) program.destroy();
    this.#programs = [];
  }

  /** Closes the device. */
  close(): void {
    this.freeMemory();
    this.#device.gpu.destroy();
  }

  async #programFor(
    network: Network,
    { geometry, region, words }: {
      geometry: Geometry;
      region: { width: number; height: number };
      words: number;
    },
  ): Promise<TileProgram> {
    const key = `${region.width}x${region.height}-${words}`;
    const index = this.#programs.findIndex((kept) =>
      kept.key === key && kept.network === network && kept.geometry === geometry
    );
    const known = index >= 0 ? this.#programs.splice(index, 1)[0]! : undefined;
    if (known) {
      this.#programs.push(known);
      return known.program;
    }
    while (this.#programs.length >= PROGRAMS_KEPT) this.#programs.shift()!.program.destroy();
    const prepared = await this.#networkFor(network);
    const { gpu } = this.#device;
    const program = await withErrorScopes(
      { gpu, what: `Allocating a tile of ${region.width} × ${region.height} cells` },
      () => new TileProgram(gpu, { network: prepared, geometry, region, words }),
    );
    this.#programs.push({ key, network, geometry, program });
    return program;
  }

  async #networkFor(network: Network): Promise<DeviceNetwork> {
    const known = this.#networks.get(network);
    if (known) return known;
    const { architecture } = network;
    const prepared = await withErrorScopes(
      { gpu: this.#device.gpu, what: "Uploading the network" },
      (): DeviceNetwork => ({
        architecture,
        layers: describeLayers(architecture).map(({ role }, index) =>
          this.#convolution.prepare(network.layers[index]!, EPILOGUES[role])
        ),
        convolution: this.#convolution,
        shaders: this.#shaders,
      }),
    );
    this.#networks.set(network, prepared);
    return prepared;
  }
}

/** Whether smaller tiles, or a fresh device, may help. */
export function isWorthRetrying(error: unknown): error is GpuError {
  return error instanceof GpuError && (error.kind === "out-of-memory" || error.kind === "lost");
}
