/**
 * May a kernel be used for a layer on a device, and how fast is it there? Asked of the device, as for restoring.
 *
 * @module
 */

import { type Device, readBuffer, withErrorScopes } from "../gpu/device.ts";
import { type Dispatch, encodeDispatches } from "../gpu/dispatch.ts";
import type { Network } from "../gpu/network.ts";
import type { Verdict } from "../gpu/kernel_choice.ts";
import { secondsOfDispatch } from "../gpu/timing.ts";
import type { BatchShape, Role } from "./kernels/training_kernel.ts";
import { flattenNetwork, type LayerParameters, layoutParameters } from "./parameters.ts";
import type { DispatchFactory } from "./dispatch_factory.ts";
import { makeProblem, type ProblemImage, type RoleProblem } from "./role_problem.ts";
import { type RoleOptions, type RoleRun, setUpRole, type TrainingKernel } from "./role_run.ts";
import { downloadTexels, uploadTexels } from "./texels.ts";

/** What was found out about a kernel in a role on a device. */
export interface RoleVerdict extends Verdict {
  /** What the kernel was tried for. */
  readonly role: Role;
}

/** Largest difference from the reference, of the largest value there: rounding stays below a tenth of it. */
const TOLERANCE = 2e-5;

/** Patches that are checked: the second shows whether patches are told apart. */
const CHECKED_BATCH = 2;

/** A network whose layers kernels are tried on, and on what patches. */
export interface TrialOptions extends BatchShape {
  /** The network; its slopes are positive. */
  readonly network: Network;
  /** Keeps what is compiled. */
  readonly factory: DispatchFactory;
}

type RoleTask = Omit<RoleOptions, "parameters" | "factory">;

/** Tries kernels on the layers of a network; what the reference says of a layer is computed once. */
export class RoleTrial {
  readonly #device: Device;
  readonly #options: TrialOptions;
  readonly #parameters: Float32Array;
  readonly #problems = new Map<number, RoleProblem>();

  /** The layers, in order. */
  readonly layers: readonly LayerParameters[];

  /** Prepares nothing. */
  constructor(device: Device, options: TrialOptions) {
    this.#device = device;
    this.#options = options;
    this.#parameters = flattenNetwork(options.network);
    this.layers = layoutParameters(options.network.architecture).layers;
  }

  /**
   * Why a kernel may not be used for a layer, which is told by its place; `undefined` if it may.
   *
   * @throws {GpuError} if the device refuses the kernel, or fails.
   */
  async check(
    index: number,
    { role, kernel }: { role: Role; kernel: TrainingKernel },
  ): Promise<string | undefined> {
    const { batch, patch } = this.#options;
    const problem = this.#problemOf(index, { batch: Math.min(batch, CHECKED_BATCH), patch });
    const error = await this.#largestError({ ...problem, role, kernel }, problem);
    // A value that is not a number fails, too.
    if (error <= TOLERANCE) return undefined;
    return `its results are off by ${error.toExponential(1)} of the largest`;
  }

  /** Multiply-adds a second of a kernel on a layer. */
  async time(
    index: number,
    { role, kernel }: { role: Role; kernel: TrainingKernel },
  ): Promise<number> {
    const { gpu } = this.#device;
    const { batch, patch } = this.#options;
    const layer = this.layers[index]!;
    const what = `Timing the kernel "${kernel.name}"`;
    const run = await withErrorScopes({ gpu, what }, () => {
      const run = this.#setUp({ role, kernel, layer, batch, patch });
      submit(gpu, run.prepare);
      return run;
    });
    try {
      const seconds = await secondsOfDispatch(
        this.#device,
        (runs) =>
          withErrorScopes({ gpu, what }, () => submit(gpu, Array(runs).fill(run.work).flat())),
      );
      return layer.inputs * layer.outputs * 9 * batch * patch ** 2 / seconds;
    } finally {
      run.close();
    }
  }

  #setUp(options: RoleTask): RoleRun {
    const { factory } = this.#options;
    return setUpRole(this.#device.gpu, { ...options, factory, parameters: this.#parameters });
  }

  #problemOf(index: number, shape: BatchShape): RoleProblem {
    const problem = this.#problems.get(index) ??
      makeProblem(this.#options.network, { ...shape, index });
    this.#problems.set(index, problem);
    return problem;
  }

  async #largestError(
    options: RoleTask,
    problem: RoleProblem,
  ): Promise<number> {
    const { gpu } = this.#device;
    const { role, kernel } = options;
    const run = await withErrorScopes({ gpu, what: `Running the kernel "${kernel.name}"` }, () => {
      const run = this.#setUp(options);
      const { layer, images } = problem;
      images.forEach((image, at) => upload(gpu, { role, run, image, at, layer }));
      submit(gpu, [...run.prepare, ...run.work, ...run.finish]);
      return run;
    });
    try {
      return await compare(gpu, { role, run, problem });
    } finally {
      run.close();
    }
  }
}

function submit(gpu: GPUDevice, dispatches: readonly Dispatch[]): void {
  const encoder = gpu.createCommandEncoder();
  encodeDispatches(encoder, dispatches);
  gpu.queue.submit([encoder.finish()]);
}

function upload(
  gpu: GPUDevice,
  { role, run, image, at, layer }: {
    role: Role;
    run: RoleRun;
    image: ProblemImage;
    at: number;
    layer: LayerParameters;
  },
): void {
  const outputs = { channels: layer.outputs, image: at };
  uploadTexels(gpu, {
    texture: run.source,
    values: image.source,
    channels: layer.inputs,
    image: at,
  });
  uploadTexels(gpu, { ...outputs, texture: run.skip, values: image.skip });
  uploadTexels(gpu, { ...outputs, texture: run.gradient, values: image.gradient, border: 2 });
  // Forward it is the result: what a kernel leaves out must not be right by chance.
  if (role === "forward") return;
  uploadTexels(gpu, { ...outputs, texture: run.activation, values: image.activation });
}

/** The largest difference of a role's results, of the largest value of each kind. */
async function compare(
  gpu: GPUDevice,
  { role, run, problem }: { role: Role; run: RoleRun; problem: RoleProblem },
): Promise<number> {
  const { layer, images, patch, gradients } = problem;
  if (role === "backwardWeights") {
    const found = new Float32Array((await readBuffer(gpu, { buffer: run.gradients })).buffer);
    const { inputs, outputs, weightsAt, biasAt, slopesAt } = layer;
    const parts = [[weightsAt, inputs * outputs * 9], [biasAt, outputs], [slopesAt, outputs]];
    return worst(parts.map(([from, count]) => {
      if (from === undefined) return 0;
      const end = from + count!;
      return relativeError(found.subarray(from, end), gradients.subarray(from, end));
    }));
  }
  const [texture, border, channels] = role === "forward"
    ? [run.activation, 0, layer.outputs]
    : [run.sourceGradient, 2, layer.inputs];
  const texels = await downloadTexels(gpu, { texture, border });
  return worst(images.map((image, at) => {
    const expected = role === "forward" ? image.activation : image.sourceGradient;
    const found = expected.map((_, index) => {
      const cell = Math.floor(index / channels);
      const [x, y] = [cell % patch, Math.floor(cell / patch)];
      return texels.at({ image: at, channels, x, y, channel: index % channels });
    });
    return relativeError(found, expected);
  }));
}

function relativeError(found: Float32Array | Float64Array, expected: Float64Array): number {
  let [most, scale] = [0, 0];
  expected.forEach((value, at) => {
    most = worst([most, Math.abs(value - found[at]!)]);
    scale = Math.max(scale, Math.abs(value));
  });
  return scale > 0 ? most / scale : most;
}

/** The largest, or what is not a number, if anything is not. */
function worst(values: readonly number[]): number {
  return values.reduce((most, value) => Number.isNaN(most) || value <= most ? most : value, 0);
}
