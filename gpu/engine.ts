/**
 * The engine: networks run on whatever this machine has.
 *
 * @module
 */

import { currentPlatform } from "../platform/platform.ts";
import { type Device, GpuError, openDevice } from "./device.ts";
import type { Cells, Geometry } from "./geometry.ts";
import { GpuSession, isWorthRetrying } from "./gpu_session.ts";
import type { KernelSelection, SelectionMemory, Verdict } from "./kernel_choice.ts";
import { KERNEL_NAMES } from "./kernels/conv_catalogue.ts";
import type { ConvKernel } from "./kernels/conv_kernel.ts";
import type { Network } from "./network.ts";
import { restoreCellsByReference } from "./reference_restoration.ts";
import { checkRestoration, type RestoreCellsOptions } from "./restoration.ts";
import { selectKernels } from "./selection.ts";
import { alignUp } from "./tile_plan.ts";

export { GpuError, type GpuErrorKind } from "./errors.ts";
export type { Cells, Geometry, Network, RestoreCellsOptions, SelectionMemory, Verdict };

/** Draws missing phases with networks. */
export interface Engine {
  /** What computes, for people: `llvmpipe (LLVM 15.0.6, 256 bits), unrolled kernel`. */
  readonly description: string;
  /**
   * The kernel's name; `reference` on the CPU. Networks too wide for it are run by the next best, unless it was
   * asked for.
   */
  readonly kernel: string;
  /** Whether the processor computes: in plain TypeScript, or behind a software adapter. */
  readonly software: boolean;
  /** What the user should know about the choice, and can do about it; absent if all is well. */
  readonly notice?: string | undefined;
  /** What was found out about each kernel that was examined now, rather than remembered. */
  readonly verdicts: readonly Verdict[];
  /**
   * Draws the missing phases of an image. Calls that overlap take turns.
   *
   * @throws {RangeError} if the network does not fit the geometry or the cells.
   * @throws {GpuError} if the device fails even with small tiles; the signal's reason if aborted.
   */
  restoreCells(network: Network, options: RestoreCellsOptions): Promise<Cells>;
  /** Frees the device. The engine cannot be used afterwards. */
  close(): void;
}

/** On what an engine computes: which device, and which kernel there. */
export interface EngineOptions {
  /** Name of a kernel to use even if another is faster; see {@link kernelNames}. Default: the fastest. */
  readonly kernel?: string | undefined;
  /**
   * `gpu`: an adapter or an error; `cpu`: no adapter even if there is one; `auto` (default): an adapter if there is
   * one, else the CPU.
   */
  readonly device?: "auto" | "gpu" | "cpu" | undefined;
  /** Where the order of kernels is remembered. Default: for as long as the process runs. */
  readonly memory?: SelectionMemory | undefined;
  /**
   * Whether the kernels are timed on a graphics processor that they were not timed on before; otherwise the first is taken
   * that is right, and the others are never compiled. Default: yes.
   */
  readonly mayTime?: boolean | undefined;
}

const REMEMBERED: SelectionMemory = new Map<string, string>();

/** The kernel that runs in plain TypeScript. */
const REFERENCE = "reference";

/** Smallest tile that is tried after a failure, in cells per side. */
const LEAST_TILE = 32;

/** How often a failed restoration is tried again, each time with tiles half as large. */
const RETRIES = 4;

/**
 * Names that {@link EngineOptions.kernel} takes.
 *
 * @example
 * ```ts
 * import { kernelNames } from "@nnc/nnc/engine";
 * import { ok } from "node:assert/strict";
 *
 * ok(kernelNames().includes("reference"));
 * ```
 */
export function kernelNames(): string[] {
  return [...KERNEL_NAMES, REFERENCE];
}

/**
 * Opens an engine: finds an adapter, and takes the fastest of the kernels that compute there as the reference does.
 *
 * @throws {GpuError} of kind `unavailable` if what was asked for is not known or not there.
 *
 * @example
 * ```ts
 * import { compress, type Image, NO_METADATA, restore } from "@nnc/nnc";
 * import { openEngine } from "@nnc/nnc/engine";
 * import { equal } from "node:assert/strict";
 *
 * const data = new Uint8Array(8 * 6).fill(77);
 * const image: Image = { width: 8, height: 6, channels: 1, data, metadata: NO_METADATA };
 * const engine = await openEngine({ device: "cpu" });
 * const restored = await restore(await compress(image), { engine });
 * equal(restored.data[0], 77);
 * engine.close();
 * ```
 */
export async function openEngine(options: EngineOptions = {}): Promise<Engine> {
  const { kernel, device: wanted = "auto" } = options;
  if (kernel !== undefined && !kernelNames().includes(kernel)) {
    const known = kernelNames().join(", ");
    throw new GpuError("unavailable", `There is no kernel "${kernel}". Use one of: ${known}`);
  }
  if (wanted === "gpu" && kernel === REFERENCE) {
    throw new GpuError("unavailable", 'The kernel "reference" runs on the CPU. Use device "cpu"');
  }
  if (wanted === "cpu" && kernel !== undefined && kernel !== REFERENCE) {
    throw new GpuError(
      "unavailable",
      `The kernel "${kernel}" needs an adapter. Use device "auto" or "gpu"`,
    );
  }
  if (wanted === "cpu" || kernel === REFERENCE) return new ReferenceEngine();
  const device = await openDevice();
  if (!device) {
    if (wanted === "gpu" || kernel !== undefined) {
      throw new GpuError("unavailable", noAdapter(""));
    }
    return new ReferenceEngine(noAdapter(", so the processor computes, which is slow"));
  }
  return await openEngineOn(device, options);
}

/**
 * Opens an engine on a device, which is the engine's from then on; as {@link openEngine} does, which finds the device.
 *
 * `catalogue` is what there is to choose from; default: every kernel there is, shaped for the device.
 */
export async function openEngineOn(
  device: Device,
  options: EngineOptions & { readonly catalogue?: readonly ConvKernel[] | undefined } = {},
): Promise<Engine> {
  const { kernel: only, device: wanted, memory = REMEMBERED, catalogue, mayTime } = options;
  const selection = await selectKernels(device, { only, memory, catalogue, mayTime });
  if (selection.kernels.length > 0) return new GpuEngine(device, selection);
  const { verdicts } = selection;
  device.gpu.destroy();
  const reasons = verdicts.map(({ kernel, failure }) => `${kernel}: ${failure}`).join("; ");
  const failed = `No kernel works on the adapter "${device.description}" (${reasons})`;
  if (wanted === "gpu" || only !== undefined) {
    throw new GpuError("unavailable", `${failed}. Update its driver, or use device "cpu"`);
  }
  return new ReferenceEngine(
    `${failed}, so the processor computes, which is slow. Update its driver`,
    verdicts,
  );
}

function noAdapter(consequence: string): string {
  return `No WebGPU adapter was found${consequence}. ${currentPlatform().adapterAdvice}`;
}

class ReferenceEngine implements Engine {
  readonly description = "reference on the CPU";
  readonly kernel = REFERENCE;
  readonly software = true;
  readonly notice?: string | undefined;
  readonly verdicts: readonly Verdict[];

  constructor(notice?: string, verdicts: readonly Verdict[] = []) {
    if (notice !== undefined) this.notice = notice;
    this.verdicts = verdicts;
  }

  restoreCells(network: Network, options: RestoreCellsOptions): Promise<Cells> {
    return restoreCellsByReference(network, options);
  }

  close(): void {}
}

class GpuEngine implements Engine {
  readonly description: string;
  readonly kernel: string;
  readonly software: boolean;
  readonly verdicts: readonly Verdict[];
  #session: GpuSession;
  #turn: Promise<unknown> = Promise.resolve();
  #closed = false;

  constructor(device: Device, selection: KernelSelection<ConvKernel>) {
    const { kernels, verdicts } = selection;
    this.#session = new GpuSession(device, selection);
    this.kernel = kernels[0]!.name;
    this.description = `${device.description}, ${this.kernel} kernel`;
    this.software = device.software;
    this.verdicts = verdicts;
  }

  restoreCells(network: Network, options: RestoreCellsOptions): Promise<Cells> {
    const restored = this.#turn.then(() => this.#restore(network, options));
    // Only when it ends: the result itself would be kept until the next call.
    this.#turn = restored.then(() => {}, () => {});
    return restored;
  }

  close(): void {
    this.#closed = true;
    this.#session.close();
  }

  async #restore(network: Network, options: RestoreCellsOptions): Promise<Cells> {
    checkRestoration(network, options);
    await this.#session.checkKernelFor(network.architecture);
    const best = this.#session.tileFor(network.architecture, options);
    const most = options.tile ?? Infinity;
    let tile = { width: Math.min(most, best.width), height: Math.min(most, best.height) };
    for (let retries = 0;; retries++) {
      options.signal?.throwIfAborted();
      if (this.#closed) throw new GpuError("unavailable", "The engine was closed. Open another");
      try {
        return await this.#session.restore(network, { ...options, tile });
      } catch (error) {
        if (!isWorthRetrying(error) || this.#closed || retries === RETRIES) throw error;
        tile = { width: halveTile(tile.width), height: halveTile(tile.height) };
        this.#session.freeMemory();
        if (error.kind === "lost") await this.#reopen(error);
      }
    }
  }

  async #reopen(cause: GpuError): Promise<void> {
    const device = await openDevice();
    if (!device) throw cause;
    this.#session = new GpuSession(device, this.#session);
  }
}

/** Half a side in whole blocks, so that two cover what one did. */
function halveTile(side: number): number {
  return Math.max(Math.min(side, LEAST_TILE), alignUp(side >> 1));
}
