/**
 * One open device that runs exact networks: kernels checked, networks uploaded, programs kept from plane to plane.
 *
 * @module
 */

import { convolutionFor } from "./convolution.ts";
import { type Device, withErrorScopes } from "./device.ts";
import { checkExactInput, checkExactNetwork, type ExactNetwork } from "./exact_network.ts";
import {
  compileExactEnds,
  type ExactDeviceNetwork,
  ExactProgram,
  exactWords,
} from "./exact_program.ts";
import { exactTrial } from "./exact_trial.ts";
import type { KernelOrder } from "./kernel_choice.ts";
import type { ConvKernel } from "./kernels/conv_kernel.ts";
import { EXACT_EPILOGUES } from "./kernels/epilogue.ts";
import { describeLayers } from "./network.ts";
import { Pacer } from "./pacer.ts";
import { submitInPieces } from "./pieces.ts";
import { type PlacedTile, Readback } from "./readback.ts";
import type { PlaneShape } from "./reference_convolution.ts";
import { SessionKernels } from "./session_kernels.ts";
import { bestTile, checkRegion } from "./tile_budget.ts";
import { planTiles } from "./tile_plan.ts";

/** Programs kept for the next plane: one for each of two steps that alternate. */
const PROGRAMS_KEPT = 2;

/** Most 32-bit words that are gathered before they are read back: 32 MiB, unless one tile is larger. */
const GATHERED_WORDS = 2 ** 23;

const WHAT = "Running an exact network";

/** A plane to run a network over, and how. */
export interface ExactRun {
  /** `[height][width][inputs]`, each within the network's input limits. */
  readonly input: Int32Array;
  /** Its cells. */
  readonly shape: PlaneShape;
  /** The most cells per side that are computed at once. Default: what memory set aside for it holds. */
  readonly tile?: number | undefined;
  /** Aborts between pieces of work, with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/** A device that runs exact networks until it is lost or closed. */
export class ExactSession implements KernelOrder<ConvKernel> {
  readonly #device: Device;
  readonly #pacer: Pacer;
  readonly #kernels: SessionKernels;
  readonly #networks = new Map<ExactNetwork, ExactDeviceNetwork>();
  readonly #programs: { network: ExactNetwork; program: ExactProgram }[] = [];

  /** Starts with nothing compiled: that is done as networks ask for it. */
  constructor(device: Device, order: KernelOrder<ConvKernel>) {
    this.#device = device;
    this.#pacer = new Pacer(device);
    const { check } = exactTrial(device);
    this.#kernels = new SessionKernels(device, { order, epilogues: EXACT_EPILOGUES, check });
  }

  /** The adapter's name for people. */
  get description(): string {
    return this.#device.description;
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
   * Runs a network over a plane, tile by tile.
   *
   * @returns `[height][width][outputs]`
   * @throws {RangeError} if the network is not exact, or the input is not of the shape stated or beyond its limits.
   * @throws {GpuError} if the device fails; the signal's reason if aborted.
   */
  async run(
    network: ExactNetwork,
    { input, shape, tile = Infinity, signal }: ExactRun,
  ): Promise<Int16Array> {
    checkExactInput(input, { network, shape });
    if (!this.#networks.has(network)) checkExactNetwork(network);
    const { architecture } = network;
    await this.#kernels.checkFor(architecture);
    const budget = this.#kernels.budgetFor(architecture);
    const best = bestTile(shape, budget);
    const plan = planTiles(shape, {
      tile: { width: Math.min(tile, best.width), height: Math.min(tile, best.height) },
      halo: budget.halo,
    });
    checkRegion(plan, budget);
    const { outputs } = architecture;
    const wordsOf = plan.tiles.map((tile) => exactWords(tile, outputs).all);
    const all = wordsOf.reduce((sum, words) => sum + words, 0);
    const words = Math.min(all, Math.max(GATHERED_WORDS, ...wordsOf));
    const program = await this.#programFor(network, { plan, words });
    const result = new Int16Array(shape.width * shape.height * outputs);
    const { gpu } = this.#device;
    const readback = new Readback(gpu, {
      words: program.words,
      take: (placed) => takeTile(result, { placed, outputs, width: shape.width }),
    });
    for (const [index, tile] of plan.tiles.entries()) {
      const offset = await readback.place(tile, wordsOf[index]!);
      await submitInPieces(program.dispatches(tile), {
        gpu,
        pacer: this.#pacer,
        what: WHAT,
        begin: () => program.begin(input, { width: shape.width, tile, offset }),
        signal,
      });
    }
    await readback.finish();
    signal?.throwIfAborted();
    return result;
  }

  /** Frees programs, for example before trying smaller tiles. */
  freeMemory(): void {
    for (const { program } of this.#programs.splice(0)) program.destroy();
  }

  /** Closes the device. */
  close(): void {
    this.freeMemory();
    this.#device.gpu.destroy();
  }

  async #programFor(
    network: ExactNetwork,
    { plan: { width, height }, words }: { plan: PlaneShape; words: number },
  ): Promise<ExactProgram> {
    const index = this.#programs.findIndex(({ network: known, program }) =>
      known === network && program.capacity.width >= width && program.capacity.height >= height &&
      program.words.size >= words * 4
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
      { gpu, what: `Allocating a tile of ${width} × ${height} cells` },
      () => new ExactProgram(gpu, { network: prepared, capacity: { width, height }, words }),
    );
    this.#programs.push({ network, program });
    this.#freeUnusedNetworks();
    return program;
  }

  #freeUnusedNetworks(): void {
    for (const [network, { layers }] of this.#networks) {
      if (this.#programs.some((kept) => kept.network === network)) continue;
      for (const { owner } of layers) owner.destroy();
      this.#networks.delete(network);
    }
  }

  async #networkFor(network: ExactNetwork): Promise<ExactDeviceNetwork> {
    const known = this.#networks.get(network);
    if (known) return known;
    const { architecture } = network;
    const kernel = this.#kernels.kernelFor(architecture);
    const { gpu } = this.#device;
    const prepared = await withErrorScopes({ gpu, what: "Uploading an exact network" }, () => {
      const convolution = convolutionFor(gpu, kernel);
      const { inputs, outputs } = architecture;
      return {
        architecture,
        convolution,
        ends: compileExactEnds(gpu, { storage: kernel.activations, inputs, outputs }),
        layers: describeLayers(architecture).map(({ role }, index) =>
          convolution.prepare(network.layers[index]!, EXACT_EPILOGUES[role])
        ),
      };
    });
    this.#networks.set(network, prepared);
    return prepared;
  }
}

/** Puts a tile that came back into its place in a plane `width` cells wide. */
function takeTile(
  result: Int16Array,
  { placed, outputs, width }: { placed: PlacedTile; outputs: number; width: number },
): void {
  const { tile, bytes, offset } = placed;
  const numbers = new Int16Array(bytes.buffer, bytes.byteOffset, bytes.length / 2);
  const length = tile.width * outputs;
  const stride = 2 * exactWords(tile, outputs).row;
  for (let row = 0; row < tile.height; row++) {
    const from = 2 * offset + row * stride;
    const to = ((tile.y + row) * width + tile.x) * outputs;
    result.set(numbers.subarray(from, from + length), to);
  }
}
