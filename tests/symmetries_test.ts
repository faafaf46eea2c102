import { assert, assertEquals } from "npm:deno-std@1.4.0/assert/mod.js";
import { joinCells, splitCells } from "../codec/lattice/cells.ts";
import type { Image } from "../codec/image/image.ts";
import { GEOMETRIES } from "../codec/lattice/geometries.ts";
import type { StepName } from "../codec/lattice/steps.ts";
import { countViews, symmetricView, symmetricViews } from "../codec/lattice/symmetric_views.ts";
import { sizeSeen, SQUARE_SYMMETRIES, symmetriesOf } from "../codec/lattice/symmetries.ts";
import type { Network } from "../gpu/network.ts";
import {
  forward,
  interpolateCells,
  restoreCellsByReference,
} from "../gpu/reference_restoration.ts";
import type { View } from "../gpu/views.ts";
import { isKept, noiseImage } from "./support/images.ts";
import { randomNetwork, untrainedNetwork } from "./support/networks.ts";
import { samplesSeen, see, seenSize } from "./support/seen.ts";

const STEPS = ["quincunx", "grid", "rows"] as const;
const SIZES = [[1, 1], [1, 2], [2, 1], [1, 9], [8, 1], [7, 5], [8, 6], [7, 6], [8, 5]] as const;

function noise([width, height]: readonly [number, number]): Image {
  return noiseImage({ width, height, channels: 3, seed: width * 100 + height });
}

/** The image that an engine draws of the kept phases of another, through `views` if there are any. */
async function redraw(
  image: Image,
  { network, step, views }: {
    network: Network;
    step: StepName;
    views?: readonly View[] | undefined;
  },
): Promise<Uint8Array> {
  const { kept } = splitCells(image, step);
  const geometry = GEOMETRIES[step];
  const options = { geometry, kept, ...(views && { views }) };
  const missing = await restoreCellsByReference(network, options);
  return joinCells({ kept, missing }, { step, size: image, channels: 3 }).data;
}

Deno.test("eight symmetries of the square map quincunx and grid to themselves, and four map rows", () => {
  const sizes = STEPS.map((step) => symmetriesOf(step).length);
  assertEquals(sizes, [8, 8, 4]);
  for (const step of STEPS) {
    const lattice = { name: step, ratio: step === "grid" ? 4 : 2 } as const;
    for (const symmetry of SQUARE_SYMMETRIES) {
      const side = 9;
      const data = Uint8Array.from(
        { length: side * side },
        (_, at) => isKept(lattice, at % side, Math.floor(at / side)) ? 1 : 0,
      );
      const image: Image = { ...noise([side, side]), channels: 1, data };
      const isItself = see(image, { step, symmetry }).data.every((kept, at) => kept === data[at]);
      const name = `${step} ${JSON.stringify(symmetry)}`;
      assertEquals(symmetriesOf(step).includes(symmetry), isItself, name);
    }
  }
});

Deno.test("what a symmetry shows of an image keeps the pixels that the image keeps, at every size", () => {
  for (const step of STEPS) {
    const lattice = { name: step, ratio: step === "grid" ? 4 : 2 } as const;
    for (const size of SIZES) {
      const { width, height } = noise(size);
      for (const symmetry of symmetriesOf(step)) {
        const seeing = { step, symmetry };
        assertEquals(sizeSeen({ width, height }, seeing), seenSize({ width, height }, seeing));
        const across = sizeSeen({ width, height }, seeing).width;
        samplesSeen({ width, height, channels: 1 }, seeing).forEach((to, from) => {
          assertEquals(
            isKept(lattice, to % across, Math.floor(to / across)),
            isKept(lattice, from % width, Math.floor(from / width)),
          );
        });
      }
    }
  }
});

Deno.test("a restoration through a symmetry is that of the mirrored and turned image, mirrored and turned back", async () => {
  for (const step of STEPS) {
    const network = randomNetwork(step, { channels: 4, blocks: 1 });
    for (const size of SIZES) {
      const image = noise(size);
      const { kept } = splitCells(image, step);
      for (const symmetry of symmetriesOf(step)) {
        const views = [symmetricView(kept, { step, size: image, symmetry })];
        const found = await redraw(image, { network, step, views });
        const turned = await redraw(see(image, { step, symmetry }), { network, step });
        const back = samplesSeen(image, { step, symmetry });
        const expected = Uint8Array.from(back, (sample) => turned[sample]!);
        assertEquals(found, expected, `${step} ${size} ${JSON.stringify(symmetry)}`);
      }
    }
  }
});

/** What a network draws of an image's missing pixels, to the last bit, by the definitions alone. */
function drawExactly(image: Image, { network, step }: { network: Network; step: StepName }) {
  const { kept } = splitCells(image, step);
  const geometry = GEOMETRIES[step];
  const { width, height, phases, data } = kept;
  const cells = width * height;
  const x = Float64Array.from({ length: cells * phases * 3 }, (_, at) => {
    const channel = at % (phases * 3);
    const cell = Math.floor(at / (phases * 3));
    return data[(Math.floor(channel / 3) * cells + cell) * 4 + channel % 3]! / 255 - 0.5;
  });
  const y = forward(network, x, { width, height });
  const inside = (value: number, end: number) => Math.min(end - 1, Math.max(0, value));
  return Float64Array.from({ length: geometry.missing * cells * 4 }, (_, at) => {
    const cell = Math.floor(at / 4) % cells;
    const phase = Math.floor(at / 4 / cells);
    let level = at % 4 < 3 ? 255 * y[cell * geometry.missing * 3 + phase * 3 + at % 4]! : 0;
    for (const tap of geometry.base[phase]!) {
      const column = inside(cell % width + tap.dx, width);
      const row = inside(Math.floor(cell / width) + tap.dy, height);
      level += tap.weight * data[((tap.phase * height + row) * width + column) * 4 + at % 4]!;
    }
    return level;
  });
}

/** What a network draws of an image's negative, turned back. */
function drawNegative(image: Image, options: { network: Network; step: StepName }): Float64Array {
  const data = image.data.map((level) => 255 - level);
  return drawExactly({ ...image, data }, options).map((level) => 255 - level);
}

/** Moves levels of cells to their pixels by way of a table that {@link joinCells} fills. */
function joinLevels(levels: Float64Array, image: Image, step: StepName): Float64Array {
  const { kept } = splitCells(image, step);
  const joined = new Float64Array(image.data.length);
  for (let byte = 0; byte < 4; byte++) {
    const missing = {
      ...kept,
      phases: GEOMETRIES[step].missing,
      data: Uint8Array.from(levels, (_, at) => (at >> 2) >> (8 * byte)),
    };
    const { data } = joinCells({ kept, missing }, { step, size: image, channels: 3 });
    data.forEach((value, at) => joined[at]! += value * 256 ** byte);
  }
  return joined.map((cell, at) => levels[cell * 4 + at % 3] ?? 0);
}

Deno.test("eight views are averaged, for rows with negatives, and the exact levels are rounded once", async () => {
  for (const step of STEPS) {
    const network = randomNetwork(step, { channels: 4, blocks: 1 });
    let roundedTwice = 0;
    for (const size of SIZES) {
      const image = noise(size);
      const { kept } = splitCells(image, step);
      const views = symmetricViews(kept, { step, size: image });
      assertEquals([views.length, countViews(step)], [8, 8]);
      const sums = new Float64Array(image.data.length);
      const rounded = new Float64Array(image.data.length);
      for (const symmetry of symmetriesOf(step)) {
        const turned = see(image, { step, symmetry });
        for (const draw of step === "rows" ? [drawExactly, drawNegative] : [drawExactly]) {
          const levels = joinLevels(draw(turned, { network, step }), turned, step);
          samplesSeen(image, { step, symmetry }).forEach((sample, at) => {
            sums[at]! += levels[sample]!;
            rounded[at]! += Math.min(255, Math.max(0, Math.floor(levels[sample]! + 0.5)));
          });
        }
      }
      const found = await redraw(image, { network, step, views });
      const lattice = { name: step, ratio: step === "grid" ? 4 : 2 } as const;
      found.forEach((value, at) => {
        const pixel = Math.floor(at / 3);
        if (isKept(lattice, pixel % image.width, Math.floor(pixel / image.width))) {
          return assertEquals(value, image.data[at]);
        }
        const round = (sum: number) =>
          Math.min(255, Math.max(0, Math.floor(sum / views.length + 0.5)));
        assertEquals(value, round(sums[at]!), `${step} ${size}, sample ${at}`);
        if (round(rounded[at]!) !== value) roundedTwice++;
      });
    }
    assert(roundedTwice > 0, "nothing here tells one rounding from two");
  }
});

Deno.test("averaged, an untrained network is the interpolator, except where an edge is seen otherwise", async () => {
  for (const step of STEPS) {
    for (const size of [[21, 18], [16, 13]] as const) {
      const image = noise(size);
      const { width, height } = image;
      const { kept } = splitCells(image, step);
      const views = symmetricViews(kept, { step, size: image });
      const found = await redraw(image, { network: untrainedNetwork(step), step, views });
      const missing = interpolateCells(GEOMETRIES[step], kept);
      const { data } = joinCells({ kept, missing }, { step, size: image, channels: 3 });
      // Beyond an odd edge a quincunx repeats kept pixels of the same row, which, turned, are of the same column.
      for (let y = 1; y < height - 1; y++) {
        const [from, to] = [(y * width + 1) * 3, (y * width + width - 1) * 3];
        assertEquals(
          found.subarray(from, to),
          data.subarray(from, to),
          `${step} ${size}, row ${y}`,
        );
      }
    }
  }
});
