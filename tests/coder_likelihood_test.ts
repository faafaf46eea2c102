import { assert, assertAlmostEquals, assertEquals } from "npm:deno-std@1.4.0/assert/mod.js";
import { binCentre, representative } from "../codec/entropy/bins.ts";
import { binCost, phaseCost } from "../train/coder_likelihood.ts";
import { Random } from "../train/random.ts";
import { LOG_SCALES, OUTPUTS_OF_PHASE } from "../weights/coder_units.ts";
import { randomOutputs, randomPhase } from "./support/coder_phases.ts";

const TOLERANCES = Array.from({ length: 17 }, (_, tolerance) => tolerance);

function centresOf(tolerance: number): number[] {
  return [
    ...new Set(Array.from({ length: 256 }, (_, value) => binCentre(value, tolerance))),
  ];
}

Deno.test("every value lies in the one bin whose centre stands for it, within the tolerance", () => {
  for (const tolerance of TOLERANCES) {
    for (let value = 0; value <= 255; value++) {
      const centre = binCentre(value, tolerance);
      assertEquals(centre % (2 * tolerance + 1), 0);
      const drawn = representative(centre);
      assert(drawn >= 0 && drawn <= 255 && Math.abs(drawn - value) <= tolerance);
      assertEquals(binCentre(drawn, tolerance), centre, "a second look finds the same bin");
    }
  }
});

Deno.test("the probabilities of all bins add up to one, whatever mean, scale and tolerance", () => {
  for (const tolerance of TOLERANCES) {
    for (const mean of [-40, 0, 0.3, 128.5, 254.9, 300]) {
      for (const logScale of [LOG_SCALES[0], -2, 0, 1.3, 5, LOG_SCALES[1]]) {
        const sum = centresOf(tolerance).reduce(
          (sum, centre) => sum + 2 ** -binCost({ mean, logScale, centre, tolerance }).bits,
          0,
        );
        assertAlmostEquals(sum, 1, 1e-9);
      }
    }
  }
});

Deno.test("a bin far off costs what its distance says, where its probability is no number any more", () => {
  const { bits, mean, logScale } = binCost({ mean: 10, logScale: -4, centre: 200, tolerance: 0 });
  // 189.5 grey levels to the bin's near end, 16 scales each.
  assertAlmostEquals(bits, 189.5 * 16 / Math.LN2, 1e-3);
  assertAlmostEquals(mean, -16 / Math.LN2, 1e-9);
  assertAlmostEquals(logScale, -189.5 * 16, 1e-3);
});

Deno.test("the gradient of a phase's cost agrees with finite differences, for every output", () => {
  const random = new Random(1);
  const seen = { first: 0, last: 0, near: 0 };
  for (let trial = 0; trial < 400; trial++) {
    const phase = randomPhase(random);
    const outputs = randomOutputs(random);
    const { gradient } = phaseCost(outputs, phase);
    assertEquals(gradient.length, OUTPUTS_OF_PHASE);
    const step = 1e-5;
    outputs.forEach((_, place) => {
      const moved = (by: number) => {
        const copy = Float64Array.from(outputs);
        copy[place]! += by;
        return phaseCost(copy, phase).bits;
      };
      const difference = (moved(step) - moved(-step)) / (2 * step);
      assertAlmostEquals(gradient[place]!, difference, 1e-4 * (1 + Math.abs(difference)));
    });
    if (phase.centres.includes(0)) seen.first++;
    if (phase.centres.some((centre) => centre + phase.tolerance >= 255)) seen.last++;
    if (phase.tolerance > 0) seen.near++;
  }
  assert(Object.values(seen).every((count) => count > 20), JSON.stringify(seen));
});

Deno.test("an output of 1 corrects a mean by 8 grey levels, and means follow the colours known before by the slopes", () => {
  const base = [100, 100, 100];
  const bits = (outputs: number[], centres: number[]) =>
    phaseCost(outputs, { base, centres, tolerance: 0 }).bits;
  assert(bits([1, -0.5, 2, -4, -4, -4, 0, 0, 0], [108, 96, 116]) < 0.01);
  // A colour that is 10 above its mean, at a scale of 8.
  const far = binCost({ mean: 100, logScale: 3, centre: 110, tolerance: 0 }).bits;
  // G is; R follows by half of that, so is where it should be; B follows by a tenth of what G is.
  const followG = [0, 0, 0, 3, -4, -4, 0.5, 0.1, 7];
  assertAlmostEquals(bits(followG, [110, 105, 101]), far, 0.01);
  // R is 10 above what G makes of it; B follows by two fifths of that.
  const followR = [0, 0, 0, 3, 3, -4, 0.5, 0.1, 0.4];
  assertAlmostEquals(bits(followR, [110, 115, 105]), 2 * far, 0.01);
});

Deno.test("a scale beyond its bounds counts as the bound, and only what brings it back has a gradient", () => {
  const [least, most] = LOG_SCALES;
  const phase = { base: [100, 100, 100], centres: [100, 100, 160], tolerance: 0 };
  const outputs = (scale: number) => [0, 0, 0, scale, scale, scale, 0, 0, 0];
  const [low, bottom] = [phaseCost(outputs(least - 3), phase), phaseCost(outputs(least), phase)];
  assertEquals(low.bits, bottom.bits);
  // G and R are right at their means and would be narrower still; B is far off and must come back.
  assertEquals(low.gradient.slice(3, 5), Float64Array.of(0, 0));
  assert(low.gradient[5]! < 0 && low.gradient[5] === bottom.gradient[5]);
  const [high, top] = [phaseCost(outputs(most + 3), phase), phaseCost(outputs(most), phase)];
  assertEquals(high.bits, top.bits);
  assertEquals(high.gradient.slice(3, 6), top.gradient.slice(3, 6));
  assert(high.gradient.slice(3, 6).every((gradient) => gradient > 0));
});
