import { assert, assertEquals } from "npm:deno-std@1.4.0/assert/mod.js";
import { compress } from "../codec/compress.ts";
import type { Image } from "../codec/image/image.ts";
import { ALL_LATTICES, describeLattice } from "../codec/lattice/lattice.ts";
import { psnr } from "../codec/image/metrics.ts";
import { keptMask } from "../codec/lattice/packing.ts";
import { restore } from "../codec/restore.ts";
import { spreadVisibleColours } from "../codec/image/visible_colours.ts";
import { openEngine } from "../gpu/engine.ts";
import { averagingEngine, noiseImage, pixelAt } from "./support/images.ts";
import { randomNetwork } from "./support/networks.ts";

const SIZE = { width: 48, height: 40 };

/** A disc, shaded and opaque; around it nothing, in colours that a program left there. */
function disc(garbage: (pixel: number) => readonly number[]): Image {
  const { width, height } = SIZE;
  const data = new Uint8Array(width * height * 4);
  for (let pixel = 0; pixel < width * height; pixel++) {
    const [x, y] = [pixel % width, Math.floor(pixel / width)];
    const inside = Math.hypot(x - 23, y - 19) < 15;
    data.set(inside ? [...shade(pixel), 255] : [...garbage(pixel), 0], 4 * pixel);
  }
  return { width, height, channels: 4, data, metadata: { chunks: [] } };
}

function shade(pixel: number): readonly number[] {
  const [x, y] = [pixel % SIZE.width, Math.floor(pixel / SIZE.width)];
  return [120 + x, 90 + 2 * y, 160 - x];
}

const BLACK = disc(() => [0, 0, 0]);
const GLARING = disc((pixel) => [255 * (pixel % 2), 255, 255 * (pixel % 3 % 2)]);

/** The missing pixels that are opaque in the original and that a restoration shows at all. */
function visibleMissing(original: Image, restored: Image): Uint8Array {
  const kept = keptMask(original, (restored as Awaited<ReturnType<typeof restore>>).lattice);
  return kept.map((keeps, pixel) =>
    keeps === 0 && original.data[4 * pixel + 3] === 255 && restored.data[4 * pixel + 3]! > 0 ? 1 : 0
  );
}

Deno.test("colours under zero alpha do not tint what is drawn beside them", async () => {
  // What the disc would be if it went on to the edges: the best that any filling can lead to.
  const whole = disc(shade);
  for (const { name: lattice, ratio } of ALL_LATTICES) {
    const options = { lattice, ratio };
    const draw = async (image: Image) =>
      await restore(await compress(image, options), averagingEngine());
    for (const image of [BLACK, GLARING]) {
      const restored = await draw(image);
      const mask = visibleMissing(image, restored);
      assert(mask.filter((counts) => counts === 1).length > 200);
      const quality = psnr(image, restored, { mask });
      const best = psnr(image, await draw(whole), { mask });
      const name = `${describeLattice(restored.lattice)}: ${quality.toFixed(1)} dB`;
      assert(quality > 34, name);
      assert(quality > Math.min(best, 60) - 12, `${name}, at best ${best.toFixed(1)} dB`);
    }
  }
});

Deno.test("what is seen does not depend on colours that are not seen, even through a network", async () => {
  const engine = await openEngine({ device: "cpu" });
  try {
    const network = (step: "quincunx" | "grid" | "rows") => Promise.resolve(randomNetwork(step));
    for (const { name: lattice, ratio } of ALL_LATTICES) {
      const [first, second] = await Promise.all(
        [BLACK, GLARING].map(async (image) =>
          await restore(await compress(image, { lattice, ratio }), { engine, network })
        ),
      );
      const mask = visibleMissing(BLACK, first!);
      assertEquals(psnr(first!, second!, { mask }), Infinity, `${lattice} ${ratio}`);
    }
  } finally {
    engine.close();
  }
});

Deno.test("colours under zero alpha survive at kept pixels, beside visible ones too", async () => {
  for (const { name: lattice, ratio } of ALL_LATTICES) {
    const restored = await restore(await compress(GLARING, { lattice, ratio }), averagingEngine());
    const mask = keptMask(GLARING, restored.lattice);
    assertEquals(psnr(GLARING, restored, { mask }), Infinity, `${lattice} ${ratio}`);
  }
});

Deno.test("visible colours spread outwards, weighted by their alpha", () => {
  const row = (...data: number[]): Image => ({
    width: data.length / 2,
    height: 1,
    channels: 2,
    data: Uint8Array.from(data),
    metadata: { chunks: [] },
  });
  const spread = spreadVisibleColours(row(9, 0, 9, 0, 100, 200, 9, 0, 200, 50));
  assertEquals([...spread.data], [100, 0, 100, 0, 100, 200, 120, 0, 200, 50]);
  const visible = row(1, 2, 3, 4);
  assertEquals(spreadVisibleColours(visible), visible);
  const nothing = row(1, 0, 3, 0);
  assertEquals(pixelAt(spreadVisibleColours(nothing), 0, 0), [1, 0]);
  const opaque = noiseImage({ ...SIZE, channels: 3, seed: 2 });
  assertEquals(spreadVisibleColours(opaque), opaque);
});
