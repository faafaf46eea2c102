import {
  assert,
  assertEquals,
  assertNotEquals,
  assertThrows,
} from "npm:deno-std@1.4.0/assert/mod.js";
import { renderScene } from "./support/scene.ts";

/** Mean absolute difference of horizontal neighbours. */
function roughness({ width, height, data }: ReturnType<typeof renderScene>): number {
  let sum = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 1; x < width; x++) {
      sum += Math.abs(data[(y * width + x) * 3]! - data[(y * width + x - 1) * 3]!);
    }
  }
  return sum / (height * (width - 1));
}

Deno.test("the same seed and size draw the same scene, another seed another", () => {
  const size = { width: 60, height: 40 };
  assertEquals(renderScene({ ...size, seed: 3 }), renderScene({ ...size, seed: 3 }));
  assertNotEquals(renderScene({ ...size, seed: 3 }).data, renderScene({ ...size, seed: 4 }).data);
});

Deno.test("a scene of any size has a pixel for every position", () => {
  for (const [width, height] of [[1, 1], [1, 9], [9, 1], [7, 5], [64, 48]] as const) {
    assertEquals(renderScene({ width, height }).data.length, width * height * 3);
  }
});

Deno.test("a scene has dark and bright parts, colours and detail, as photos have", () => {
  const scene = renderScene({ width: 240, height: 160 });
  const sorted = scene.data.toSorted();
  assert(sorted[Math.floor(sorted.length * 0.02)]! < 50, "nothing is dark");
  assert(sorted[Math.floor(sorted.length * 0.98)]! > 200, "nothing is bright");
  const detail = roughness(scene);
  assert(detail > 3 && detail < 30, `neighbours differ by ${detail} levels`);
});

Deno.test("grain is added where it is wanted", () => {
  const size = { width: 120, height: 80 };
  const [smooth, grainy] = [0, 12].map((grain) => roughness(renderScene({ ...size, grain })));
  assert(grainy! > smooth! + 1, `${grainy} against ${smooth}`);
});

Deno.test("a size that is no whole number is refused", () => {
  for (const width of [0, -1, 1.5, NaN]) {
    assertThrows(() => renderScene({ width, height: 4 }), RangeError, `found ${width}`);
  }
});
