/**
 * Adam, and Muon for matrices, with gradient clipping and a moving average of the weights, on the device.
 *
 * @module
 */

import { type Matrices, muonDispatches } from "./muon.ts";
import type { Dispatch } from "../gpu/dispatch.ts";
import type { DispatchFactory } from "./dispatch_factory.ts";
import adamShader from "./shaders/adam.wgsl" with { type: "text" };
import gradientNormShader from "./shaders/gradient_norm.wgsl" with { type: "text" };

const BETA1 = 0.9;
const BETA2 = 0.999;

/** Threads of a workgroup of `gradient_norm.wgsl`. */
const NORM_LANES = 256;

/** The vectors that a checkpoint must hold for the optimiser to go on as if nothing had happened. */
export interface OptimiserState {
  /** The values that are trained. */
  readonly parameters: Float32Array;
  /** (first, second) moment of every value; (momentum, 0) of those that Muon trains. */
  readonly moments: Float32Array;
  /** Their moving average. */
  readonly averages: Float32Array;
  /** (running average of the gradient's norm, last clipping factor, last norm) */
  readonly clip: Float32Array;
}

/** A state that starts from given parameters. */
export function initialState(parameters: Float32Array): OptimiserState {
  return {
    parameters,
    moments: new Float32Array(parameters.length * 2),
    averages: parameters.slice(),
    clip: new Float32Array(3),
  };
}

/** The optimiser's vectors on the device. */
export class Optimiser {
  /** The state on the device, `f32`. */
  readonly buffers: Readonly<Record<keyof OptimiserState, GPUBuffer>>;
  readonly #gpu: GPUDevice;
  readonly #step: GPUBuffer;
  readonly #bounds: GPUBuffer;

  /** Uploads a state and the least allowed value of every parameter. */
  constructor(gpu: GPUDevice, options: { state: OptimiserState; bounds: Float32Array }) {
    this.#gpu = gpu;
    const { parameters, moments, averages, clip } = options.state;
    this.buffers = {
      parameters: this.#upload(parameters),
      moments: this.#upload(moments),
      averages: this.#upload(averages),
      clip: this.#upload(clip),
    };
    this.#bounds = this.#upload(options.bounds);
    this.#step = gpu.createBuffer({
      size: 16,
      usage: GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST,
    });
  }

  /**
   * The dispatches of one update from `gradients`: of `matrices` by Muon, of all other values by Adam.
   *
   * @throws {RangeError} if Muon cannot take the matrices, or they leave no value to Adam.
   */
  dispatches(options: {
    gradients: GPUBuffer;
    factory: DispatchFactory;
    length: number;
    matrices?: Matrices | undefined;
  }): Dispatch[] {
    const { gradients, factory, length, matrices } = options;
    const { parameters, moments, averages, clip } = this.buffers;
    const outside = indicesOutside(matrices, length);
    if (outside.length === 0) throw new RangeError("Adam has no value to train");
    const indices = this.#upload(outside);
    const muon = matrices && muonDispatches(this.#gpu, {
      matrices,
      buffers: { parameters, moments, averages, gradients, clip, step: this.#step },
      factory,
    });
    const groups = normWorkgroups(length);
    const partials = this.#gpu.createBuffer({
      size: groups * NORM_LANES * 4,
      usage: GPUBufferUsage.STORAGE,
    });
    return [
      factory.make(gradientNormShader, {
        entry: "sumSquares",
        bindings: [gradients, partials],
        workgroups: [groups],
      }),
      factory.make(gradientNormShader, {
        entry: "clipNorm",
        bindings: [undefined, partials, clip],
        workgroups: [1],
      }),
      factory.make(adamShader, {
        bindings: [
          ...[parameters, moments, averages, gradients, this.#bounds, clip, this.#step],
          indices,
        ],
        workgroups: [Math.ceil(indices.size / 1024)],
      }),
      ...muon ?? [],
    ];
  }

  #upload(values: Float32Array | Uint32Array): GPUBuffer {
    const buffer = this.#gpu.createBuffer({
      size: values.byteLength,
      usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST,
    });
    this.#gpu.queue.writeBuffer(buffer, 0, values as Float32Array<ArrayBuffer>);
    return buffer;
  }

  /** Sets learning rate, bias corrections and the average's decay for the update number `step`, from 0. */
  setStep(step: number, options: { rate: number; averageDecay: number }): void {
    const { rate, averageDecay } = options;
    // A young average forgets faster, so that it does not drag the initial weights along.
    const keep = Math.min(averageDecay, (1 + step) / (10 + step));
    this.#gpu.queue.writeBuffer(
      this.#step,
      0,
      Float32Array.of(rate, 1 - BETA1 ** (step + 1), 1 - BETA2 ** (step + 1), keep),
    );
  }
}

/** Workgroups of the norm's partial sums: half of those that would make both halves of it equally long, as the sums cost, too. */
function normWorkgroups(length: number): number {
  return Math.ceil(Math.sqrt(length) / 32);
}

function indicesOutside(matrices: Matrices | undefined, length: number): Uint32Array {
  const inside = new Uint8Array(length);
  if (matrices) {
    const { starts, rows, columns } = matrices;
    for (const start of starts) inside.fill(1, start, start + rows * columns);
  }
  return Uint32Array.from({ length }, (_, index) => index).filter((index) => !inside[index]);
}
