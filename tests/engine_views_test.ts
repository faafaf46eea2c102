import {
  assert,
  assertEquals,
  assertRejects,
  assertThrows,
} from "npm:deno-std@1.4.0/assert/mod.js";
import { GEOMETRIES } from "../codec/lattice/geometries.ts";
import type { StepName } from "../codec/lattice/steps.ts";
import { symmetricViews } from "../codec/lattice/symmetric_views.ts";
import { kernelNames, openEngine } from "../gpu/engine.ts";
import type { Cells } from "../gpu/geometry.ts";
import { restoreCellsByReference } from "../gpu/reference_restoration.ts";
import type { RestoreCellsOptions } from "../gpu/restoration.ts";
import { checkViews, plainView, type View } from "../gpu/views.ts";
import { randomNetwork } from "./support/networks.ts";
import { makeCells } from "../bench/engine/problems.ts";

const STEPS = ["quincunx", "grid", "rows"] as const;
const SHAPES = [[1, 1], [12, 1], [7, 5], [33, 18]] as const;

/** Cells of a step, to be drawn through all of its symmetries. */
function symmetric(
  step: StepName,
  shape: { width: number; height: number },
): RestoreCellsOptions & { views: readonly View[] } {
  const geometry = GEOMETRIES[step];
  const kept = makeCells({ ...shape, phases: geometry.kept });
  const size = { width: 2 * shape.width, height: 2 * shape.height - 1 };
  const views = symmetricViews(kept, {
    step,
    size: step === "rows" ? { ...size, width: shape.width } : size,
  });
  return { geometry, kept, views };
}

function differences(found: Cells, expected: Cells): { largest: number; count: number } {
  assertEquals(found.data.length, expected.data.length);
  let [largest, count] = [0, 0];
  found.data.forEach((value, index) => {
    const difference = Math.abs(value - expected.data[index]!);
    largest = Math.max(largest, difference);
    if (difference > 0) count++;
  });
  return { largest, count };
}

for (const kernel of kernelNames()) {
  Deno.test(`averages through "${kernel}" stay within a grey level of the reference`, async () => {
    const engine = await openEngine({ kernel });
    let [samples, differing] = [0, 0];
    for (const step of STEPS) {
      const network = randomNetwork(step, { channels: 8, blocks: 1 });
      for (const [width, height] of SHAPES) {
        const options = symmetric(step, { width, height });
        const found = await engine.restoreCells(network, options);
        const expected = await restoreCellsByReference(network, options);
        const { largest, count } = differences(found, expected);
        assert(largest <= 1, `${step}, ${width} × ${height}: off by ${largest} grey levels`);
        samples += found.data.length;
        differing += count;
      }
    }
    assert(differing < samples / 1000, `${differing} of ${samples} samples differ`);
    engine.close();
  });
}

for (const device of ["cpu", "auto"] as const) {
  const where = device === "cpu" ? "the processor" : "the device";
  Deno.test(`on ${where}, averages do not depend on the tile size, bit for bit`, async () => {
    const engine = await openEngine({ device });
    for (const step of STEPS) {
      const network = randomNetwork(step, { channels: 4, blocks: 1 });
      const options = symmetric(step, { width: 37, height: 26 });
      const whole = await engine.restoreCells(network, options);
      for (const tile of [5, 20]) {
        const found = await engine.restoreCells(network, { ...options, tile });
        assertEquals(differences(found, whole).count, 0, `${step}, tiles of ${tile}`);
      }
    }
    engine.close();
  });

  Deno.test(`on ${where}, the image itself as its only view is what is drawn without views`, async () => {
    const engine = await openEngine({ device });
    const network = randomNetwork("quincunx", { channels: 4, blocks: 1 });
    const { geometry, kept } = symmetric("quincunx", { width: 23, height: 14 });
    const plain = await engine.restoreCells(network, { geometry, kept });
    const views = [plainView(kept, geometry)];
    assertEquals(await engine.restoreCells(network, { geometry, kept, views }), plain);
    engine.close();
  });

  Deno.test(`on ${where}, progress counts the tiles of all views, and work stops between them`, async () => {
    const engine = await openEngine({ device });
    const network = randomNetwork("rows", { channels: 4, blocks: 0 });
    const options = { ...symmetric("rows", { width: 20, height: 8 }), tile: 12 };
    const counts: number[] = [];
    const onProgress = (done: number, total: number) => counts.push(done / total);
    await engine.restoreCells(network, { ...options, onProgress });
    const all = 2 * options.views.length;
    assertEquals(counts, Array.from({ length: all }, (_, index) => (index + 1) / all));

    const controller = new AbortController();
    const { signal } = controller;
    const seen: number[] = [];
    const stop = (done: number) => {
      seen.push(done);
      if (done === 3) controller.abort(new Error("Enough"));
    };
    await assertRejects(
      () => engine.restoreCells(network, { ...options, signal, onProgress: stop }),
      Error,
      "Enough",
    );
    assertEquals(seen, [1, 2, 3]);
    engine.close();
  });
}

Deno.test("views that do not show the image are refused", async () => {
  const { geometry, kept, views: [view] } = symmetric("rows", { width: 4, height: 4 });
  const refuse = (views: readonly View[], message: string) =>
    assertThrows(() => checkViews(views, geometry), RangeError, message);
  refuse([], "at least one view");
  refuse([{ ...view!, right: [1, 1] }], "two different sides");
  refuse([{ ...view!, down: [-1, 0] }], "two different sides");
  refuse([{ ...view!, width: 0 }], "at least one cell");
  refuse([{ ...view!, places: [] }], "1 missing phases, found 0");
  refuse([{ ...view!, places: [{ phase: 1, x: 0, y: 0 }] }], "out of range");
  refuse([{ ...view!, places: [{ phase: 0, x: 0.5, y: 0 }] }], "out of range");
  const odd = { ...view!, kept: () => kept, width: 3 };
  await assertRejects(
    () => restoreCellsByReference(randomNetwork("rows"), { geometry, kept, views: [odd] }),
    RangeError,
    "asked for 1 phases of 3 × 4 cells",
  );
});
