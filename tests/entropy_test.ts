import { deepEqual, equal, ok } from "node:assert/strict";
import { Adaptation, EXPECTED, surpriseLevel } from "../codec/entropy/adaptation.ts";
import { Bins, MOST_ERROR } from "../codec/entropy/bins.ts";
import { logistic } from "../codec/entropy/logistic.ts";
import { LOGISTIC_TAILS } from "../codec/entropy/logistic_tails.ts";
import { type CodedPhase, PREDICTIONS } from "../codec/entropy/coded_phase.ts";
import { PhaseCoder } from "../codec/entropy/phase_coder.ts";
import { PixelPlane } from "../codec/entropy/pixel_plane.ts";
import { RangeDecoder, RangeEncoder } from "../codec/entropy/range_coder.ts";
import { SCALE_CLASSES, SCALES } from "../codec/entropy/scales.ts";
import { Random } from "../train/random.ts";
import { copyOf, noisyPhase, noisyPixels } from "./support/noisy_phase.ts";

Deno.test("symbols of any frequencies come back, also where carries run through many bytes", () => {
  const random = new Random(1);
  for (const rare of [0.5, 0.02, 0.0001]) {
    const symbols = Array.from({ length: 20_000 }, () => {
      const start = random.next() < rare ? random.below(65_535) : 65_534;
      return { start, frequency: 1 + random.below(start === 65_534 ? 2 : 65_536 - start) };
    });
    const encoder = new RangeEncoder();
    symbols.forEach(({ start, frequency }) => encoder.encode(start, frequency));
    const decoder = new RangeDecoder(encoder.finish());
    for (const { start, frequency } of symbols) {
      const position = decoder.position();
      ok(position >= start && position < start + frequency);
      decoder.take(start, frequency);
    }
  }
});

Deno.test("a stream takes within a thousandth of its entropy", () => {
  const random = new Random(2);
  const encoder = new RangeEncoder();
  let bits = 0;
  for (let count = 0; count < 50_000; count++) {
    const isLikely = random.next() < 0.9;
    encoder.encode(isLikely ? 0 : 60_000, isLikely ? 60_000 : 5_536);
    bits -= Math.log2((isLikely ? 60_000 : 5_536) / 65_536);
  }
  const written = encoder.finish().length * 8;
  ok(written >= bits - 8 && written < bits * 1.001 + 40, `${written} bits for ${bits}`);
});

Deno.test("a decoder of no bytes, or of any bytes, goes on without an error", () => {
  const random = new Random(3);
  for (const length of [0, 1, 5, 300]) {
    const decoder = new RangeDecoder(Uint8Array.from({ length }, () => random.below(256)));
    for (let count = 0; count < 1000; count++) {
      const position = decoder.position();
      ok(position >= 0 && position < 65_536);
      decoder.take(position, 1);
    }
  }
});

Deno.test("the table of the logistic distribution is what its page says", () => {
  LOGISTIC_TAILS.forEach((tail, index) =>
    equal(tail, Math.round(2 ** 31 / (1 + Math.exp(index / 32))))
  );
  equal(LOGISTIC_TAILS.length, 641);
});

Deno.test("the logistic distribution rises, is symmetric and close to the exact one", () => {
  let before = 0;
  for (let z = -25; z <= 25; z += 0.0137) {
    const value = logistic(z);
    ok(value >= before && value > 0 && value < 1);
    equal(logistic(z) + logistic(-z), 1);
    ok(Math.abs(value - 1 / (1 + Math.exp(-z))) < 2e-5);
    before = value;
  }
});

Deno.test("scales are eighths of octaves from 2^-5 to 2^7", () => {
  SCALES.forEach((scale, index) => ok(Math.abs(scale / 2 ** (index / 8 - 5) - 1) < 1e-15));
  equal(SCALES.length, SCALE_CLASSES);
  equal(SCALES.at(-1), 128);
});

Deno.test("every value lies within the largest error of what stands for its bin, wherever bins lie, and that lies in the bin", () => {
  for (let maxError = 0; maxError <= MOST_ERROR; maxError++) {
    for (const expected of [undefined, -1e9, -3, 0.4, 1, 77.5, 128, 253.7, 300, Infinity, NaN]) {
      const bins = new Bins(maxError, expected);
      ok(Math.abs(bins.lowest) <= maxError);
      for (let value = 0; value < 256; value++) {
        const bin = bins.binOf(value);
        const representative = bins.representative(bin);
        ok(bin >= 0 && bin < bins.count);
        ok(Math.abs(value - representative) <= maxError);
        equal(bins.binOf(representative), bin);
        // What lies this far from a representative that is no end of the range lies in its bin.
        for (const other of [representative - maxError, representative + maxError]) {
          if (representative % 255 === 0 || other < 0 || other > 255) continue;
          equal(bins.binOf(other), bin);
        }
      }
      const middle = Math.min(255, Math.max(0, Math.round(expected ?? 0)));
      if (!Number.isNaN(middle)) equal(bins.representative(bins.binOf(middle)), middle);
    }
  }
});

Deno.test("surprise is in the middle where errors are as expected, and at the ends where they are not", () => {
  equal(surpriseLevel(0, 0), 3);
  equal(surpriseLevel(0, 1), 0);
  // A scale of 8 grey levels makes errors of 11 on average.
  const expected = EXPECTED[SCALES.indexOf(8)]!;
  equal(surpriseLevel(32 * 15.8, expected), 4);
  equal(surpriseLevel(32 * 5, expected), 1);
  equal(surpriseLevel(1e9, expected), 7);
});

/** Encodes a phase in runs of rows, each with a stream of its own. */
function encodeRuns(phase: CodedPhase, rows: number, adaptation = new Adaptation()): Uint8Array[] {
  const streams: Uint8Array[] = [];
  for (let first = 0; first < phase.height; first += rows) {
    const encoder = new RangeEncoder();
    const run = new Adaptation(adaptation);
    const end = Math.min(phase.height, first + rows);
    const pixels = noisyPixels(phase, { first, end });
    new PhaseCoder(phase, { adaptation: run, pixels, encoder }).codeRows(first, end);
    streams.push(encoder.finish());
  }
  return streams;
}

Deno.test("samples of every phase, size, colour and largest error come back as what stands for their bins, run by run", () => {
  let seed = 10;
  for (const [width, height] of [[1, 1], [1, 9], [9, 1], [7, 5], [16, 33]] as const) {
    for (const phase of [0, 1, 2]) {
      for (const maxError of [0, 1, 3, 16]) {
        for (const colours of [1, 3] as const) {
          const coded = noisyPhase({ phase, width, height, maxError, colours, seed: seed++ });
          const original = coded.samples.slice();
          const streams = encodeRuns(coded, 8);
          original.forEach((value, at) =>
            ok(at % 4 >= colours || Math.abs(value - coded.samples[at]!) <= maxError)
          );
          const decoded = copyOf(coded);
          streams.forEach((stream, run) => {
            const decoder = new RangeDecoder(stream);
            const [first, end] = [run * 8, Math.min(height, run * 8 + 8)];
            const pixels = noisyPixels(decoded, { first, end });
            new PhaseCoder(decoded, { adaptation: new Adaptation(), pixels, decoder })
              .codeRows(first, end);
          });
          for (let row = 0; row < height; row++) {
            const from = row * coded.stride * 4;
            for (let column = 0; column < width; column++) {
              for (let colour = 0; colour < colours; colour++) {
                const at = from + column * 4 + colour;
                equal(decoded.samples[at], coded.samples[at]);
              }
            }
          }
          deepEqual(decoded.planes[phase], coded.planes[phase]);
        }
      }
    }
  }
});

Deno.test("what was learnt makes the same samples cheaper", () => {
  const coded = noisyPhase({ phase: 0, width: 96, height: 96, maxError: 0, colours: 3, seed: 5 });
  const adaptation = new Adaptation();
  const sizeOf = () => {
    const encoder = new RangeEncoder();
    const pixels = noisyPixels(coded, { first: 0, end: 96 });
    new PhaseCoder(coded, { adaptation, pixels, encoder }).codeRows(0, 96);
    return encoder.finish().length;
  };
  const first = sizeOf();
  const second = sizeOf();
  ok(second < first * 0.97, `${first} bytes, then ${second}`);
});

Deno.test("samples far from what a network is sure of bring the scale up to them, not down to nothing", () => {
  const width = 128;
  const coded = noisyPhase({ phase: 0, width, height: 128, maxError: 0, colours: 1, seed: 6 });
  const random = new Random(6);
  for (let cell = 0; cell < coded.stride * 128; cell++) {
    coded.predictions.set([128 * 16, 0, 0, 0, 0, 0, 0, 0, 0], cell * PREDICTIONS);
    coded.samples[cell * 4] = 122 + random.below(13);
  }
  const adaptation = new Adaptation();
  const encoder = new RangeEncoder();
  const pixels = noisyPixels(coded, { first: 0, end: 128 });
  new PhaseCoder(coded, { adaptation, pixels, encoder }).codeRows(0, 128);
  const bits = encoder.finish().length * 8 / (width * 128);
  ok(bits < 4.2, `${bits} bits a sample, 3.7 if all were equally likely`);
  ok(adaptation.ratios.every((sum) => sum > 0 && sum < Infinity));
});

Deno.test("a mean that is always off by the same is corrected by what is learnt", () => {
  const coded = noisyPhase({ phase: 0, width: 96, height: 96, maxError: 0, colours: 1, seed: 7 });
  const random = new Random(7);
  for (let cell = 0; cell < coded.stride * 96; cell++) {
    // Scale class 40 is one grey level.
    coded.predictions.set([100 * 16, 0, 0, 40, 0, 0, 0, 0, 0], cell * PREDICTIONS);
    coded.samples[cell * 4] = 104 + random.below(2);
  }
  const adaptation = new Adaptation();
  const encoder = new RangeEncoder();
  const pixels = new PixelPlane(2 * 96, 2 * 96);
  new PhaseCoder(coded, { adaptation, pixels, encoder }).codeRows(0, 96);
  const bits = encoder.finish().length * 8 / (96 * 96);
  ok(bits < 1.6, `${bits} bits a sample, 1 if nothing but the last bit were unknown`);
});

Deno.test("no samples bring a ratio to nothing or beyond all bounds", () => {
  for (const slope of [-1, Number.MAX_VALUE]) {
    const adaptation = new Adaptation();
    for (let count = 0; count < 50_000; count++) adaptation.learnScale(0, slope);
    const ratio = adaptation.ratioOf(0);
    ok(ratio >= 2 ** -9 && ratio <= 2 ** 12, `${ratio}`);
    ok(slope < 0 ? ratio < 0.01 : ratio > 4000);
  }
});
