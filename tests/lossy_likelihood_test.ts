import { assert, assertAlmostEquals, assertEquals } from "npm:deno-std@1.4.0/assert/mod.js";
import { lossyPhaseCost } from "../train/lossy_likelihood.ts";
import { Random } from "../train/random.ts";
import { MEAN_UNIT, OUTPUTS_OF_PHASE } from "../weights/coder_units.ts";
import { randomOutputs } from "./support/coder_phases.ts";

Deno.test("the gradient of a lossy phase's cost agrees with finite differences, inside the zero bin and beyond", () => {
  const random = new Random(1);
  const seen = { inside: 0, beyond: 0 };
  for (let trial = 0; trial < 400; trial++) {
    const step = 32 ** random.next();
    const base = [random.next() * 255, random.normal() * 40, random.normal() * 40];
    const values = base.map((value) => value + step * 2 * random.normal());
    const outputs = randomOutputs(random);
    const { gradient } = lossyPhaseCost(outputs, { base, values, step });
    assertEquals(gradient.length, OUTPUTS_OF_PHASE);
    const away = Math.abs(values[0]! - base[0]! - MEAN_UNIT * outputs[0]!) / step;
    seen[away < 0.6 ? "inside" : "beyond"]++;
    const nudge = 1e-6;
    outputs.forEach((_, place) => {
      const moved = (by: number) => {
        const other = outputs.map((value, at) => at === place ? value + by : value);
        return lossyPhaseCost(other, { base, values, step }).bits;
      };
      const slope = (moved(nudge) - moved(-nudge)) / (2 * nudge);
      const error = Math.abs(slope - gradient[place]!);
      // A difference that crosses from a bin into the next one leaps.
      if (Math.abs(moved(nudge) - moved(-nudge)) > 0.01 * step && error > 1) return;
      assert(error < 1e-3 * (1 + Math.abs(slope)), `${place}: ${gradient[place]} for ${slope}`);
    });
  }
  assert(seen.inside > 50 && seen.beyond > 50, JSON.stringify(seen));
});

Deno.test("a sample that is expected costs what its bin does, and a miss what its error is worth besides", () => {
  // Scales far below the step: the bin around the mean is certain.
  const outputs = [0, 0, 0, -4, -4, -4, 0, 0, 0];
  const phase = { base: [100, 3, -7], step: 8 };
  assertAlmostEquals(lossyPhaseCost(outputs, { ...phase, values: [100, 3, -7] }).bits, 0, 1e-9);
  const off = lossyPhaseCost(outputs, { ...phase, values: [102, 3, -7] }).bits;
  assertAlmostEquals(off, 6 / Math.LN2 / 16, 1e-9);
});

Deno.test("slopes act on what representatives tell: nothing of a sample in the zero bin", () => {
  const outputs = [0, 0, 0, 1, 1, 1, 2, 0, 0];
  const cost = (luma: number, orange: number) =>
    lossyPhaseCost(outputs, { base: [0, 0, 0], step: 8, values: [luma, orange, 0] });
  const alone = cost(0, 3).bits - cost(0, 0).bits;
  assertAlmostEquals(cost(4, 3).bits - cost(4, 0).bits, alone, 1e-9);
  // 0.6 + 0.5 − 0.08 steps above the mean, twice that for Co.
  assertAlmostEquals(
    cost(7, 2 * 1.02 * 8).bits - cost(7, 0).bits,
    cost(0, 0).bits - cost(0, 2 * 1.02 * 8).bits,
    1e-6,
  );
});
