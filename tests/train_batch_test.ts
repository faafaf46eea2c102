import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertNotEquals,
} from "npm:deno-std@1.4.0/assert/mod.js";
import { NO_METADATA } from "../codec/image/metadata.ts";
import { splitCells } from "../codec/lattice/cells.ts";
import { GEOMETRIES } from "../codec/lattice/geometries.ts";
import { STEP_CELLS, type StepName } from "../codec/lattice/steps.ts";
import { readBuffer } from "../gpu/device.ts";
import { encodeDispatches } from "../gpu/dispatch.ts";
import { DrawingBatch } from "../train/drawing_batch.ts";
import { initialState, Optimiser } from "../train/optimiser.ts";
import { DispatchFactory } from "../train/dispatch_factory.ts";
import { Random } from "../train/random.ts";
import { recipeArchitecture } from "../train/recipe.ts";
import {
  type Crop,
  cropSize,
  randomCrop,
  uploadTiles,
  validationCrops,
} from "../train/photo_tiles.ts";
import { downloadTexels, uploadTexels } from "../train/texels.ts";
import { cropOf, interpolate } from "./support/crops.ts";
import { openTestDevice, withDevice } from "./support/device.ts";
import { renderScene } from "./support/scene.ts";
import { zeroGraph } from "./support/training.ts";

const SHAPE = { channels: 4, blocks: 0 };

for (const step of ["quincunx", "grid", "rows"] as StepName[]) {
  const test = `a crop reaches the network as its cells, in all symmetries and spacings: ${step}`;
  const body = withDevice(async (device) => {
    const { gpu } = device;
    const patch = 6;
    const batch = 8;
    const cell = STEP_CELLS[step];
    const geometry = GEOMETRIES[step];
    const size = cropSize({ cell, patch });
    const image = renderScene({ width: 600, height: 60, seed: 2 });
    const tiles = uploadTiles(device, [{ ...image, metadata: NO_METADATA }]);
    // 600 columns are two tiles of 512, the second one starting at column 88.
    assertEquals(tiles.sizes.length, 2);
    const crops = Array.from({ length: batch }, (_, index) => ({
      layer: index % 2,
      x: 17 * index,
      y: 3 * index,
      symmetry: index,
      spacing: index % 4 < 2 ? 1 : 3,
    }));
    const architecture = recipeArchitecture(SHAPE, geometry);
    const { graph, factory } = zeroGraph(gpu, { architecture, batch, patch });
    const feed = new DrawingBatch(gpu, { geometry, cell, batch, patch, graph, factory });
    feed.setCrops(crops);
    feed.setLoss("squared");
    // The output is still zero, so the loss's gradient is −2 × residual / samples.
    const encoder = gpu.createCommandEncoder();
    encodeDispatches(encoder, [feed.gather(tiles), ...feed.loss]);
    gpu.queue.submit([encoder.finish()]);
    const input = await downloadTexels(gpu, { texture: graph.input, border: 0 });
    const gradient = await downloadTexels(gpu, { texture: graph.outputGradient, border: 2 });

    crops.forEach((crop, index) => {
      const place = { ...crop, x: crop.x + 88 * crop.layer };
      const { kept, missing } = splitCells(cropOf(image, place, size), step);
      for (let y = 0; y < patch; y++) {
        for (let x = 0; x < patch; x++) {
          for (let c = 0; c < 3; c++) {
            for (let phase = 0; phase < geometry.kept; phase++) {
              const value = kept.data[((phase * patch + y) * patch + x) * 4 + c]! / 255 - 0.5;
              const channels = geometry.kept * 3;
              assertAlmostEquals(
                input.at({ image: index, channels, x, y, channel: phase * 3 + c }),
                value,
                1e-6,
              );
            }
            for (let phase = 0; phase < geometry.missing; phase++) {
              const target = missing.data[((phase * patch + y) * patch + x) * 4 + c]! / 255;
              const residual = target - interpolate(geometry, kept, { phase, x, y, c });
              const channels = geometry.missing * 3;
              const found = gradient.at({ image: index, channels, x, y, channel: phase * 3 + c });
              assertAlmostEquals(found, -2 * residual / feed.samples, 1e-6 / feed.samples * 10);
            }
          }
        }
      }
    });
  });
  Deno.test(test, body);
}

// Less than one workgroup of the loss, and several with rows that come round again.
for (const patch of [5, 19]) {
  const test =
    `the loss and its gradient are those of the definition, for every loss: patches of ${patch} cells`;
  const body = withDevice(async (device) => {
    const { gpu } = device;
    const [batch, step] = [2, "grid"] as const;
    const geometry = GEOMETRIES[step];
    const architecture = recipeArchitecture(SHAPE, geometry);
    const { graph, factory } = zeroGraph(gpu, { architecture, batch, patch });
    const cell = STEP_CELLS[step];
    const feed = new DrawingBatch(gpu, { geometry, cell, batch, patch, graph, factory });
    const data = new Uint8Array(40 * 40 * 3);
    const black = { width: 40, height: 40, channels: 3, data, metadata: NO_METADATA } as const;
    const tiles = uploadTiles(device, [black]);
    const random = new Random(3);
    const samples = patch * patch * 9;
    const outputs = Array.from(
      { length: batch },
      () => Float64Array.from({ length: samples }, () => Math.fround(random.normal())),
    );
    outputs.forEach((values, image) =>
      uploadTexels(gpu, { texture: graph.output, values, channels: 9, image })
    );
    feed.setCrops([{ layer: 0, x: 0, y: 0, symmetry: 0, spacing: 1 }]);
    const all = outputs.flatMap((values) => [...values]);
    const errors = outputs.map((values) =>
      values.reduce((sum, value) => sum + value * value, 0) / samples
    );
    for (const loss of ["absolute", "squared", "psnr"] as const) {
      feed.setLoss(loss);
      const encoder = gpu.createCommandEncoder();
      // A black photo has no residual: the output is the difference.
      encodeDispatches(encoder, [feed.gather(tiles), ...feed.loss, feed.addToTotal]);
      gpu.queue.submit([encoder.finish()]);
      const gradient = await downloadTexels(gpu, { texture: graph.outputGradient, border: 2 });
      outputs.forEach((values, image) =>
        values.forEach((value, at) => {
          const cell = Math.floor(at / 9);
          const place = { x: cell % patch, y: Math.floor(cell / patch), channel: at % 9 };
          const slope = {
            absolute: Math.sign(value),
            squared: 2 * value,
            psnr: 2 * value / (errors[image]! + 1e-6),
          }[loss];
          assertAlmostEquals(
            gradient.at({ image, channels: 9, ...place }),
            slope / (samples * batch),
            1e-8,
          );
        })
      );
    }
    const [absolute, squared, steps] = new Float32Array(
      (await readBuffer(gpu, { buffer: feed.total })).buffer,
    );
    const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);
    assertEquals(steps, 3);
    assertAlmostEquals(absolute!, 3 * sum(all.map(Math.abs)), 1e-2);
    assertAlmostEquals(squared!, 3 * sum(all.map((value) => value * value)), 1e-2);
  });
  Deno.test(test, body);
}

Deno.test("updates are those of Adam, clipped against outliers, bounded, and averaged", async () => {
  const { gpu } = await openTestDevice();
  // Enough for several workgroups of the norm's first stage.
  const length = 20_011;
  const random = new Random(4);
  const start = Float32Array.from({ length }, () => random.normal());
  const bounds = Float32Array.from(
    { length },
    (_, at) => at % 10 === 0 ? start[at]! - 0.015 : -3e38,
  );
  const optimiser = new Optimiser(gpu, { state: initialState(start), bounds });
  const gradients = gpu.createBuffer({
    size: length * 4,
    usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST,
  });
  const dispatches = optimiser.dispatches({ gradients, factory: new DispatchFactory(gpu), length });

  const parameters = Float64Array.from(start);
  const averages = Float64Array.from(start);
  const [first, second] = [new Float64Array(length), new Float64Array(length)];
  let normAverage = 0;
  let clippedOnce = false;
  for (let step = 0; step < 12; step++) {
    const scale = step === 8 ? 100 : 1;
    const gradient = Float32Array.from({ length }, () => scale * random.normal());
    gpu.queue.writeBuffer(gradients, 0, gradient);
    optimiser.setStep(step, { rate: 0.01, averageDecay: 0.5 });
    const encoder = gpu.createCommandEncoder();
    encodeDispatches(encoder, dispatches);
    gpu.queue.submit([encoder.finish()]);

    const norm = Math.hypot(...gradient);
    if (step === 0) normAverage = norm;
    const clipped = Math.min(norm, 2 * normAverage);
    clippedOnce ||= clipped < norm;
    normAverage = 0.98 * normAverage + 0.02 * clipped;
    const keep = Math.min(0.5, (1 + step) / (10 + step));
    for (let at = 0; at < length; at++) {
      const g = gradient[at]! * clipped / norm;
      first[at] = 0.9 * first[at]! + 0.1 * g;
      second[at] = 0.999 * second[at]! + 0.001 * g * g;
      const [m, v] = [
        first[at]! / (1 - 0.9 ** (step + 1)),
        second[at]! / (1 - 0.999 ** (step + 1)),
      ];
      parameters[at] = Math.max(parameters[at]! - 0.01 * m / (Math.sqrt(v) + 1e-8), bounds[at]!);
      averages[at] = keep * averages[at]! + (1 - keep) * parameters[at]!;
    }
  }
  const read = async (buffer: GPUBuffer) =>
    new Float32Array((await readBuffer(gpu, { buffer })).buffer);
  const found = await read(optimiser.buffers.parameters);
  const foundAverages = await read(optimiser.buffers.averages);
  gpu.destroy();
  assert(clippedOnce, "no gradient was an outlier");
  let bounded = 0;
  for (let at = 0; at < length; at++) {
    assertAlmostEquals(found[at]!, parameters[at]!, 2e-5);
    assertAlmostEquals(foundAverages[at]!, averages[at]!, 2e-5);
    if (found[at] === bounds[at]) bounded++;
  }
  assert(bounded > 10, `only ${bounded} values reached their bound`);
});

Deno.test("crops lie inside their tiles and use every tile, symmetry and spacing", () => {
  const tiles = {
    texture: {} as GPUTexture,
    sizes: [{ width: 40, height: 24 }, { width: 23, height: 50 }],
  };
  const shape = { size: { width: 10, height: 12 }, spacings: [1, 2] };
  const random = new Random(5);
  const seen = new Set<string>();
  const assertInside = ({ layer, x, y, symmetry, spacing }: Crop) => {
    const [width, height] = symmetry & 4 ? [12, 10] : [10, 12];
    const tile = tiles.sizes[layer]!;
    assert(x >= 0 && x + (width - 1) * spacing < tile.width);
    assert(y >= 0 && y + (height - 1) * spacing < tile.height);
  };
  for (let index = 0; index < 4000; index++) {
    const crop = randomCrop(random, { ...shape, tiles });
    assertInside(crop);
    seen.add(`${crop.layer} ${crop.symmetry} ${crop.spacing}`);
  }
  assertEquals(seen.size, 32);
  const validation = validationCrops(tiles, { ...shape, count: 6 });
  validation.forEach(assertInside);
  assertEquals(validation.map(({ spacing }) => spacing), [1, 2, 1, 2, 1, 2]);
  assertEquals(validation, validationCrops(tiles, { ...shape, count: 6 }));
});

Deno.test("a choice of one spacing draws no random number of its own", () => {
  const tiles = { texture: {} as GPUTexture, sizes: [{ width: 90, height: 90 }] };
  const size = { width: 10, height: 10 };
  const draw = (spacings: number[]) => {
    const random = new Random(6);
    const crop = randomCrop(random, { tiles, size, spacings });
    return { state: random.state, symmetry: crop.symmetry };
  };
  assertEquals(draw([1]), draw([2]));
  assertNotEquals(draw([1]).state, draw([1, 2]).state);
});
