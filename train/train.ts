/**
 * Training a network on photos, from the first step or from a checkpoint.
 *
 * @module
 */

import { coderForWriting } from "../weights/coder_choice.ts";
import { architectureOf, isCoderRecipe } from "./coder_recipe.ts";
import { initialiseNetwork } from "./initialise.ts";
import { leastSideOfStages } from "./photo_check.ts";
import { completeRecipe, type Recipe } from "./recipe.ts";
import { runRecipe } from "./run.ts";
import { stagesOf } from "./stages.ts";
import type { TrainOptions, TrainResult } from "./train_options.ts";
import { TrainingError } from "./training_error.ts";
import { codePhotos } from "./within_photos.ts";

/**
 * Trains a network.
 *
 * The same recipe, photos and start give the same network on the same device with the same kernels, which a checkpoint
 * records.
 *
 * @throws {TrainingError} if there are no photos, one is too small, or the recipe is out of range.
 * @throws {GpuError} if the device fails; a run with a checkpoint can be continued.
 *
 * @example
 * ```ts
 * import { type Image, NO_METADATA } from "@nnc/nnc";
 * import { encodeNetwork, openDevice } from "@nnc/nnc/engine";
 * import { train } from "@nnc/nnc/train";
 * import { ok } from "node:assert/strict";
 *
 * const [width, height] = [64, 64];
 * const photo = (phase: number): Image => {
 *   const data = Uint8Array.from({ length: width * height * 3 }, (_, i) => 128 + 99 * Math.sin(phase + i / 9));
 *   return { width, height, channels: 3, data, metadata: NO_METADATA };
 * };
 * const device = await openDevice();
 * if (device) {
 *   const { network, recipe } = await train({
 *     device,
 *     images: [photo(0), photo(1)],
 *     validation: [photo(2)],
 *     recipe: { step: "rows", tier: "mine", channels: 8, blocks: 1, patch: 16, steps: 4 },
 *   });
 *   const file = encodeNetwork(network, { step: recipe.step, tier: recipe.tier, base: "average" });
 *   ok(file.length > 0);
 *   device.gpu.destroy();
 * }
 * ```
 */
export async function train(options: TrainOptions): Promise<TrainResult> {
  const { network, resume } = options;
  const recipe = resume?.recipe ?? completeRecipe(options.recipe, network?.architecture);
  if (isCoderRecipe(recipe)) {
    throw new TrainingError("The checkpoint is of a coder network, not of one that draws");
  }
  const untrained = () => initialiseNetwork(architectureOf(recipe), { seed: recipe.seed });
  const photos = recipe.step === "within" ? await codeAll(recipe, options) : {};
  return { ...await runRecipe(recipe, { ...options, ...photos, untrained }), recipe };
}

/** The photos as lossy files give them back, of the shipped coder or one that is given. */
async function codeAll(
  recipe: Recipe,
  { images, validation, coder: own, workers, signal, onCoded }: TrainOptions,
): Promise<Pick<TrainOptions, "images" | "validation">> {
  const coder = await coderForWriting(undefined, { own, isLossy: true });
  const least = leastSideOfStages(stagesOf(recipe));
  const options = { ...coder, recipe, least, workers, signal };
  const total = images.length + validation.length;
  const report = (before: number, count: number) => (done: number, all: number) =>
    onCoded?.(before + count * done / all, total);
  return {
    images: await codePhotos(images, { ...options, onCoded: report(0, images.length) }),
    validation: await codePhotos(validation, {
      ...options,
      onCoded: report(images.length, validation.length),
    }),
  };
}
