import { assert, assertAlmostEquals, assertEquals } from "npm:deno-std@1.4.0/assert/mod.js";
import { CODER_CELLS, CODER_GEOMETRIES, type CoderStep } from "../codec/lattice/coder_steps.ts";
import { NO_METADATA } from "../codec/image/metadata.ts";
import { type Device, readBuffer } from "../gpu/device.ts";
import { encodeDispatches } from "../gpu/dispatch.ts";
import { binCentre, representative } from "../codec/entropy/bins.ts";
import { CoderBatch } from "../train/coder_batch.ts";
import { phaseCost, type PhaseExample } from "../train/coder_likelihood.ts";
import { architectureOf, DEFAULT_CODER_RECIPE } from "../train/coder_recipe.ts";
import { cropSize, uploadTiles } from "../train/photo_tiles.ts";
import { Random } from "../train/random.ts";
import { downloadTexels, uploadTexels } from "../train/texels.ts";
import { INPUT_CENTRE, INPUT_UNIT, OUTPUTS_OF_PHASE, WIDTH_UNIT } from "../weights/coder_units.ts";
import { judgeRandomOutputs } from "./support/coder_batches.ts";
import { cropOf, type Pixels } from "./support/crops.ts";
import { withDevice } from "./support/device.ts";
import { renderScene } from "./support/scene.ts";
import { zeroGraph } from "./support/training.ts";

const STEPS: readonly CoderStep[] = ["diagonal", "quincunx"];

function makeBatch({ gpu }: Device, options: { step: CoderStep; batch: number; patch: number }) {
  const { step, batch, patch } = options;
  const architecture = architectureOf({ ...DEFAULT_CODER_RECIPE, step, channels: 4, blocks: 0 });
  const { graph, factory } = zeroGraph(gpu, { architecture, batch, patch });
  const [geometry, cell] = [CODER_GEOMETRIES[step], CODER_CELLS[step]];
  const feed = new CoderBatch(gpu, { geometry, cell, batch, patch, graph, factory });
  return { architecture, graph, geometry, cell, feed };
}

/** What stands for the samples of a crop where they are known within a tolerance, cell by cell. */
class Known {
  readonly #crop: Pixels;
  readonly #step: CoderStep;
  readonly #tolerance: number;

  constructor(crop: Pixels, { step, tolerance }: { step: CoderStep; tolerance: number }) {
    this.#crop = crop;
    this.#step = step;
    this.#tolerance = tolerance;
  }

  centre(x: number, y: number, { at, colour }: { at: readonly [number, number]; colour: number }) {
    const { width, data } = this.#crop;
    return binCentre(
      data[((2 * y + at[1]) * width + 2 * x + at[0]) * 3 + colour]!,
      this.#tolerance,
    );
  }

  /** A known phase; cells outside are the nearest inside. */
  kept(x: number, y: number, { phase, colour }: { phase: number; colour: number }): number {
    const last = this.#crop.width / 2 - 1;
    const inside = (place: number) => Math.min(Math.max(place, 0), last);
    const at = CODER_CELLS[this.#step].kept[phase]!;
    return representative(this.centre(inside(x), inside(y), { at, colour }));
  }

  /** What is to be coded of a cell's phase, in the order G, R, B. */
  coded(x: number, y: number, phase: number): PhaseExample {
    const colours = [1, 0, 2];
    const taps = CODER_GEOMETRIES[this.#step].base[phase]!;
    return {
      base: colours.map((colour) =>
        taps.reduce(
          (sum, { phase, dx, dy, weight }) =>
            sum + weight * this.kept(x + dx, y + dy, { phase, colour }),
          0,
        )
      ),
      centres: colours.map((colour) =>
        this.centre(x, y, { at: CODER_CELLS[this.#step].missing[phase]!, colour })
      ),
      tolerance: this.#tolerance,
    };
  }
}

for (const step of STEPS) {
  Deno.test(
    `crops reach a coder network quantised, in all symmetries and spacings, and cost what the reference says: ${step}`,
    withDevice(async (device) => {
      // More columns than a workgroup of the loss takes, and rows that come round again.
      const [batch, patch] = [8, 19];
      const { architecture, graph, geometry, cell, feed } = makeBatch(device, {
        ...{ step, batch, patch },
      });
      const scene = renderScene({ width: 150, height: 150, seed: 2 });
      // Black and white, which are in bins without an end.
      const data = scene.data.map((value) => value < 70 ? 0 : value > 215 ? 255 : value);
      const image = { ...scene, data };
      const tiles = uploadTiles(device, [{ ...image, metadata: NO_METADATA }]);
      const crops = Array.from({ length: batch }, (_, index) => ({
        layer: 0,
        x: 3 * index,
        y: 30 - 4 * index,
        symmetry: index,
        spacing: index % 4 < 2 ? 1 : 3,
        tolerance: [0, 0, 1, 2, 3, 6, 9, 16][index]!,
      }));
      const channels = architecture.outputs;
      const phases = batch * patch * patch * geometry.missing;
      const given = { feed, graph, tiles, crops, phases, channels };
      const { outputs, input, gradient, sums } = await judgeRandomOutputs(device, given);
      const [bits, rest, steps] = sums;

      assertEquals(feed.samples, batch * patch * patch * geometry.missing * 3);
      let expectedBits = 0;
      const open = { first: 0, last: 0 };
      crops.forEach((crop, image) => {
        const { tolerance } = crop;
        const size = cropSize({ cell, patch });
        const known = new Known(cropOf({ ...scene, data }, crop, size), { step, tolerance });
        for (let cellAt = 0; cellAt < patch * patch; cellAt++) {
          const [x, y] = [cellAt % patch, Math.floor(cellAt / patch)];
          const place = { image, x, y };
          for (let channel = 0; channel < 3 * geometry.kept; channel++) {
            const [phase, colour] = [Math.floor(channel / 3), channel % 3];
            const value = (known.kept(x, y, { phase, colour }) - INPUT_CENTRE) / INPUT_UNIT;
            assertEquals(input.at({ ...place, channels: architecture.inputs, channel }), value);
          }
          assertAlmostEquals(
            input.at({ ...place, channels: architecture.inputs, channel: 3 * geometry.kept }),
            Math.log2(2 * tolerance + 1) / WIDTH_UNIT,
            1e-6,
          );
          for (let phase = 0; phase < geometry.missing; phase++) {
            const coded = known.coded(x, y, phase);
            if (coded.centres.includes(0)) open.first++;
            if (coded.centres.some((centre) => centre + tolerance >= 255)) open.last++;
            const from = cellAt * channels + phase * OUTPUTS_OF_PHASE;
            const cost = phaseCost(outputs[image]!.subarray(from, from + OUTPUTS_OF_PHASE), coded);
            expectedBits += cost.bits;
            cost.gradient.forEach((value, output) => {
              const channel = phase * OUTPUTS_OF_PHASE + output;
              const found = gradient.at({ ...place, channels, channel }) * feed.samples;
              const error = Math.abs(found - value);
              assert(
                error <= 2e-4 * (1 + Math.abs(value)),
                `output ${output} of phase ${phase} in crop ${image}: ${found} for ${value}`,
              );
            });
          }
        }
      });
      assert(open.first > 50 && open.last > 50, JSON.stringify(open));
      assertEquals([rest, steps], [0, 1]);
      assertAlmostEquals(bits!, expectedBits, 1e-5 * expectedBits);
    }),
  );
}

Deno.test(
  "costs and gradients stay numbers however far off a network's outputs are",
  withDevice(async (device) => {
    const { gpu } = device;
    const [step, batch, patch] = ["quincunx", 2, 6] as const;
    const { architecture, graph, feed } = makeBatch(device, { step, batch, patch });
    const data = Uint8Array.from({ length: 40 * 40 * 3 }, (_, at) => [0, 7, 128, 255][at % 4]!);
    const tiles = uploadTiles(device, [
      { width: 40, height: 40, channels: 3, data, metadata: NO_METADATA },
    ]);
    const crop = { layer: 0, x: 1, y: 1, symmetry: 0, spacing: 1 };
    feed.setCrops([{ ...crop, tolerance: 0 }, { ...crop, tolerance: 16 }]);
    const channels = architecture.outputs;
    const random = new Random(5);
    for (const size of [1e2, 1e4]) {
      for (let image = 0; image < batch; image++) {
        const values = Float64Array.from(
          { length: patch * patch * channels },
          // Slopes as they may be; means and scales far out.
          (_, at) => (at % OUTPUTS_OF_PHASE < 6 ? size : 1) * random.normal(),
        );
        uploadTexels(gpu, { texture: graph.output, values, channels, image });
      }
      const encoder = gpu.createCommandEncoder();
      encodeDispatches(encoder, [feed.gather(tiles), ...feed.loss]);
      gpu.queue.submit([encoder.finish()]);
      const sums = new Float32Array((await readBuffer(gpu, { buffer: feed.partials })).buffer);
      assert(sums.every((value) => Number.isFinite(value) && value >= 0), `${sums}`);
      const gradient = await downloadTexels(gpu, { texture: graph.outputGradient, border: 2 });
      for (let at = 0; at < batch * patch * patch * channels; at++) {
        const cell = Math.floor(at / channels);
        const place = { x: cell % patch, y: Math.floor(cell / patch) % patch };
        const image = Math.floor(cell / (patch * patch));
        const value = gradient.at({ ...place, image, channels, channel: at % channels });
        assert(Number.isFinite(value), `${value}`);
      }
    }
  }),
);
