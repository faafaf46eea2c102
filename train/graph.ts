/**
 * The forward and the backward pass of a network over a batch of patches, as lists of dispatches over textures that stay on
 * the device.
 *
 * ```text
 * forward   input: [batch, n, n, inputs] → activations: [batch, n, n, channels] … → output: [batch, n, n, outputs]
 * backward  gradient of output → gradients of all parameters, in the flat order of `parameters.ts`
 * ```
 *
 * Gradient textures have a border of two pixels that stays zero, so that the transposed convolution needs no test at the
 * edges; it covers one pixel more than the patch on every side, which `fold.wgsl` folds back.
 *
 * @module
 */

import type { Dispatch } from "../gpu/dispatch.ts";
import type { Architecture } from "../gpu/network.ts";
import { defaultKernels } from "./kernels/training_catalogue.ts";
import type { TrainingKernels } from "./kernels/training_kernel.ts";
import { LayerKernels } from "./layer_kernels.ts";
import { layoutParameters } from "./parameters.ts";
import type { DispatchFactory } from "./dispatch_factory.ts";

/** The network, the batch and the kernels that a graph is built for. */
export interface GraphOptions {
  /** The network's shape. */
  readonly architecture: Architecture;
  /** Patches of a batch. */
  readonly batch: number;
  /** Side of a patch in cells. */
  readonly patch: number;
  /** The flat vector that is trained, `f32`. */
  readonly parameters: GPUBuffer;
  /** Compiles shaders, each once, and frees what they were bound to. */
  readonly factory: DispatchFactory;
  /** The kernel of every role. Default: those for software adapters, shaped for the device. */
  readonly kernels?: TrainingKernels | undefined;
}

/** The forward dispatches, and what they read and write. */
export interface ForwardGraph {
  /** `[batch, n, n, inputs]`, to be filled before `forward`. */
  readonly input: GPUTexture;
  /** `[batch, n, n, outputs]` */
  readonly output: GPUTexture;
  /** Gradient of `output`, with its border; whoever judges `output` writes it. */
  readonly outputGradient: GPUTexture;
  /** Brings the parameters, or another flat vector, into the order of the forward kernels. */
  packForward(from: GPUBuffer): Dispatch[];
  /** From `input` to `output`. */
  readonly forward: readonly Dispatch[];
}

/** All dispatches, and what they read and write; `outputGradient` is to be filled before `backward`. */
export interface Graph extends ForwardGraph {
  /** Flat, `f32`. */
  readonly gradients: GPUBuffer;
  /** Brings the parameters into the order of the backward kernels. */
  readonly packBackward: readonly Dispatch[];
  /** From `outputGradient` to `gradients`; needs what `forward` left in the activations. */
  readonly backward: readonly Dispatch[];
}

/** Builds the forward pass alone; everything they need is allocated here, once. */
export function buildForwardGraph(gpu: GPUDevice, options: GraphOptions): ForwardGraph {
  return layForward(gpu, options).graph;
}

/** The forward pass, and what the backward one is built on. */
function layForward(gpu: GPUDevice, options: GraphOptions) {
  const { architecture, batch, patch, kernels: chosen = defaultKernels(gpu) } = options;
  const { layers, length } = layoutParameters(architecture);
  const kernels = new LayerKernels(gpu, { ...options, kernels: chosen, layers });
  const texture = (quads: number, border: number) =>
    gpu.createTexture({
      size: [patch + border, patch + border, Math.max(batch * quads, 2)],
      format: "rgba32float",
      usage: GPUTextureUsage.STORAGE_BINDING | GPUTextureUsage.COPY_SRC | GPUTextureUsage.COPY_DST,
    });
  const input = texture(layers[0]!.inputQuads, 0);
  const activations = layers.map((layer) => texture(layer.outputQuads, 0));
  const sourceOf = (index: number) => index === 0 ? input : activations[index - 1]!;
  const forward = layers.map((layer, index) =>
    kernels.forward(layer, {
      source: sourceOf(index),
      target: activations[index]!,
      // A block adds its result to what went into it, the activation two layers before.
      skip: layer.role === "second" ? activations[index - 2]! : undefined,
    })
  );
  const graph: ForwardGraph = {
    input,
    output: activations.at(-1)!,
    outputGradient: texture(layers.at(-1)!.outputQuads, 4),
    packForward: (from) => layers.map((layer) => kernels.pack(layer, { from, transposed: false })),
    forward,
  };
  return { graph, layers, length, kernels, texture, activations, sourceOf };
}

/** Builds both passes; everything they need is allocated here, once. */
export function buildGraph(gpu: GPUDevice, options: GraphOptions): Graph {
  const { architecture, parameters } = options;
  const { graph, layers, length, kernels, texture, activations, sourceOf } = layForward(
    gpu,
    options,
  );
  const quads = architecture.channels / 4;
  const spread = texture(quads, 2);
  const inner = texture(quads, 4);
  let [trunk, nextTrunk] = [texture(quads, 4), texture(quads, 4)];
  const gradients = gpu.createBuffer({
    label: "gradients",
    size: length * 4,
    usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC,
  });

  const backward: Dispatch[] = [];
  const differentiate = (index: number, gradient: GPUTexture) => {
    const layer = layers[index]!;
    const [source, activation] = [sourceOf(index), activations[index]!];
    backward.push(
      ...kernels.parameterGradients(layer, { source, activation, gradient, gradients }),
    );
    if (index > 0) backward.push(kernels.transposed(layer, { gradient, spread }));
  };
  const foldInto = (target: GPUTexture, index: number, skip?: GPUTexture) => {
    backward.push(
      kernels.fold(layers[index]!, { spread, target, skip, activation: activations[index]! }),
    );
  };
  const tail = layers.length - 1;
  differentiate(tail, graph.outputGradient);
  foldInto(trunk, tail - 1);
  for (let second = tail - 1; second > 0; second -= 2) {
    differentiate(second, trunk);
    foldInto(inner, second - 1);
    differentiate(second - 1, inner);
    foldInto(nextTrunk, second - 2, trunk);
    [trunk, nextTrunk] = [nextTrunk, trunk];
  }
  differentiate(0, trunk);

  const packBackward = layers.slice(1).map((layer) =>
    kernels.pack(layer, { from: parameters, transposed: true })
  );
  return { ...graph, gradients, packBackward, backward };
}
