/**
 * One open device with one or more kernels: networks uploaded, programs kept from image to image.
 *
 * @module
 */

import { Breaks } from "../platform/pause.ts";
import { type Convolution, convolutionFor, type PreparedLayer } from "./convolution.ts";
import { type Device, GpuError, withErrorScopes } from "./device.ts";
import { convTrial } from "./conv_trial.ts";
import type { Cells, Geometry } from "./geometry.ts";
import type { KernelOrder } from "./kernel_choice.ts";
import type { ConvKernel, Storage } from "./kernels/conv_kernel.ts";
import type { DrawingEpilogue } from "./kernels/epilogue.ts";
import { type Architecture, describeLayers, type LayerRole, type Network } from "./network.ts";
import { Pacer } from "./pacer.ts";
import type { RestoreCellsOptions } from "./restoration.ts";
import { SessionKernels } from "./session_kernels.ts";
import { bestTile, checkRegion, largestTile } from "./tile_budget.ts";
import { type CellExtent, extentOf, planTiles, type TilePlan } from "./tile_plan.ts";
import { type DeviceNetwork, TileProgram } from "./tile_program.ts";
import { compileAverage, compileTileShaders, type TileShaders } from "./tile_shaders.ts";
import { largestTileWords, restoreInTiles, wordsToGather } from "./tiled_restoration.ts";
import { singleRun, viewRuns } from "./tile_runs.ts";
import { ViewAverage } from "./view_average.ts";
import { largestRegion } from "./views.ts";

/** Programs kept for the next image: one for each of two alternating lattice steps. */
const PROGRAMS_KEPT = 2;

const EPILOGUES: Record<LayerRole, DrawingEpilogue> = {
  head: "prelu",
  first: "prelu",
  second: "add",
  tail: "linear",
};

/** A device that restores until it is lost or closed, with the first of its kernels that fits a network and is right. */
export class GpuSession implements KernelOrder<ConvKernel> {
  readonly #device: Device;
  readonly #pacer: Pacer;
  readonly #kernels: SessionKernels;
  readonly #convolutions = new Map<
    ConvKernel,
    { convolution: Convolution; shaders: TileShaders }
  >();
  readonly #networks = new Map<Network, DeviceNetwork>();
  readonly #averagings = new Map<Storage, GPUComputePipeline>();
  readonly #averages = new Map<TileProgram, ViewAverage>();
  readonly #programs: { network: Network; geometry: Geometry; program: TileProgram }[] = [];

  /** Starts with nothing compiled: that is done as networks ask for it. */
  constructor(device: Device, order: KernelOrder<ConvKernel>) {
    this.#device = device;
    this.#pacer = new Pacer(device);
    const { check } = convTrial(device);
    this.#kernels = new SessionKernels(device, { order, epilogues: EPILOGUES, check });
  }

  /** The kernels, best first; what is found to be wrong leaves them. */
  get kernels(): readonly ConvKernel[] {
    return this.#kernels.kernels;
  }

  /** Those that are known to be right. */
  get checked(): ReadonlySet<ConvKernel> {
    return this.#kernels.checked;
  }

  /**
   * Checks the kernel that a network of this shape will run with, unless it was; a wrong one gives way to the next.
   *
   * @throws {GpuError} of kind `unavailable` if none is left, and of kind `lost` if the device is lost.
   */
  async checkKernelFor(architecture: Architecture): Promise<void> {
    await this.#kernels.checkFor(architecture);
  }

  /** The most cells across and down that a tile of an image should keep on this device. */
  tileFor(architecture: Architecture, { kept, views }: RestoreCellsOptions): CellExtent {
    const budget = this.#kernels.budgetFor(architecture);
    // Views may be turned, and there must be room for a tile and for the tile turned.
    return views ? extentOf(largestTile(budget)) : bestTile(kept, budget);
  }

  /**
   * Restores an image with tiles of at most so many cells across and down.
   *
   * @throws {GpuError} if the device fails; the signal's reason if aborted.
   */
  async restore(
    network: Network,
    options: Omit<RestoreCellsOptions, "tile"> & { readonly tile: CellExtent },
  ): Promise<Cells> {
    const { geometry, kept, tile, views } = options;
    const { gpu } = this.#device;
    const { architecture } = network;
    const budget = this.#kernels.budgetFor(architecture);
    const { halo } = budget;
    const plan = planTiles(kept, { tile, halo });
    const capacity = views ? largestRegion(views, { tiles: plan.tiles, halo }) : plan;
    checkRegion(capacity, budget);
    const words = wordsToGather(kept, { plan, phases: geometry.missing });
    const program = await this.#programFor(network, { geometry, capacity, words });
    const storage = this.#kernels.kernelFor(architecture).activations;
    const average = views && await this.#averageFor(program, { storage, plan, geometry });
    const runs = views && average ? viewRuns(views, { geometry, halo, average }) : singleRun(kept);
    return await restoreInTiles({ gpu, pacer: this.#pacer, program, plan, runs }, options);
  }

  /** Frees programs, for example before trying smaller tiles. */
  freeMemory(): void {
    for (const { program } of this.#programs.splice(0)) this.#free(program);
  }

  /** Closes the device. */
  close(): void {
    this.freeMemory();
    this.#device.gpu.destroy();
  }

  async #programFor(
    network: Network,
    { geometry, capacity, words }: { geometry: Geometry; capacity: CellExtent; words: number },
  ): Promise<TileProgram> {
    const { width, height } = capacity;
    const index = this.#programs.findIndex((kept) =>
      kept.network === network && kept.geometry === geometry &&
      kept.program.capacity.width >= width && kept.program.capacity.height >= height &&
      kept.program.words.size >= words * 4
    );
    const known = index >= 0 ? this.#programs.splice(index, 1)[0]! : undefined;
    if (known) {
      this.#programs.push(known);
      return known.program;
    }
    while (this.#programs.length >= PROGRAMS_KEPT) this.#free(this.#programs.shift()!.program);
    const prepared = await this.#networkFor(network);
    const { gpu } = this.#device;
    const program = await withErrorScopes(
      { gpu, what: `Allocating a tile of ${width} × ${height} cells` },
      () =>
        new TileProgram(gpu, { network: prepared, geometry, capacity: { width, height }, words }),
    );
    this.#programs.push({ network, geometry, program });
    this.#freeUnusedNetworks();
    return program;
  }

  /** Sums for the largest tile of a plan, kept as long as the program that they end. */
  async #averageFor(
    program: TileProgram,
    { storage, plan, geometry }: { storage: Storage; plan: TilePlan; geometry: Geometry },
  ): Promise<ViewAverage> {
    const phases = geometry.missing;
    const words = largestTileWords(plan, phases);
    const known = this.#averages.get(program);
    if (known && known.words >= words) return known;
    known?.destroy();
    const { gpu } = this.#device;
    const average = await withErrorScopes({ gpu, what: "Allocating the sums of a tile" }, () => {
      const pipeline = this.#averagings.get(storage) ?? compileAverage(gpu, storage);
      this.#averagings.set(storage, pipeline);
      return new ViewAverage(gpu, { program, pipeline, words, phases });
    });
    this.#averages.set(program, average);
    return average;
  }

  /** Frees the weights of networks that no program runs any more: a run may have many, one after the other. */
  #freeUnusedNetworks(): void {
    for (const [network, { layers }] of this.#networks) {
      if (this.#programs.some((kept) => kept.network === network)) continue;
      for (const { owner } of layers) owner.destroy();
      this.#networks.delete(network);
    }
  }

  #free(program: TileProgram): void {
    this.#averages.get(program)?.destroy();
    this.#averages.delete(program);
    program.destroy();
  }

  async #networkFor(network: Network): Promise<DeviceNetwork> {
    const known = this.#networks.get(network);
    if (known) return known;
    const { architecture } = network;
    const kernel = this.#kernels.kernelFor(architecture);
    const { gpu } = this.#device;
    const { convolution, shaders } = this.#convolutions.get(kernel) ??
      await withErrorScopes({ gpu, what: `Preparing the kernel "${kernel.name}"` }, () => ({
        convolution: convolutionFor(gpu, kernel),
        shaders: compileTileShaders(gpu, kernel.activations),
      }));
    this.#convolutions.set(kernel, { convolution, shaders });
    const layers: PreparedLayer[] = [];
    const breaks = new Breaks();
    for (const [index, { role }] of describeLayers(architecture).entries()) {
      await breaks.take();
      const prepare = () => convolution.prepare(network.layers[index]!, EPILOGUES[role]);
      layers.push(await withErrorScopes({ gpu, what: "Uploading the network" }, prepare));
    }
    const prepared = { architecture, layers, convolution, shaders };
    this.#networks.set(network, prepared);
    return prepared;
  }
}

/** Whether smaller tiles, or a fresh device, may help. */
export function isWorthRetrying(error: unknown): error is GpuError {
  return error instanceof GpuError && (error.kind === "out-of-memory" || error.kind === "lost");
}
