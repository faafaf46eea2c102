/**
 * Muon: momentum that is made orthogonal before it is applied, for the weights of hidden layers.
 *
 * Source: K. Jordan et al., "Muon: An optimizer for hidden layers in neural networks" (2024). The momentum of a layer is
 * taken as a matrix of outputs × (inputs · 9), and all of its singular values are brought close to 1, so that directions
 * in which gradients are small are learnt as fast as the others.
 *
 * @module
 */

import type { Dispatch } from "../gpu/dispatch.ts";
import type { DispatchFactory } from "./dispatch_factory.ts";
import muonShader from "./shaders/muon.wgsl" with { type: "text" };
import newtonSchulzShader from "./shaders/newton_schulz.wgsl" with { type: "text" };

/** Rounds of the Newton-Schulz iteration; each triples small singular values. */
const ROUNDS = 5;

/** Matrices of one shape in the flat vector of parameters. */
export interface Matrices {
  /** Where each begins, in values. */
  readonly starts: readonly number[];
  /** Rows of each; a multiple of 4, no more than `columns`. */
  readonly rows: number;
  /** Columns of each; a multiple of 4. */
  readonly columns: number;
}

/** What the dispatches read and write; the flat vectors of the optimiser. */
export interface MuonBuffers {
  /** The values that are trained. */
  readonly parameters: GPUBuffer;
  /** (momentum, unused) of every value. */
  readonly moments: GPUBuffer;
  /** Moving average of the parameters. */
  readonly averages: GPUBuffer;
  /** The gradient of every value. */
  readonly gradients: GPUBuffer;
  /** How the gradient is clipped, as `gradient_norm.wgsl` leaves it. */
  readonly clip: GPUBuffer;
  /** Learning rate and decay of the average, as {@link Optimiser.setStep} writes them. */
  readonly step: GPUBuffer;
}

/**
 * The dispatches that update matrices once.
 *
 * @throws {RangeError} if there is no matrix, or their shape is not one that the shaders can run.
 */
export function muonDispatches(gpu: GPUDevice, options: {
  matrices: Matrices;
  buffers: MuonBuffers;
  factory: DispatchFactory;
}): Dispatch[] {
  const { matrices, buffers, factory } = options;
  checkMatrices(matrices);
  const { starts, rows, columns } = matrices;
  const layers = starts.length;
  const constants = { ROWS: rows, COLUMNS: columns };
  const startsBuffer = upload(gpu, Uint32Array.from(starts));
  const momentum = allocate(gpu, layers * rows * columns);
  const { dispatches, orthogonaliser } = newtonSchulzDispatches(gpu, {
    layers,
    rows,
    momentum,
    constants,
    factory,
  });
  const { parameters, moments, averages, gradients, clip, step } = buffers;
  const gather = factory.make(muonShader, {
    entry: "gatherMomentum",
    constants,
    bindings: [
      ...[undefined, moments, undefined, gradients, clip, undefined],
      ...[startsBuffer, momentum],
    ],
    workgroups: [Math.ceil(rows * columns / 256), 1, layers],
  });
  const apply = factory.make(muonShader, {
    entry: "applyUpdates",
    constants,
    bindings: [
      ...[parameters, undefined, averages, undefined, undefined, step],
      ...[startsBuffer, momentum, orthogonaliser],
    ],
    workgroups: [Math.ceil(columns / 64), Math.ceil(rows / 16), layers],
  });
  return [gather, ...dispatches, apply];
}

function newtonSchulzDispatches(gpu: GPUDevice, options: {
  layers: number;
  rows: number;
  momentum: GPUBuffer;
  constants: Readonly<Record<string, number>>;
  factory: DispatchFactory;
}): { dispatches: Dispatch[]; orthogonaliser: GPUBuffer } {
  const { layers, rows, momentum, constants, factory } = options;
  const square = () => allocate(gpu, layers * rows * rows);
  const [a, q, scratch] = [square(), square(), square()];
  let [p, nextP] = [square(), square()];
  const blocks = Math.ceil(rows / 32);
  const dispatch = (
    entry: string,
    left: GPUBuffer,
    right: GPUBuffer | undefined,
    result: GPUBuffer,
  ) =>
    factory.make(newtonSchulzShader, {
      entry,
      constants,
      bindings: [left, right, result],
      workgroups: [blocks, blocks, layers],
    });
  const dispatches = [
    dispatch("gram", momentum, undefined, a),
    factory.make(newtonSchulzShader, {
      entry: "normalise",
      constants,
      bindings: [undefined, undefined, undefined, a, p],
      workgroups: [layers],
    }),
  ];
  for (let round = 0; round < ROUNDS; round++) {
    dispatches.push(dispatch("polynomial", a, a, q), dispatch("product", q, p, nextP));
    if (round < ROUNDS - 1) {
      dispatches.push(dispatch("product", q, a, scratch), dispatch("product", scratch, q, a));
    }
    [p, nextP] = [nextP, p];
  }
  return { dispatches, orthogonaliser: p };
}

function checkMatrices({ starts, rows, columns }: Matrices): void {
  const whole = [...starts, rows, columns].every((value) =>
    Number.isSafeInteger(value) && value >= 0
  );
  if (!whole || starts.length === 0 || rows === 0 || rows > columns || (rows | columns) % 4 !== 0) {
    throw new RangeError(
      `Muon takes matrices whose sides are multiples of 4 and that are no higher than wide, found ${starts.length} of ` +
        `${rows} × ${columns}`,
    );
  }
}

function allocate(gpu: GPUDevice, values: number): GPUBuffer {
  return gpu.createBuffer({ size: values * 4, usage: GPUBufferUsage.STORAGE });
}

function upload(gpu: GPUDevice, values: Uint32Array<ArrayBuffer>): GPUBuffer {
  const buffer = gpu.createBuffer({
    size: Math.ceil(values.byteLength / 16) * 16,
    usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST,
  });
  gpu.queue.writeBuffer(buffer, 0, values);
  return buffer;
}
