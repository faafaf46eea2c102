import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertStringIncludes,
  assertThrows,
} from "npm:deno-std@1.4.0/assert/mod.js";
import { drawGrowth } from "../bench/charts/growth.ts";
import { fitLine } from "../bench/charts/line.ts";

const SIZES = [0.25, 1, 4, 16, 40, 100];

Deno.test("a line through points that lie on one is that line", () => {
  const { start, slope, off } = fitLine(SIZES.map((x) => ({ x, y: 0.7 + 0.8 * x })));
  assertAlmostEquals(start, 0.7, 1e-9);
  assertAlmostEquals(slope, 0.8, 1e-9);
  assert(off < 1e-9);
});

Deno.test("what grows faster than its size is far from every line", () => {
  assert(fitLine(SIZES.map((x) => ({ x, y: 0.7 + x ** 1.5 }))).off > 0.2);
});

Deno.test("there is no line through points above one another, and none for a time of nothing", () => {
  assertThrows(() => fitLine([{ x: 1, y: 1 }, { x: 1, y: 2 }]), RangeError);
  assertThrows(() => fitLine([{ x: 1, y: 1 }, { x: 2, y: 0 }]), RangeError);
});

Deno.test("the chart shows every image and says what a megapixel takes", () => {
  const images = SIZES.map((megapixels) => ({ megapixels, wall: 0.5 + 0.75 * megapixels }));
  const svg = drawGrowth(images);
  assertStringIncludes(svg, "0.50 s and 0.75 s for every megapixel");
  const [, measured] = [...svg.matchAll(/<polyline points="([^"]+)"/g)];
  assertEquals(measured![1]!.split(" ").length, SIZES.length);
});
