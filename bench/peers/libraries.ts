/**
 * The libraries that are compared with, and as much of their interfaces as is used here.
 *
 * They are half a gigabyte, so nothing else in the project may know of them: a specifier that stood in an `import` would
 * have them fetched for every check and test, and, by way of the lock file, for every user. So they are imported by
 * name, and locked in a file of their own (see `run.ts`).
 *
 * @module
 */

import type { Padding } from "./chain.ts";

/** Where each library is found. */
const SPECIFIERS = {
  "onnxruntime-node": "npm:onnxruntime-node@1.30.0",
  "onnxruntime-web": "npm:onnxruntime-web@1.30.0/webgpu",
  tfjs: "npm:@tensorflow/tfjs-core@4.22.0",
  "tfjs-webgpu": "npm:@tensorflow/tfjs-backend-webgpu@4.22.0",
  /** Brings the gradients along, which the core does without where it is not bundled. */
  "tfjs-layers": "npm:@tensorflow/tfjs-layers@4.22.0",
} as const;

/** A tensor of either ONNX runtime. */
export interface OnnxTensor {
  /** The values, where they are on the host. */
  readonly data: Float32Array;
  getData(): Promise<Float32Array>;
  dispose(): void;
}

/** A loaded model. */
export interface OnnxSession {
  /** Computes outputs from inputs, both by name. */
  run(inputs: Record<string, OnnxTensor>): Promise<Record<string, OnnxTensor>>;
  release(): Promise<void>;
}

/** Either ONNX runtime. */
export interface Onnxruntime {
  readonly InferenceSession: {
    create(model: Uint8Array, options: Record<string, unknown>): Promise<OnnxSession>;
  };
  readonly Tensor: new (type: "float32", data: Float32Array, dims: number[]) => OnnxTensor;
  readonly env: {
    readonly versions: { readonly node?: string | undefined; readonly web?: string | undefined };
    readonly webgpu: { readonly device: Promise<GPUDevice> };
  };
}

/** A tensor of TensorFlow.js. */
export interface TfTensor {
  readonly shape: number[];
  data(): Promise<Float32Array>;
  dispose(): void;
}

/** A tensor that training changes. */
export type TfVariable = TfTensor & { readonly name: string };

/** TensorFlow.js. */
export interface Tensorflow {
  readonly version_core: string;
  backend(): { readonly device: GPUDevice };
  setBackend(name: string): Promise<boolean>;
  ready(): Promise<void>;
  tensor(values: Float32Array, shape: number[]): TfTensor;
  variable(value: TfTensor): TfVariable;
  /** Frees what the function made, except what it returns. */
  tidy<Result>(work: () => Result): Result;
  dispose(tensors: readonly TfTensor[]): void;
  add(a: TfTensor, b: TfTensor): TfTensor;
  sub(a: TfTensor, b: TfTensor): TfTensor;
  mul(a: TfTensor, b: TfTensor): TfTensor;
  abs(a: TfTensor): TfTensor;
  mean(a: TfTensor): TfTensor;
  sum(a: TfTensor): TfTensor;
  prelu(a: TfTensor, slopes: TfTensor): TfTensor;
  slice(a: TfTensor, begin: number[], size: number[]): TfTensor;
  concat(tensors: TfTensor[], axis: number): TfTensor;
  mirrorPad(a: TfTensor, padding: [number, number][], mode: "symmetric"): TfTensor;
  conv2d(a: TfTensor, filter: TfTensor, strides: number, pad: "same" | "valid"): TfTensor;
  readonly fused: { conv2d(options: Record<string, unknown>): TfTensor };
  readonly train: {
    adam(rate: number): {
      minimize(
        loss: () => TfTensor,
        returnCost: boolean,
        variables: TfVariable[],
      ): TfTensor | null;
    };
  };
  variableGrads(
    work: () => TfTensor,
    variables: TfVariable[],
  ): { value: TfTensor; grads: Record<string, TfTensor> };
}

/** Imports an ONNX runtime. */
export async function loadOnnxruntime(
  name: "onnxruntime-node" | "onnxruntime-web",
): Promise<Onnxruntime> {
  const specifier: string = SPECIFIERS[name];
  return await import(specifier);
}

/** Imports TensorFlow.js and its WebGPU backend. */
export async function loadTfjs(): Promise<Tensorflow> {
  const [core, backend, gradients]: string[] = [
    SPECIFIERS.tfjs,
    SPECIFIERS["tfjs-webgpu"],
    SPECIFIERS["tfjs-layers"],
  ];
  const tf: Tensorflow = await import(core!);
  await import(backend!);
  await import(gradients!);
  if (!await tf.setBackend("webgpu")) throw new Error("TensorFlow.js found no WebGPU adapter");
  await tf.ready();
  return tf;
}

/** A border of one cell around `[n][height][width][channels]`. */
export function padCells(tf: Tensorflow, { x, padding }: { x: TfTensor; padding: Padding }): {
  x: TfTensor;
  pad: "same" | "valid";
} {
  if (padding === "zero") return { x, pad: "same" };
  // Mirrored about its outer side, a border of one cell is the edge repeated.
  return { x: tf.mirrorPad(x, [[0, 0], [1, 1], [1, 1], [0, 0]], "symmetric"), pad: "valid" };
}
