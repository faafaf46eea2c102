/**
 * Adam with gradient clipping and a moving average of the weights, on the device.
 *
 * @module
 */

import type { Pass, PassFactory } from "./passes.ts";
import adamShader from "./shaders/adam.wgsl" with { type: "text" };
import gradientNormShader from "./shaders/gradient_norm.wgsl" with { type: "text" };

const BETA1 = 0.9;
const BETA2 = 0.999;

/** The vectors that a checkpoint must hold for the optimiser to go on as if nothing had happened. */
export interface OptimiserState {
  /** The values that are trained. */
  readonly parameters: Float32Array;
  /** (first, second) moment of every value. */
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
    const upload = (values: Float32Array) => {
      const buffer = gpu.createBuffer({
        size: Math.ceil(values.byteLength / 16) * 16,
        usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST,
      });
      gpu.queue.writeBuffer(buffer, 0, values as Float32Array<ArrayBuffer>);
      return buffer;
    };
    const { parameters, moments, averages, clip } = options.state;
    this.buffers = {
      parameters: upload(parameters),
      moments: upload(moments),
      averages: upload(averages),
      clip: upload(clip),
    };
    this.#bounds = upload(options.bounds);
    this.#step = gpu.createBuffer({
      size: 16,
      usage: GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST,
    });
  }

  /** The passes of one update from `gradients`. */
  passes(options: { gradients: GPUBuffer; factory: PassFactory; length: number }): Pass[] {
    const { gradients, factory, length } = options;
    const { parameters, moments, averages, clip } = this.buffers;
    return [
      factory.make(gradientNormShader, { bindings: [gradients, clip], workgroups: [1] }),
      factory.make(adamShader, {
        bindings: [parameters, moments, averages, gradients, this.#bounds, clip, this.#step],
        workgroups: [Math.ceil(length / 256)],
      }),
    ];
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
