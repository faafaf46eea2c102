/**
 * Whether a device's textures hold the batches of a run, asked before anything is uploaded.
 *
 * @module
 */

import { quadsOf } from "../gpu/kernels/conv_kernel.ts";
import { type AnyRecipe, architectureOf } from "./coder_recipe.ts";
import { TrainingError } from "./training_error.ts";

/** Texture layers that a patch's widest activations take: one for every four channels. */
export function layersOfPatch(recipe: AnyRecipe): number {
  const { inputs, outputs, channels } = architectureOf(recipe);
  return quadsOf(Math.max(inputs, outputs, channels));
}

/**
 * Refuses batches whose activations take more layers than a texture of the device has.
 *
 * @throws {TrainingError} that says how many patches a batch may have.
 */
export function checkBatches(stages: readonly AnyRecipe[], { limits }: GPUDevice): void {
  const most = limits.maxTextureArrayLayers;
  for (const recipe of stages) {
    const { batch, channels } = recipe;
    const layers = layersOfPatch(recipe);
    if (batch * layers <= most) continue;
    throw new TrainingError(
      `A batch of ${batch} patches of ${channels} channels takes textures of ${
        batch * layers
      } layers, and this ` +
        `device's have at most ${most}. Choose a batch of at most ${Math.floor(most / layers)}`,
    );
  }
}
