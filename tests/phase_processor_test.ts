import { deepEqual, throws } from "node:assert/strict";
import { Adaptation } from "../codec/entropy/adaptation.ts";
import { type CodedPhase, ErrorPlane } from "../codec/entropy/coded_phase.ts";
import { PhaseCoder } from "../codec/entropy/phase_coder.ts";
import { PhaseProcessor } from "../codec/entropy/phase_processor.ts";
import { PixelPlane } from "../codec/entropy/pixel_plane.ts";
import { RangeDecoder, RangeEncoder } from "../codec/entropy/range_coder.ts";
import { Random } from "../train/random.ts";
import { copyOf, copyOfPixels, noisyPhase, noisyPixels } from "./support/noisy_phase.ts";

/** The phase once more, with its samples. */
function twinOf(phase: CodedPhase): CodedPhase {
  return { ...copyOf(phase), samples: phase.samples.slice() };
}

/** All that is learnt. */
function learntIn({ weights, ratios, counts, squares }: Adaptation): Float64Array[] {
  return [weights, ratios, counts, squares];
}

function sameState(found: CodedPhase, wanted: CodedPhase): void {
  deepEqual(found.samples, wanted.samples);
  deepEqual(found.planes, wanted.planes);
}

Deno.test("WebAssembly writes the bytes of the reference and learns the same, and reads them back", async () => {
  const processor = (await PhaseProcessor.open())!;
  let seed = 200;
  for (const [width, height] of [[1, 1], [1, 9], [9, 1], [7, 5], [16, 33], [61, 40]] as const) {
    for (const phase of [0, 1, 2]) {
      for (const maxError of [0, 1, 16]) {
        for (const colours of [1, 3] as const) {
          const wanted = noisyPhase({ phase, width, height, maxError, colours, seed: seed++ });
          const found = twinOf(wanted);
          const [decoded, decodedByReference] = [copyOf(wanted), copyOf(wanted)];
          const [a, b, c, d] = [0, 1, 2, 3].map(() => new Adaptation());
          // What was learnt in one run is where the next begins.
          for (let first = 0; first < height; first += 8) {
            const end = Math.min(height, first + 8);
            const encoder = new RangeEncoder();
            const before = noisyPixels(wanted, { first, end, seed });
            const pixels = [0, 1, 2, 3].map(() => copyOfPixels(before));
            new PhaseCoder(wanted, { adaptation: a!, pixels: pixels[0]!, encoder })
              .codeRows(first, end);
            const stream = encoder.finish();
            const run = { first, end };
            deepEqual(
              processor.encode({ ...run, phases: [found], adaptation: b!, pixels: pixels[1]! }),
              stream,
            );
            deepEqual(learntIn(b!), learntIn(a!));
            processor.decode(
              { ...run, phases: [decoded], adaptation: c!, pixels: pixels[2]! },
              stream,
            );
            const decoder = new RangeDecoder(stream);
            new PhaseCoder(decodedByReference, { adaptation: d!, pixels: pixels[3]!, decoder })
              .codeRows(first, end);
            for (const plane of pixels.slice(1)) deepEqual(plane.data, pixels[0]!.data);
            deepEqual(learntIn(c!), learntIn(d!));
          }
          sameState(found, wanted);
          sameState(decoded, decodedByReference);
          deepEqual(decoded.planes, wanted.planes);
        }
      }
    }
  }
});

Deno.test("phases of one stream follow each other as they do in the reference", async () => {
  const processor = (await PhaseProcessor.open())!;
  const first = noisyPhase({ phase: 1, width: 12, height: 9, maxError: 0, colours: 3, seed: 1 });
  const other = noisyPhase({ phase: 2, width: 12, height: 9, maxError: 0, colours: 3, seed: 2 });
  const planes = [new ErrorPlane(12, 9), new ErrorPlane(12, 9), new ErrorPlane(12, 9)];
  const phases = [{ ...first, planes }, { ...other, planes }];
  const adaptation = new Adaptation();
  const encoder = new RangeEncoder();
  const before = noisyPixels(phases[0]!, { first: 2, end: 7 });
  const pixels = copyOfPixels(before);
  for (const phase of phases) new PhaseCoder(phase, { adaptation, pixels, encoder }).codeRows(2, 7);
  const twins = [new ErrorPlane(12, 9), new ErrorPlane(12, 9), new ErrorPlane(12, 9)];
  const again = phases.map((phase) => ({ ...phase, planes: twins }));
  const band = { first: 2, end: 7, phases: again, adaptation: new Adaptation(), pixels: before };
  deepEqual(processor.encode(band), encoder.finish());
  deepEqual(twins, planes);
});

Deno.test("any bytes and any predictions decode to what the reference decodes", async () => {
  const processor = (await PhaseProcessor.open())!;
  const random = new Random(9);
  for (let length = 0; length < 60; length++) {
    const phase = length % 3;
    const wanted = noisyPhase({
      phase,
      width: 13,
      height: 11,
      maxError: length % 5,
      colours: 3,
      seed: length,
    });
    wanted.predictions.forEach((_, at) => wanted.predictions[at] = random.below(65_536) - 32_768);
    const found = twinOf(wanted);
    const stream = Uint8Array.from({ length: 4 * length }, () => random.below(256));
    const [a, b] = [new Adaptation(), new Adaptation()];
    const decoder = new RangeDecoder(stream);
    const pixels = noisyPixels(wanted, { first: 0, end: 11, seed: length });
    const twin = copyOfPixels(pixels);
    new PhaseCoder(wanted, { adaptation: a, pixels, decoder }).codeRows(0, 11);
    processor.decode({ first: 0, end: 11, phases: [found], adaptation: b, pixels: twin }, stream);
    sameState(found, wanted);
    deepEqual(learntIn(b), learntIn(a));
  }
});

Deno.test("samples that no prediction expects take the most bytes and fit", async () => {
  const processor = (await PhaseProcessor.open())!;
  const wanted = noisyPhase({ phase: 0, width: 64, height: 64, maxError: 0, colours: 3, seed: 3 });
  const random = new Random(4);
  wanted.predictions.forEach((_, at) => {
    wanted.predictions[at] = at % 9 < 3 ? 0 : at % 9 < 6 ? -5 : 0;
  });
  wanted.samples.forEach((_, at) => wanted.samples[at] = at % 4 < 3 ? 200 + random.below(50) : 0);
  const found = twinOf(wanted);
  const encoder = new RangeEncoder();
  const before = noisyPixels(wanted, { first: 0, end: 64 });
  const pixels = copyOfPixels(before);
  new PhaseCoder(wanted, { adaptation: new Adaptation(), pixels, encoder }).codeRows(0, 64);
  const band = { first: 0, end: 64, phases: [found], adaptation: new Adaptation(), pixels: before };
  deepEqual(processor.encode(band), encoder.finish());
  sameState(found, wanted);
});

Deno.test("phases that do not fit their arrays, or state a largest error that there is not, are refused", async () => {
  const processor = (await PhaseProcessor.open())!;
  const sound = noisyPhase({ phase: 2, width: 6, height: 5, maxError: 2, colours: 3, seed: 5 });
  const encode = (changes: Partial<CodedPhase>) =>
    processor.encode({
      first: 0,
      end: 5,
      phases: [{ ...sound, ...changes }],
      adaptation: new Adaptation(),
      pixels: plane,
    });
  const fits = noisyPixels(sound, { first: 0, end: 5 });
  let plane = fits;
  encode({});
  const small = new ErrorPlane(4, 3);
  for (
    const changes of [
      { predictions: sound.predictions.subarray(1) },
      { samples: sound.samples.subarray(1) },
      { maxError: 17 },
      { stride: 5 },
      { height: 6 },
      { width: 2 ** 31 },
      { planes: [small, ...sound.planes.slice(1)] },
      { planes: [...sound.planes.slice(0, 2), small] },
    ]
  ) throws(() => encode(changes), /Phase 2 of \d+×\d+ samples does not fit/);
  for (const [width, height] of [[10, 10], [12, 9]] as const) {
    plane = new PixelPlane(width, height);
    throws(() => encode({}), /A plane of 1[02]×\d+ pixels does not hold the run/);
  }
});
