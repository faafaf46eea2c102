import { assert, assertAlmostEquals, assertEquals } from "npm:deno-std@1.4.0/assert/mod.js";
import { STEP_PARTS } from "../codec/coded/lossy_steps.ts";
import { NO_METADATA } from "../codec/image/metadata.ts";
import { CODER_CELLS, CODER_GEOMETRIES, type CoderStep } from "../codec/lattice/coder_steps.ts";
import { CoderBatch } from "../train/coder_batch.ts";
import { architectureOf, DEFAULT_CODER_RECIPE } from "../train/coder_recipe.ts";
import { lossyPhaseCost } from "../train/lossy_likelihood.ts";
import { type Crop, cropSize, uploadTiles } from "../train/photo_tiles.ts";
import { INPUT_CENTRE, INPUT_UNIT, OUTPUTS_OF_PHASE, WIDTH_UNIT } from "../weights/coder_units.ts";
import { judgeRandomOutputs } from "./support/coder_batches.ts";
import { cropOf } from "./support/crops.ts";
import { withDevice } from "./support/device.ts";
import { renderScene } from "./support/scene.ts";
import { zeroGraph } from "./support/training.ts";

const STEPS: readonly CoderStep[] = ["diagonal", "quincunx"];

/** Noise of a photo's pixel from −½ to ½, as `lossy_gather.wgsl` has it. */
function noiseAt(x: number, y: number, { layer, tolerance }: { layer: number; tolerance: number }) {
  const v = Uint32Array.of(x, y, layer * 65536 + tolerance)
    .map((seed) => Math.imul(seed, 1664525) + 1013904223);
  const mix = () =>
    [0, 1, 2].forEach((at) => {
      v[at] = v[at]! + Math.imul(v[(at + 1) % 3]!, v[(at + 2) % 3]!);
    });
  mix();
  v.forEach((value, at) => v[at] = value ^ value >>> 16);
  mix();
  return Array.from(v, (value) => (value >>> 8) / 16777216 - 0.5);
}

/** Steps of Y, Co and Cg that cost the same. */
const FACTORS = [1, Math.sqrt(1.5), 1] as const;

function inRange(value: number, plane: number): number {
  const [least, most] = plane === 0 ? [0, 255] : [-127.5, 127.5];
  return Math.min(Math.max(value, least!), most!);
}

/** What decoders may know of a crop, and what is to be coded, in levels. */
function lossyPixels(crop: Crop & { tolerance: number }, options: {
  photo: { width: number; height: number; data: Uint8Array };
  size: { width: number; height: number };
}) {
  const { photo, size } = options;
  const colours = cropOf({ ...photo, channels: 3 }, crop, size).data;
  // The same cut of a picture whose samples say where they come from.
  const places = Uint8Array.from(photo.data, (_, at) => {
    const pixel = Math.floor(at / 3);
    return [pixel % photo.width, Math.floor(pixel / photo.width), 0][at % 3]!;
  });
  const from = cropOf({ ...photo, data: places, channels: 3 }, crop, size).data;
  const pixelAt = (x: number, y: number) => 3 * (y * size.width + x);
  const exact = (x: number, y: number) => {
    const at = pixelAt(x, y);
    const [r, g, b] = [colours[at]!, colours[at + 1]!, colours[at + 2]!];
    return [(r + 2 * g + b) / 4, (r - b) / 2, (2 * g - r - b) / 4];
  };
  const step = crop.tolerance / STEP_PARTS;
  const codedAround = (means: readonly number[], x: number, y: number, width: number) =>
    exact(x, y).map((value, plane) => {
      const [own, difference] = [width * FACTORS[plane]!, value - means[plane]!];
      const beyond = Math.abs(difference) / own - 0.6;
      const away = beyond <= 0
        ? 0
        : Math.sign(difference) * (0.6 + Math.floor(beyond) + 0.42) * own;
      return inRange(means[plane]! + away, plane);
    });
  const [columns, rows] = [size.width / 2, size.height / 2];
  const mirrored = (at: number, count: number) => count - 1 - Math.abs(count - 1 - Math.abs(at));
  const meanOf = (all: readonly (readonly number[])[]) =>
    [0, 1, 2].map((plane) => all.reduce((sum, values) => sum + values[plane]! / all.length, 0));
  /** Phase (0,0) of cells. */
  const corners = new Map<number, number[]>();
  const corner = (atX: number, atY: number): number[] => {
    const [x, y] = [mirrored(atX, columns), mirrored(atY, rows)];
    const found = corners.get(y * columns + x) ?? cornerInside(x, y);
    corners.set(y * columns + x, found);
    return found;
  };
  const cornerInside = (x: number, y: number): number[] => {
    const around = (places: readonly (readonly [number, number])[]) =>
      codedAround(
        meanOf(places.map(([dx, dy]) => corner(x + dx, y + dy))),
        2 * x,
        2 * y,
        0.7 * step,
      );
    if (x % 2 === 1 && y % 2 === 1) return around([[1, 1], [-1, -1], [1, -1], [-1, 1]]);
    if (x % 2 === 1 || y % 2 === 1) return around([[1, 0], [-1, 0], [0, 1], [0, -1]]);
    const noise = noiseAt(from[pixelAt(2 * x, 2 * y)]!, from[pixelAt(2 * x, 2 * y) + 1]!, crop);
    return exact(2 * x, 2 * y).map((value, plane) =>
      inRange(value + noise[plane]! * 0.49 * step * FACTORS[plane]!, plane)
    );
  };
  const known = (x: number, y: number, phase: number): number[] => {
    if (phase === 0) return corner(x, y);
    const corners = [[0, 0], [1, 0], [0, 1], [1, 1]].map(([dx, dy]) => corner(x + dx!, y + dy!));
    return codedAround(meanOf(corners), 2 * x + 1, 2 * y + 1, step);
  };
  return { exact, known };
}

for (const step of STEPS) {
  Deno.test(
    `crops reach a network for lossy files as decoders know them, and cost what the reference says: ${step}`,
    withDevice(async (device) => {
      const { gpu } = device;
      const [batch, patch] = [8, 19];
      const architecture = architectureOf({
        ...DEFAULT_CODER_RECIPE,
        ...{ step, channels: 4, blocks: 0, lossy: true },
      });
      const { graph, factory } = zeroGraph(gpu, { architecture, batch, patch });
      const [geometry, cell] = [CODER_GEOMETRIES[step], CODER_CELLS[step]];
      const shape = { geometry, cell, batch, patch, graph, factory };
      const feed = new CoderBatch(gpu, { ...shape, lossy: true });
      const photo = renderScene({ width: 150, height: 150, seed: 2 });
      const tiles = uploadTiles(device, [{ ...photo, metadata: NO_METADATA }]);
      const crops = Array.from({ length: batch }, (_, index) => ({
        layer: 0,
        x: 3 * index,
        y: 30 - 4 * index,
        symmetry: index,
        spacing: index % 4 < 2 ? 1 : 3,
        tolerance: Math.round(STEP_PARTS * 0.75 * 1.7 ** index),
      }));
      const channels = architecture.outputs;
      const phases = batch * patch * patch * geometry.missing;
      const given = { feed, graph, tiles, crops, phases, channels };
      const { outputs, input, gradient, sums } = await judgeRandomOutputs(device, given);
      const [bits] = sums;

      let expectedBits = 0;
      const found = { equal: 0, rounded: 0, steep: 0, near: 0 };
      crops.forEach((crop, image) => {
        const size = cropSize({ cell, patch });
        const { exact, known } = lossyPixels(crop, { photo, size });
        const kept = (x: number, y: number, phase: number) => {
          const inside = (place: number) => Math.min(Math.max(place, 0), patch - 1);
          return known(inside(x), inside(y), phase);
        };
        for (let cellAt = 0; cellAt < patch * patch; cellAt++) {
          const [x, y] = [cellAt % patch, Math.floor(cellAt / patch)];
          const read = (channel: number) =>
            input.at({ image, x, y, channels: architecture.inputs, channel });
          for (let channel = 0; channel < 3 * geometry.kept; channel++) {
            const level = kept(x, y, Math.floor(channel / 3))[channel % 3]!;
            const whole = Math.floor(level + 0.5) - (channel % 3 === 0 ? INPUT_CENTRE : 0);
            const isEqual = read(channel) === whole / INPUT_UNIT;
            // Floats may round the other way where a level is nearly a half.
            assert(isEqual || Math.abs(level - Math.floor(level) - 0.5) < 1e-3, `${level}`);
            found[isEqual ? "equal" : "rounded"]++;
          }
          assertAlmostEquals(
            read(3 * geometry.kept),
            Math.log2(crop.tolerance / STEP_PARTS) / WIDTH_UNIT,
            1e-6,
          );
          for (let phase = 0; phase < geometry.missing; phase++) {
            const [dx, dy] = cell.missing[phase]!;
            const values = exact(2 * x + dx!, 2 * y + dy!);
            const base = values.map((_, plane) =>
              geometry.base[phase]!.reduce(
                (sum, tap) => sum + tap.weight * kept(x + tap.dx, y + tap.dy, tap.phase)[plane]!,
                0,
              )
            );
            const from = cellAt * channels + phase * OUTPUTS_OF_PHASE;
            const cost = lossyPhaseCost(
              outputs[image]!.subarray(from, from + OUTPUTS_OF_PHASE),
              { base, values, step: crop.tolerance / STEP_PARTS },
            );
            expectedBits += cost.bits;
            cost.gradient.forEach((value, output) => {
              const channel = phase * OUTPUTS_OF_PHASE + output;
              const there = gradient.at({ image, x, y, channels, channel }) * feed.samples;
              const isNear = Math.abs(there - value) <= 1e-3 * (1 + Math.abs(value));
              found[isNear ? "near" : "steep"]++;
            });
          }
        }
      });
      assert(found.rounded < 1e-3 * found.equal, JSON.stringify(found));
      // At the edge of a bin floats may fall on the other side.
      assert(found.steep < 1e-3 * found.near, JSON.stringify(found));
      assertAlmostEquals(bits!, expectedBits, 1e-4 * expectedBits);
      assertEquals(feed.samples, batch * patch * patch * geometry.missing * 3);
    }),
  );
}
