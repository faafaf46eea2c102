import { assertEquals, assertRejects, assertThrows } from "npm:deno-std@1.4.0/assert/mod.js";
import { GEOMETRIES } from "../codec/lattice/geometries.ts";
import { convolve } from "../gpu/reference_convolution.ts";
import {
  forward,
  interpolateCells,
  restoreCellsByReference,
} from "../gpu/reference_restoration.ts";
import type { Layer } from "../gpu/network.ts";
import { randomNetwork, untrainedNetwork } from "./support/networks.ts";
import { largestDifference, makeCells, makeLayer, makePlane } from "../bench/engine/problems.ts";

/** The definition, with no care for speed. */
function convolveByDefinition(
  layer: Layer,
  x: Float64Array,
  { width, height }: { width: number; height: number },
): Float64Array {
  const { inputs, outputs, weights, bias, slopes } = layer;
  return Float64Array.from({ length: width * height * outputs }, (_, index) => {
    const output = index % outputs;
    const column = Math.floor(index / outputs) % width;
    const row = Math.floor(index / outputs / width);
    let sum = bias[output]!;
    for (let input = 0; input < inputs; input++) {
      for (let tap = 0; tap < 9; tap++) {
        const y = Math.min(height - 1, Math.max(0, row + Math.floor(tap / 3) - 1));
        const x0 = Math.min(width - 1, Math.max(0, column + (tap % 3) - 1));
        sum += weights[(output * inputs + input) * 9 + tap]! *
          x[(y * width + x0) * inputs + input]!;
      }
    }
    return slopes && sum < 0 ? sum * slopes[output]! : sum;
  });
}

Deno.test("the reference convolves as the definition says, on every odd shape", () => {
  const shapes = [[1, 1], [1, 6], [6, 1], [2, 2], [7, 5]];
  for (const [width, height] of shapes as [number, number][]) {
    for (const [inputs, outputs] of [[1, 1], [3, 5], [6, 8], [9, 2]] as [number, number][]) {
      for (const prelu of [false, true]) {
        const layer = makeLayer({ inputs, outputs }, { prelu });
        const { data } = makePlane({ width, height }, inputs);
        const found = convolve(layer, data, { width, height });
        const expected = convolveByDefinition(layer, data, { width, height });
        const message = `${inputs} to ${outputs} channels on ${width} × ${height}`;
        assertEquals(largestDifference(found, expected) < 1e-12, true, message);
      }
    }
  }
});

Deno.test("the reference refuses a plane that is not of the shape stated", () => {
  const layer = makeLayer({ inputs: 3, outputs: 4 }, { prelu: false });
  assertThrows(
    () => convolve(layer, new Float64Array(10), { width: 2, height: 2 }),
    RangeError,
    "found 10",
  );
});

Deno.test("a block adds what it computes to what it was given", () => {
  const network = randomNetwork("rows", { channels: 4, blocks: 2 });
  const shape = { width: 5, height: 4 };
  const { data } = makePlane(shape, 3);
  const [head, first, second, third, fourth, tail] = network.layers as Layer[];
  const h0 = convolve(head!, data, shape);
  const r0 = convolve(second!, convolve(first!, h0, shape), shape);
  const h1 = h0.map((value, index) => value + r0[index]!);
  const r1 = convolve(fourth!, convolve(third!, h1, shape), shape);
  const h2 = h1.map((value, index) => value + r1[index]!);
  assertEquals(largestDifference(forward(network, data, shape), convolve(tail!, h2, shape)), 0);
});

Deno.test("the interpolation averages, rounds halves up, and replicates edges", () => {
  // Two rows are kept, 10 and 13 in red; between them lies 11.5, below the last there is only the last.
  const kept = {
    width: 1,
    height: 2,
    phases: 1,
    data: Uint8Array.of(10, 0, 255, 7, 13, 1, 255, 8),
  };
  const { data, phases } = interpolateCells(GEOMETRIES.rows, kept);
  assertEquals(phases, 1);
  assertEquals([...data], [12, 1, 255, 8, 13, 1, 255, 8]);
});

Deno.test("an untrained network is the interpolator, byte for byte", async () => {
  for (const step of ["quincunx", "grid", "rows"] as const) {
    const geometry = GEOMETRIES[step];
    const kept = makeCells({ width: 13, height: 9, phases: geometry.kept });
    const found = await restoreCellsByReference(untrainedNetwork(step), { geometry, kept });
    assertEquals(found, interpolateCells(geometry, kept));
  }
});

Deno.test("the reference refuses a network for another lattice step", async () => {
  const kept = makeCells({ width: 3, height: 3, phases: 2 });
  await assertRejects(
    () => restoreCellsByReference(randomNetwork("grid"), { geometry: GEOMETRIES.quincunx, kept }),
    RangeError,
    "6 inputs and 6 outputs, found 3 and 9",
  );
});

Deno.test("cells with too few bytes, or taps out of range, are refused", () => {
  const kept = makeCells({ width: 3, height: 3, phases: 1 });
  const short = { ...kept, data: kept.data.subarray(4) };
  assertThrows(
    () => interpolateCells(GEOMETRIES.rows, short),
    RangeError,
    "take 36 bytes, found 32",
  );
  const far = { kept: 1, missing: 1, base: [[{ phase: 0, dx: 2, dy: 0, weight: 1 }]] };
  assertThrows(() => interpolateCells(far, kept), RangeError, "out of range");
});
