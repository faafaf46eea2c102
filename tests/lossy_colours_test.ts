import { deepEqual, equal, ok } from "node:assert/strict";
import { type Bin, coloursInside, greyInside, toQuanta } from "../codec/coded/lossy_colours.ts";
import { octaveSteps, STEP_PARTS, stepLogarithm } from "../codec/coded/lossy_steps.ts";
import { LOSSY_RANGES, LossyBins } from "../codec/entropy/lossy_bins.ts";
import { Random } from "../train/random.ts";

/** Pixels of every channel's values. */
function allOf(values: readonly number[]): Uint8Array {
  return Uint8Array.from(
    values.flatMap((red) =>
      values.flatMap((green) => values.flatMap((blue) => [red, green, blue]))
    ),
  );
}

/** What a file may tell of a pixel: bins around middles up to a few steps away. */
function binsOf(
  quanta: readonly number[],
  { random, steps }: { random: Random; steps: readonly number[] },
): [Bin, Bin, Bin] {
  return quanta.map((value, plane) => {
    const range = LOSSY_RANGES[plane]!;
    const step = steps[plane]!;
    const away = random.below(6 * step + 1) - 3 * step;
    const middle = Math.max(range.least, Math.min(range.most, value + away));
    const bins = new LossyBins(middle, { step, range, shape: 0 });
    const bin = bins.binOf(value);
    return [...bins.bounds(bin), bins.representative(bin)] as const;
  }) as unknown as [Bin, Bin, Bin];
}

const SOME = [0, 1, 2, 3, 5, 9, 31, 64, 100, 127, 128, 200, 240, 250, 252, 253, 254, 255];

Deno.test("inside the bins of every colour at the edges of the gamut, one is found, at every step", () => {
  const data = allOf(SOME);
  const count = data.length / 3;
  const quanta = toQuanta({ width: count, height: 1, channels: 3, data }).data;
  const random = new Random(1);
  const found = new Uint8Array(3);
  for (const step of [0.5, 0.75, 1, 1.3, 2, 3.7, 8, 20, 48, 64]) {
    const { quanta: steps } = octaveSteps({ step: step * STEP_PARTS, chroma: 16, ratio: 45 }, {
      octave: 0,
      isGrey: false,
    });
    for (let pixel = 0; pixel < count; pixel++) {
      const at = 3 * pixel;
      const exact = [quanta[at + 1]!, quanta[at]!, quanta[at + 2]!];
      const bins = binsOf(exact, { random, steps });
      coloursInside(bins, { to: found, at: 0 });
      const again = toQuanta({ width: 1, height: 1, channels: 3, data: found }).data;
      [again[1]!, again[0]!, again[2]!].forEach((value, plane) =>
        ok(value >= bins[plane]![0] && value <= bins[plane]![1], `${exact}, step ${step}`)
      );
    }
  }
});

Deno.test("what is found is the nearest to what stands for the bins", () => {
  const random = new Random(2);
  const found = new Uint8Array(3);
  for (let round = 0; round < 30; round++) {
    const steps = [5 + random.below(30), 3 + random.below(20), 5 + random.below(30)];
    const pick = () => random.next() < 0.5 ? SOME[random.below(SOME.length)]! : random.below(256);
    const rgb = Uint8Array.from([pick(), pick(), pick()]);
    const [orange, luma, green] = toQuanta({ width: 1, height: 1, channels: 3, data: rgb }).data;
    const bins = binsOf([luma!, orange!, green!], { random, steps });
    coloursInside(bins, { to: found, at: 0 });
    const costOf = ([red, g, blue]: ArrayLike<number> & Iterable<number>) =>
      (4 * g! - bins[0][2] - bins[2][2]) ** 2 +
      2 * (2 * (red! + blue!) - bins[0][2] + bins[2][2]) ** 2 +
      8 * (red! - blue! - bins[1][2]) ** 2;
    const wanted = costOf(found);
    for (let other = 0; other < 20_000; other++) {
      const one = found.map((value) => value + random.below(41) - 20);
      const [o, l, c] = toQuanta({ width: 1, height: 1, channels: 3, data: one }).data;
      const isInside = [l!, o!, c!].every((value, plane) =>
        value >= bins[plane]![0] && value <= bins[plane]![1]
      );
      if (isInside) ok(costOf(one) >= wanted, `${one} rather than ${found}`);
    }
  }
});

Deno.test("a grey level inside its bin is found for every level and step", () => {
  const [range] = LOSSY_RANGES;
  for (let grey = 0; grey < 256; grey++) {
    for (const step of [4, 5, 7, 30, 200]) {
      for (let middle = 0; middle <= 1020; middle += 3) {
        const bins = new LossyBins(middle, { step, range, shape: 0 });
        const bin = bins.binOf(4 * grey);
        const [first, last] = bins.bounds(bin);
        const found = 4 * greyInside([first, last, bins.representative(bin)]);
        ok(first <= found && found <= last);
      }
    }
  }
});

Deno.test("bins that hold no colour give one all the same", () => {
  const found = new Uint8Array(3);
  coloursInside([[0, 3, 1], [200, 255, 210], [400, 510, 410]], { to: found, at: 0 });
  equal(found.length, 3);
});

Deno.test("steps are whole quanta that cost alike, and finer by the ratio an octave", () => {
  const settings = { step: 8 * STEP_PARTS, chroma: 16, ratio: 32 };
  const of = (octave: number, isGrey = false) => octaveSteps(settings, { octave, isGrey });
  deepEqual(of(0), { quanta: [32, 20, 32], logarithm: 48, isEven: false });
  deepEqual(of(1), { quanta: [16, 10, 16], logarithm: 32, isEven: false });
  // None is finer than half a level, or of grey one.
  deepEqual(of(5), { quanta: [2, 1, 2], logarithm: -7, isEven: false });
  equal(of(5, true).quanta[0], 4);
  deepEqual(octaveSteps({ ...settings, chroma: 32 }, { octave: 0, isGrey: false }).quanta, [
    32,
    39,
    64,
  ]);
});

Deno.test("networks are told steps in sixteenths of an octave", () => {
  deepEqual([0.1, 0.5, 0.75, 1, 1.5, 2, 3, 47, 64, 900].map(stepLogarithm), [
    -7,
    -7,
    -7,
    0,
    9,
    16,
    25,
    89,
    96,
    96,
  ]);
  for (let levels = 0.7; levels < 64; levels *= 1.01) {
    equal(stepLogarithm(levels), Math.max(-7, Math.round(16 * Math.log2(levels))));
  }
});
