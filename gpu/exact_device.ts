/**
 * A device that runs exact networks where that is faster than the processor, and hands back to it what it cannot run.
 *
 * @module
 */

import { currentPlatform } from "../platform/platform.ts";
import { openDevice } from "./device.ts";
import type { EngineOptions } from "./engine.ts";
import { GpuError } from "./errors.ts";
import { EXACT_KERNEL_NAMES, isWorthUsing, openExactSession } from "./exact_choice.ts";
import type { ExactNetwork } from "./exact_network.ts";
import { runExactNetwork } from "./exact_reference.ts";
import { type ExactRun, ExactSession } from "./exact_session.ts";
import { isWorthRetrying } from "./gpu_session.ts";
import { countMultiplyAdds } from "./network.ts";

/** The kernel that runs in plain TypeScript. */
const REFERENCE = "reference";

/**
 * Multiply-adds that the processor is left with before a device is looked for: to find one, and to get it going, takes the
 * time of about as many.
 */
const LEAST_WORK = 10e9;

/** How often a run is tried again, each time with tiles half as large. */
const RETRIES = 4;

/** Largest side of the tiles that are tried after a failure, in cells. */
const SMALLER_TILE = 512;

/** A plane to run a network over, whose input is made when it is needed. */
export interface OfferedRun extends Omit<ExactRun, "input"> {
  /** Makes the input. */
  readonly input: () => Int32Array;
}

/** How exact networks are run. */
export interface ExactDeviceOptions extends EngineOptions {
  /** How many threads run them where no device does. Default: 1. */
  readonly threads?: number | undefined;
  /** Multiply-adds that are left to the processor before a device is looked for. Default: as many as that takes. */
  readonly leastWork?: number | undefined;
  /** Told what computes, once a device does. Default: nobody. */
  readonly onOpen?: ((description: string) => void) | undefined;
  /** Told, in a sentence, if the device fails and the processor goes on. Default: nobody. */
  readonly onNotice?: ((notice: string) => void) | undefined;
}

/**
 * Runs exact networks on a device.
 *
 * With `device: "auto"` that is a graphics processor that is worth it, and nothing is looked for before there has been
 * enough to do; with `"gpu"` or a kernel's name, whatever adapter there is; with `"cpu"` none.
 */
export class ExactDevice implements Disposable {
  readonly #options: ExactDeviceOptions;
  #opened: Promise<ExactSession | undefined> | undefined;
  #session: ExactSession | undefined;
  #asked = 0;
  #turn: Promise<unknown> = Promise.resolve();

  /** Nothing is opened yet. */
  constructor(options: ExactDeviceOptions = {}) {
    this.#options = options;
  }

  /** What computes, for people; absent where the processor does. */
  get description(): string | undefined {
    return this.#options.kernel === REFERENCE
      ? "reference on the CPU"
      : this.#session && `${this.#session.description}, ${this.#session.kernels[0]!.name} kernel`;
  }

  /**
   * Runs a network over a plane. Calls that overlap take turns.
   *
   * @returns `[height][width][outputs]`; `undefined` if it is for the processor
   * @throws {RangeError} if the network is not exact, or the input is not of the shape stated or beyond its limits.
   * @throws {GpuError} if a device or a kernel that was asked for fails, or is not there; the signal's reason if aborted.
   */
  async run(
    network: ExactNetwork,
    plane: OfferedRun,
  ): Promise<Int16Array | Int32Array | undefined> {
    const { device, kernel, leastWork = LEAST_WORK } = this.#options;
    const { shape, input } = plane;
    if (kernel !== undefined) checkKernel(kernel, device);
    if (kernel === REFERENCE) return runExactNetwork(network, { shape, input: input() });
    if (device === "cpu") return undefined;
    this.#asked += countMultiplyAdds(network.architecture) * shape.width * shape.height;
    if (!this.#isForced && !this.#opened && this.#asked < leastWork) return undefined;
    const done = this.#turn.then(() => this.#runNow(network, plane));
    this.#turn = done.then(() => {}, () => {});
    return await done;
  }

  /** Lets the device go. The processor runs what comes after. */
  [Symbol.dispose](): void {
    this.#session?.close();
    this.#session = undefined;
    this.#opened = Promise.resolve(undefined);
  }

  get #isForced(): boolean {
    const { device, kernel } = this.#options;
    return device === "gpu" || kernel !== undefined;
  }

  async #runNow(network: ExactNetwork, offered: OfferedRun): Promise<Int16Array | undefined> {
    try {
      const session = await (this.#opened ??= this.#open(network));
      if (session !== this.#session) {
        this.#session = session;
        this.#options.onOpen?.(this.description!);
      }
      if (!this.#session) return undefined;
      const plane = { ...offered, input: offered.input() };
      return await this.#runOn(this.#session, { network, plane });
    } catch (error) {
      if (!(error instanceof GpuError)) throw error;
      this[Symbol.dispose]();
      if (this.#isForced) throw error;
      this.#options.onNotice?.(`${error.message.replace(/\.$/, "")}; the processor goes on`);
      return undefined;
    }
  }

  /** Runs a network; with smaller tiles where memory is short, and on another device if this one is lost. */
  async #runOn(
    first: ExactSession,
    { network, plane }: { network: ExactNetwork; plane: ExactRun },
  ): Promise<Int16Array> {
    let session = first;
    let { tile } = plane;
    for (let retries = 0;; retries++) {
      try {
        return await session.run(network, { ...plane, tile });
      } catch (error) {
        if (!isWorthRetrying(error) || retries === RETRIES) throw error;
        session.freeMemory();
        if (error.kind === "lost") {
          const device = await openDevice();
          if (!device) throw error;
          session = new ExactSession(device, session);
          this.#session = session;
          this.#opened = Promise.resolve(session);
        } else tile = Math.min(tile ?? Infinity, SMALLER_TILE * 2) / 2;
      }
    }
  }

  async #open(network: ExactNetwork): Promise<ExactSession | undefined> {
    const { kernel, threads = 1, memory = REMEMBERED } = this.#options;
    const device = await openDevice({ software: this.#isForced });
    if (!device) {
      if (!this.#isForced) return undefined;
      const advice = currentPlatform().adapterAdvice;
      throw new GpuError("unavailable", `No WebGPU adapter was found. ${advice}`);
    }
    const { session, verdicts } = await openExactSession(device, { only: kernel, memory });
    if (!session) {
      device.gpu.destroy();
      const reasons = verdicts.map(({ kernel, failure }) => `${kernel}: ${failure}`).join("; ");
      throw new GpuError(
        "unavailable",
        `No kernel for exact networks works on the adapter "${device.description}" (${reasons}). Update its driver, or ` +
          'use device "cpu"',
      );
    }
    if (this.#isForced || await isWorthUsing(session, { device, network, threads, memory })) {
      return session;
    }
    session.close();
    return undefined;
  }
}

/** That a kernel runs exact networks, and does so on the device that was asked for. */
function checkKernel(kernel: string, device: EngineOptions["device"]): void {
  const known = [...EXACT_KERNEL_NAMES, REFERENCE];
  if (!known.includes(kernel)) {
    throw new GpuError(
      "unavailable",
      `The kernel "${kernel}" does not run exact networks. Use one of: ${known.join(", ")}`,
    );
  }
  const other = kernel === REFERENCE ? "gpu" : "cpu";
  if (device === other) {
    throw new GpuError(
      "unavailable",
      `The kernel "${kernel}" does not run on the device "${other}". Leave out one of them`,
    );
  }
}

const REMEMBERED = new Map<string, string>();
