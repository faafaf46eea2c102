import { deepEqual, equal, ok, throws } from "node:assert/strict";
import { Adaptation } from "../codec/entropy/adaptation.ts";
import {
  binMiddle,
  binShape,
  LOSSY_RANGES,
  LossyBins,
  MOST_STEP,
} from "../codec/entropy/lossy_bins.ts";
import { PhaseProcessor } from "../codec/entropy/phase_processor.ts";
import { scaleStep, STEP_FACTORS } from "../codec/entropy/step_factors.ts";
import { REFERENCE_CODER } from "../codec/entropy/run_coder.ts";
import { Random } from "../train/random.ts";
import { copyOfLossy, lossyPhase, withoutQuanta } from "./support/lossy_phase.ts";
import { copyOf, copyOfPixels, noisyPixels } from "./support/noisy_phase.ts";

const STEPS = [[1, 1, 1], [3, 2, 3], [13, 8, 13], [60, 37, 60], [4000, 4096, 9]] as const;

Deno.test("every value lies in one bin of those around a middle, with what stands for it", () => {
  for (const range of LOSSY_RANGES) {
    for (const step of [1, 2, 3, 7, 40, 300, MOST_STEP]) {
      for (const middle of [range.least, range.least + 5, 0, 77, range.most - 1, range.most]) {
        const shape = (step + middle) & 63;
        const bins = new LossyBins(middle, { step, range, shape });
        let bin = bins.first;
        for (let value = range.least; value <= range.most; value++) {
          if (value > bins.bounds(bin)[1]) bin++;
          const [first, last] = bins.bounds(bin);
          ok(first <= value && value <= last);
          equal(bins.binOf(value), bin);
          const representative = bins.representative(bin);
          ok(first <= representative && representative <= last);
        }
        equal(bin, bins.last);
        equal(bins.representative(0), middle);
      }
    }
  }
});

Deno.test("a middle is whole and in its range, whatever is expected", () => {
  const [luma, orange] = LOSSY_RANGES;
  deepEqual([-1e9, 0.12, 0.13, 254.9, 1e9, NaN].map((level) => binMiddle(level, luma)), [
    0,
    0,
    1,
    1020,
    1020,
    1020,
  ]);
  deepEqual([-200, -0.3, -0.2, 300].map((level) => binMiddle(level, orange)), [-255, -1, 0, 255]);
});

Deno.test("WebAssembly writes the bytes of the reference for lossy samples, and reads them back", async () => {
  const processor = (await PhaseProcessor.open())!;
  let seed = 700;
  for (const [width, height] of [[1, 1], [1, 9], [9, 1], [16, 33]] as const) {
    for (const phase of [0, 1, 2]) {
      for (const steps of STEPS) {
        for (const colours of [1, 3] as const) {
          const isEven = seed % 2 === 0;
          const wanted = lossyPhase({ phase, width, height, steps, colours, seed: seed++, isEven });
          const found = { ...copyOf(wanted), lossy: copyOfLossy(wanted.lossy) };
          const decoded = { ...copyOf(wanted), lossy: withoutQuanta(wanted.lossy) };
          const again = { ...copyOf(wanted), lossy: withoutQuanta(wanted.lossy) };
          const exact = copyOfLossy(wanted.lossy);
          const known = [0, 1, 2, 3].map(() => new Adaptation());
          for (let first = 0; first < height; first += 16) {
            const end = Math.min(height, first + 16);
            const before = noisyPixels(wanted, { first, end, seed });
            const pixels = known.map(() => copyOfPixels(before));
            const bands = [wanted, found, decoded, again].map((one, index) => ({
              first,
              end,
              phases: [one],
              adaptation: known[index]!,
              pixels: pixels[index]!,
            }));
            const stream = REFERENCE_CODER.encode(bands[0]!);
            deepEqual(processor.encode(bands[1]!), stream);
            processor.decode(bands[2]!, stream);
            REFERENCE_CODER.decode(bands[3]!, stream);
            for (const plane of pixels) deepEqual(plane.data, pixels[0]!.data);
            for (const { weights, ratios, squares } of known) {
              deepEqual([weights, ratios, squares], [
                known[0]!.weights,
                known[0]!.ratios,
                known[0]!.squares,
              ]);
            }
          }
          deepEqual(found.lossy, wanted.lossy);
          for (const one of [decoded, again]) {
            for (let row = 0; row < height; row++) {
              for (let column = 0; column < width; column++) {
                for (let colour = 0; colour < colours; colour++) {
                  const at = (row * wanted.stride + column) * 4 + colour;
                  equal(one.lossy.quanta[at], wanted.lossy.quanta[at]);
                  const [low, high] = one.lossy.bounds.subarray(2 * at, 2 * at + 2);
                  ok(low! <= exact.quanta[at]! && exact.quanta[at]! <= high!);
                }
              }
            }
            deepEqual(one.planes, wanted.planes);
          }
        }
      }
    }
  }
});

Deno.test("any bytes and any predictions decode to lossy samples in range, as by the reference", async () => {
  const processor = (await PhaseProcessor.open())!;
  const random = new Random(9);
  for (let length = 0; length < 45; length++) {
    const steps = STEPS[length % STEPS.length]!;
    const wanted = lossyPhase({
      phase: length % 3,
      width: 13,
      height: 11,
      steps,
      colours: 3,
      seed: length,
      isEven: length % 4 > 1,
    });
    wanted.predictions.forEach((_, at) => wanted.predictions[at] = random.below(65_536) - 32_768);
    const found = { ...copyOf(wanted), lossy: copyOfLossy(wanted.lossy) };
    const stream = Uint8Array.from({ length: 4 * length }, () => random.below(256));
    const pixels = noisyPixels(wanted, { first: 0, end: 11, seed: length });
    const band = { first: 0, end: 11, adaptation: new Adaptation() };
    const twin = { ...band, adaptation: new Adaptation(), pixels: copyOfPixels(pixels) };
    REFERENCE_CODER.decode({ ...band, phases: [wanted], pixels }, stream);
    processor.decode({ ...twin, phases: [found] }, stream);
    deepEqual(found.lossy, wanted.lossy);
    deepEqual(twin.adaptation.ratios, band.adaptation.ratios);
    wanted.lossy.quanta.forEach((value, at) => {
      const range = LOSSY_RANGES[at % 4];
      if (range) ok(value >= range.least && value <= range.most);
    });
  }
});

Deno.test("steps are finer where little is around a sample, coarser where much is, and never nothing", () => {
  equal(STEP_FACTORS.length, 256);
  ok(STEP_FACTORS.every((factor, contrast) => factor >= STEP_FACTORS[Math.max(0, contrast - 1)]!));
  ok(STEP_FACTORS[0]! < 64 && STEP_FACTORS[255]! > 64);
  deepEqual([scaleStep(1, 1), scaleStep(9, 64), scaleStep(18, 48), scaleStep(18, 96)], [
    1,
    9,
    14,
    27,
  ]);
});

Deno.test("lossy samples beyond their range, steps that there are not, and short arrays are refused", async () => {
  const processor = (await PhaseProcessor.open())!;
  const steps = [5, 5, 5] as const;
  const sound = lossyPhase({ phase: 0, width: 6, height: 5, steps, colours: 3, seed: 5 });
  const encode = (lossy: Partial<typeof sound.lossy>) =>
    processor.encode({
      first: 0,
      end: 5,
      phases: [{ ...sound, lossy: { ...copyOfLossy(sound.lossy), ...lossy } }],
      adaptation: new Adaptation(),
      pixels: noisyPixels(sound, { first: 0, end: 5 }),
    });
  encode({});
  const beyond = sound.lossy.quanta.slice();
  beyond[1] = 256;
  throws(() => encode({ quanta: beyond }), /Samples are from -255 to 255 quanta, found 256/);
  for (const step of [0, 1.5, MOST_STEP + 1]) {
    throws(() => encode({ steps: [1, step, 1] }), /does not fit/);
  }
  throws(() => encode({ bounds: new Int16Array(9) }), /does not fit/);
  throws(() => encode({ quanta: new Int16Array(9) }), /does not fit/);
});

Deno.test("shapes of bins go by how wide these are, and wide ones have a wider zero bin", () => {
  deepEqual([0, 0.24, 0.25, 3, 15.7, 15.8, 1e9, Infinity, NaN].map(binShape), [
    0,
    0,
    1,
    12,
    62,
    63,
    63,
    63,
    63,
  ]);
  const [range] = LOSSY_RANGES;
  const width = (shape: number) => {
    const bins = new LossyBins(500, { step: 100, range, shape });
    return bins.bounds(0)[1] - bins.bounds(0)[0] + 1;
  };
  deepEqual([0, 20, 63].map(width), [109, 147, 163]);
});
