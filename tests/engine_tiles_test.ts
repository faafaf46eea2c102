import {
  assert,
  assertEquals,
  assertRejects,
  assertThrows,
} from "npm:deno-std@1.4.0/assert/mod.js";
import { GEOMETRIES } from "../codec/lattice/geometries.ts";
import { GpuError, kernelNames, openEngine } from "../gpu/engine.ts";
import { Convolution } from "../gpu/convolution.ts";
import { type Plane, runLayer } from "../gpu/run_layer.ts";
import { bestTile, bytesPerCell, checkRegion, largestTile } from "../gpu/tile_budget.ts";
import {
  type CellExtent,
  extentOf,
  haloOf,
  haloThrough,
  planTiles,
  REGION_ALIGNMENT,
} from "../gpu/tile_plan.ts";
import { SHAPED_KERNELS } from "./support/kernels.ts";
import { randomNetwork } from "./support/networks.ts";
import { makeCells, makeLayer, makePlane } from "../bench/engine/problems.ts";

const geometry = GEOMETRIES.quincunx;

Deno.test("tiles cover every cell once, inside regions that reach the halo or the edge of the image", () => {
  for (const [width, height] of [[1, 1], [5, 40], [33, 17], [64, 64], [100, 7]] as const) {
    for (const tile of [1, 4, 7, 16, 64, 1000]) {
      for (const halo of [0, 2, 10]) {
        const plan = planTiles({ width, height }, { tile, halo });
        const covered = new Uint8Array(width * height);
        for (const part of plan.tiles) {
          const most = Math.max(tile, REGION_ALIGNMENT);
          assert(part.width <= most && part.height <= most);
          assertEquals([part.regionX % REGION_ALIGNMENT, part.regionY % REGION_ALIGNMENT], [0, 0]);
          const right = part.regionX + part.regionWidth;
          const bottom = part.regionY + part.regionHeight;
          assert(part.regionX >= 0 && part.regionY >= 0 && right <= width && bottom <= height);
          assert(part.regionWidth <= plan.width && part.regionHeight <= plan.height);
          assert(part.regionX === 0 || part.x - part.regionX >= halo);
          assert(part.regionY === 0 || part.y - part.regionY >= halo);
          assert(right === width || right - (part.x + part.width) >= halo);
          assert(bottom === height || bottom - (part.y + part.height) >= halo);
          for (let y = part.y; y < part.y + part.height; y++) {
            for (let x = part.x; x < part.x + part.width; x++) covered[y * width + x]!++;
          }
        }
        assertEquals(covered.findIndex((count) => count !== 1), -1);
      }
    }
  }
});

Deno.test("small images are computed in regions no larger than they are", () => {
  const plan = planTiles({ width: 20, height: 3 }, { tile: 512, halo: 10 });
  assertEquals([plan.width, plan.height, plan.tiles.length], [20, 3, 1]);
});

Deno.test("tiles stay within the memory and the limits of the device, or are refused", () => {
  const roomy = { maxStorageBufferBindingSize: 2 ** 27, maxTextureDimension2D: 8192 };
  const shape = { width: 20000, height: 15000 };
  for (const activations of ["texture", "buffer"] as const) {
    const limits = { activations, ...roomy };
    for (const channels of [4, 16, 32, 64, 128]) {
      for (const blocks of [0, 2, 8, 16]) {
        const architecture = { inputs: 6, outputs: 6, channels, blocks };
        const down = haloOf(architecture);
        for (const across of [down, 2 * down]) {
          const budget = { architecture, halo: { width: across, height: down }, limits };
          for (const tile of [extentOf(largestTile(budget)), bestTile(shape, budget)]) {
            const plan = planTiles(shape, { tile, halo: budget.halo });
            checkRegion(plan, budget);
            const bytes = plan.width * plan.height * bytesPerCell(architecture);
            assert(bytes <= 200 * 2 ** 20, `${channels} × ${blocks}: ${bytes} bytes`);
            const plane = plan.width * plan.height * channels * 4;
            if (activations === "buffer") assert(plane <= roomy.maxStorageBufferBindingSize);
            else assert(Math.max(plan.width, plan.height) < roomy.maxTextureDimension2D);
          }
        }
      }
    }
    const architecture = { inputs: 6, outputs: 6, channels: 512, blocks: 128 };
    const halo = extentOf(haloOf(architecture));
    const huge = { width: 16 + 2 * halo.width, height: 16 + 2 * halo.height };
    const error = assertThrows(() => checkRegion(huge, { architecture, halo, limits }), GpuError);
    assertEquals(error.kind, "out-of-memory");
  }
});

Deno.test("tiles are chosen so that no more cells are computed than with square ones", () => {
  const architecture = { inputs: 6, outputs: 6, channels: 32, blocks: 4 };
  const limits = {
    activations: "texture",
    maxStorageBufferBindingSize: 2 ** 27,
    maxTextureDimension2D: 8192,
  } as const;
  for (const across of [10, 20]) {
    const halo = { width: across, height: 10 };
    const budget = { architecture, halo, limits };
    for (
      const [width, height] of [[61, 43], [1024, 683], [683, 1024], [2000, 1500], [6144, 4069]]
    ) {
      const shape = { width: width!, height: height! };
      const computed = (tile: number | CellExtent) =>
        planTiles(shape, { tile, halo }).tiles
          .reduce((sum, { regionWidth, regionHeight }) => sum + regionWidth * regionHeight, 0);
      const chosen = computed(bestTile(shape, budget));
      assert(chosen <= computed(largestTile(budget)), `${width} × ${height}: ${chosen} cells`);
      const fits = width! * height! * bytesPerCell(architecture) < 190 * 2 ** 20;
      if (fits) assertEquals(chosen, width! * height!);
    }
  }
});

for (const { name, kernel, openDevice } of SHAPED_KERNELS) {
  Deno.test(`cells beyond the halo of "${name}" change no bit of a tile`, async () => {
    const { gpu } = await openDevice();
    const convolution = new Convolution(gpu, kernel);
    for (const channels of [32, 64]) {
      const quads = channels / 4;
      const block = kernel.block?.({ inputQuads: quads, outputQuads: quads, epilogue: "prelu" });
      const layer = makeLayer({ inputs: channels, outputs: channels }, { prelu: true });
      const image = makePlane({ width: 45, height: 26 }, channels);
      const convolved = async (source: Plane): Promise<Plane> => ({
        ...source,
        data: await runLayer({ gpu, convolution }, { layer, source }),
      });
      let whole = image;
      for (let layers = 1; layers <= 4; layers++) {
        whole = await convolved(whole);
        const halo = { width: haloThrough(Array(layers).fill(block ?? 1)), height: layers };
        for (const part of planTiles(image, { tile: 16, halo }).tiles) {
          let found = cropPlane(image, {
            x: part.regionX,
            y: part.regionY,
            width: part.regionWidth,
            height: part.regionHeight,
          });
          for (let layer = 0; layer < layers; layer++) found = await convolved(found);
          const { width, height } = part;
          const inside = { x: part.x - part.regionX, y: part.y - part.regionY, width, height };
          const expected = cropPlane(whole, part).data;
          const index = cropPlane(found, inside).data.findIndex((value, at) =>
            value !== expected[at]
          );
          assertEquals(index, -1, `${layers} layers of ${channels}, tile ${part.x}, ${part.y}`);
        }
      }
    }
    gpu.destroy();
  });
}

function cropPlane(
  { width, height, data }: Plane,
  area: { x: number; y: number; width: number; height: number },
): Plane {
  const channels = data.length / (width * height);
  const cropped = new Float64Array(area.width * area.height * channels);
  for (let row = 0; row < area.height; row++) {
    const from = ((area.y + row) * width + area.x) * channels;
    cropped.set(
      data.subarray(from, from + area.width * channels),
      row * area.width * channels,
    );
  }
  return { width: area.width, height: area.height, data: cropped };
}

for (const kernel of kernelNames()) {
  Deno.test(`the result of "${kernel}" does not depend on the tile size, bit for bit`, async () => {
    const engine = await openEngine({ kernel });
    const network = randomNetwork("quincunx", { channels: 16, blocks: 2 });
    const kept = makeCells({ width: 61, height: 43, phases: 2 });
    const whole = await engine.restoreCells(network, { geometry, kept });
    for (const tile of [5, 9, 16, 30, 50, 61]) {
      const { data } = await engine.restoreCells(network, { geometry, kept, tile });
      assertEquals(data.findIndex((value, index) => value !== whole.data[index]), -1);
    }
    engine.close();
  });

  Deno.test(`"${kernel}" counts tiles, stops between them when asked to, and works afterwards`, async () => {
    const engine = await openEngine({ kernel });
    const network = randomNetwork("quincunx", { channels: 4, blocks: 1 });
    const kept = makeCells({ width: 40, height: 30, phases: 2 });
    const counts: [number, number][] = [];
    const onProgress = (done: number, total: number) => counts.push([done, total]);
    const whole = await engine.restoreCells(network, { geometry, kept, tile: 20, onProgress });
    assertEquals(counts, [[1, 4], [2, 4], [3, 4], [4, 4]]);

    const controller = new AbortController();
    const seen: number[] = [];
    const stop = (done: number) => {
      seen.push(done);
      if (done === 2) controller.abort(new Error("Enough"));
    };
    const { signal } = controller;
    await assertRejects(
      () => engine.restoreCells(network, { geometry, kept, tile: 20, signal, onProgress: stop }),
      Error,
      "Enough",
    );
    assertEquals(seen, [1, 2]);
    const again = await engine.restoreCells(network, { geometry, kept, tile: 20 });
    assertEquals(again, whole);
    engine.close();
  });
}

Deno.test("images that are restored at the same time do not disturb each other", async () => {
  const engine = await openEngine();
  const network = randomNetwork("quincunx", { channels: 8, blocks: 1 });
  const images = [[30, 20], [30, 20], [9, 50]].map(([width, height], index) => {
    const cells = makeCells({ width: width!, height: height!, phases: 2 });
    return { ...cells, data: cells.data.map((value) => value ^ index) };
  });
  const alone = [];
  for (const kept of images) alone.push(await engine.restoreCells(network, { geometry, kept }));
  const together = await Promise.all(
    images.map((kept) => engine.restoreCells(network, { geometry, kept })),
  );
  assertEquals(together, alone);
  engine.close();
});
