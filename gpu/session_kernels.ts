/**
 * Which of a device's kernels runs a network: the first that fits all of its layers and is right.
 *
 * @module
 */

import type { Device } from "./device.ts";
import { GpuError } from "./errors.ts";
import { examine, type KernelOrder, type KernelTrial } from "./kernel_choice.ts";
import { type ConvKernel, type LayerShape, quadsOf } from "./kernels/conv_kernel.ts";
import type { Epilogue } from "./kernels/epilogue.ts";
import { type Architecture, describeLayers, type LayerRole } from "./network.ts";
import type { TileBudget } from "./tile_budget.ts";
import { haloOf, haloThrough } from "./tile_plan.ts";

/** The kernels of one open device, for networks of one kind. */
export class SessionKernels implements KernelOrder<ConvKernel> {
  readonly #device: Device;
  readonly #epilogues: Readonly<Record<LayerRole, Epilogue>>;
  readonly #check: KernelTrial<ConvKernel>["check"];

  /** The kernels, best first; what is found to be wrong leaves them. */
  readonly kernels: ConvKernel[];
  /** Those that are known to be right. */
  readonly checked: Set<ConvKernel>;

  /** `epilogues` are what follows the convolutions of these networks. */
  constructor(device: Device, { order, epilogues, check }: {
    order: KernelOrder<ConvKernel>;
    epilogues: Readonly<Record<LayerRole, Epilogue>>;
    check: KernelTrial<ConvKernel>["check"];
  }) {
    this.#device = device;
    this.#epilogues = epilogues;
    this.#check = check;
    this.kernels = [...order.kernels];
    this.checked = new Set(order.checked);
  }

  /**
   * Checks the kernel that a network of this shape will run with, unless it was; a wrong one gives way to the next.
   *
   * @throws {GpuError} of kind `unavailable` if none is left, and of kind `lost` if the device is lost.
   */
  async checkFor(architecture: Architecture): Promise<void> {
    for (;;) {
      const kernel = this.kernelFor(architecture);
      if (this.checked.has(kernel)) return;
      const { failure } = await examine(kernel, { check: this.#check });
      if (failure === undefined) this.checked.add(kernel);
      else this.kernels.splice(this.kernels.indexOf(kernel), 1);
    }
  }

  /**
   * The kernel that a network of this shape runs with.
   *
   * @throws {GpuError} of kind `unavailable` if there is none.
   */
  kernelFor(architecture: Architecture): ConvKernel {
    const shapes = this.#shapesOf(architecture);
    const kernel = this.kernels.find((kernel) =>
      shapes.every((shape) => kernel.fits?.(shape) ?? true)
    );
    if (kernel) return kernel;
    const names = this.kernels.map(({ name }) => `"${name}"`).join(", ");
    throw new GpuError(
      "unavailable",
      `${architecture.channels} channels are too many for the kernel ${names}. Use another kernel`,
    );
  }

  /** What bounds the tiles of a network of this shape. */
  budgetFor(architecture: Architecture): TileBudget {
    const { maxStorageBufferBindingSize, maxTextureDimension2D } = this.#device.gpu.limits;
    const kernel = this.kernelFor(architecture);
    const blocks = this.#shapesOf(architecture).map((shape) => kernel.block?.(shape) ?? 1);
    return {
      architecture,
      halo: { width: haloThrough(blocks), height: haloOf(architecture) },
      limits: {
        activations: kernel.activations,
        maxStorageBufferBindingSize,
        maxTextureDimension2D,
      },
    };
  }

  #shapesOf(architecture: Architecture): LayerShape[] {
    return describeLayers(architecture).map(({ role, inputs, outputs }) => ({
      inputQuads: quadsOf(inputs),
      outputQuads: quadsOf(outputs),
      epilogue: this.#epilogues[role],
    }));
  }
}
