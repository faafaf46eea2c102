import { deepEqual, equal, ok, rejects } from "node:assert/strict";
import { phasePredictions } from "../codec/coded/coder.ts";
import { noRoom } from "../codec/coded/bin_room.ts";
import { knownPixels, startOctave } from "../codec/coded/decoded_pixels.ts";
import {
  decodeOctave,
  encodeOctave,
  OCTAVE_STEPS,
  RUN_CELLS,
} from "../codec/coded/octave_coder.ts";
import { Adaptation } from "../codec/entropy/adaptation.ts";
import type { Raster, Size } from "../codec/lattice/raster.ts";
import type { ExactNetwork } from "../gpu/exact_network.ts";
import { openWorkers } from "../codec/workers.ts";
import type { OfferNetwork } from "../codec/coded/coder.ts";
import { Random } from "../train/random.ts";
import { byReference, randomExactNetwork } from "./support/exact_networks.ts";

const NETWORKS = {
  diagonal: randomExactNetwork({ inputs: 4, outputs: 9, channels: 8, blocks: 1 }, 1),
  quincunx: randomExactNetwork({ inputs: 7, outputs: 18, channels: 8, blocks: 1 }, 2),
};

/** A picture with shapes and noise. */
function picture(size: Size, options: { channels: 1 | 3; seed: number }): Raster {
  const { channels, seed } = options;
  const random = new Random(seed);
  const data = Uint8Array.from({ length: size.width * size.height * channels }, (_, index) => {
    const pixel = Math.floor(index / channels);
    const x = pixel % size.width;
    const y = Math.floor(pixel / size.width);
    const shade = 128 + 90 * Math.sin(x / 7 + index % channels) + (y % 9 > 4 ? 60 : 0);
    return Math.min(255, Math.max(0, Math.round(shade + 6 * random.normal())));
  });
  return { ...size, channels, data };
}

/** Every second pixel of every second row. */
function thinOut({ width, height, channels, data }: Raster): Raster {
  const size = { width: Math.ceil(width / 2), height: Math.ceil(height / 2) };
  const thin = new Uint8Array(size.width * size.height * channels);
  for (let y = 0; y < size.height; y++) {
    for (let x = 0; x < size.width; x++) {
      const from = (2 * y * width + 2 * x) * channels;
      thin.set(data.subarray(from, from + channels), (y * size.width + x) * channels);
    }
  }
  return { ...size, channels, data: thin };
}

const SIZES: Size[] = [[1, 1], [2, 1], [1, 2], [3, 1], [1, 7], [5, 4], [8, 8], [13, 17]]
  .map(([width, height]) => ({ width: width!, height: height! }));

Deno.test("an octave comes back from its known pixels and its runs, at every size, colour and largest error", async () => {
  let seed = 1;
  for (const size of SIZES) {
    for (const channels of [1, 3] as const) {
      for (const maxError of [0, 2, 16]) {
        const image = picture(size, { channels, seed: seed++ });
        const options = {
          networks: NETWORKS,
          run: byReference,
          adaptation: new Adaptation(),
          maxError,
        };
        const exact = image.data.slice();
        const coded = await encodeOctave(image, options);
        ok(image.data.every((value, at) => Math.abs(value - exact[at]!) <= maxError));
        const started = startOctave({ image: thinOut(image) }, size);
        const adaptation = await decodeOctave(started, { ...options, steps: coded.steps });
        const { image: decoded } = started;
        deepEqual(decoded.data, image.data);
        deepEqual(knownPixels(started), { image: thinOut(image) });
        deepEqual(adaptation, coded.adaptation);
        deepEqual(await encodeOctave(decoded, options), coded);
      }
    }
  }
});

Deno.test("an octave gives back what it was started from, with the room of its colours", () => {
  for (const size of SIZES) {
    for (const channels of [1, 3] as const) {
      const image = thinOut(picture(size, { channels, seed: 9 }));
      const quanta = { ...image, channels, data: Int16Array.from(image.data) };
      const room = { ...noRoom(image, { channels, steps: [4, 2, 4] }), data: image.data.slice() };
      const started = startOctave({ image, quanta, room }, size);
      deepEqual(knownPixels(started), { image, room });
      equal(started.quanta!.data.length, size.width * size.height * channels);
    }
  }
});

Deno.test("an octave of several runs comes back, and each of its runs by itself", async () => {
  // A network that predicts nothing is fast enough for as many cells.
  const run: OfferNetwork = (network: ExactNetwork, { shape }) => {
    const { outputs } = network.architecture;
    const scales = Array.from(
      { length: outputs },
      (_, place) => place % 9 >= 3 && place % 9 < 6 ? 72 : 0,
    );
    const plane = new Int16Array(shape.width * shape.height * outputs);
    for (let at = 0; at < plane.length; at += outputs) plane.set(scales, at);
    return plane;
  };
  // Of the first each run is a stripe, of the second two runs are one.
  for (const size of [{ width: 258, height: 1037 }, { width: 8192, height: 36 }]) {
    const image = picture(size, { channels: 1, seed: 4 });
    const options = { networks: NETWORKS, run, adaptation: new Adaptation(), maxError: 0 };
    const coded = await encodeOctave(image, options);
    const rows = Math.ceil(RUN_CELLS / (size.width / 2));
    const [diagonal, quincunx] = coded.steps as [Uint8Array[], Uint8Array[]];
    equal(diagonal.length, Math.ceil(Math.ceil(size.height / 2) / rows));
    const known = { image: thinOut(image) };
    const whole = startOctave(known, size);
    await decodeOctave(whole, { ...options, steps: coded.steps });
    deepEqual(whole.image.data, image.data);
    const end = size.width * rows * 2;
    for (const run of [0, 1]) {
      const runs = quincunx.with(run, quincunx[run]!.map((byte) => byte ^ 255));
      const damaged = startOctave(known, size);
      await decodeOctave(damaged, { ...options, steps: [diagonal, runs] });
      const { data } = damaged.image;
      const [from, to] = run === 0 ? [end, 2 * end] : [0, end];
      deepEqual(data.subarray(from, to), image.data.subarray(from, to));
      ok(data.some((value, at) => value !== image.data[at]));
    }
  }
});

Deno.test("workers give the bytes and the pixels of the calling thread, whatever the processor runs them with", async () => {
  const size = { width: 260, height: 1100 };
  const image = picture(size, { channels: 3, seed: 6 });
  const options = { networks: NETWORKS, adaptation: new Adaptation(), maxError: 1 };
  const alone = await encodeOctave(image, { ...options, run: byReference });
  using workers = openWorkers();
  let coded = 0;
  const onCoded = (pixels: number) => coded += pixels;
  const together = await encodeOctave(image, { ...options, workers, onCoded });
  deepEqual(together, alone);
  equal(coded, 260 * 1100 * 3 / 4);
  const { steps } = alone;
  const decoded = startOctave({ image: thinOut(image) }, size);
  const adaptation = await decodeOctave(decoded, { ...options, workers, onCoded, steps });
  deepEqual(decoded.image.data, image.data);
  deepEqual(adaptation, alone.adaptation);
  equal(coded, 2 * 260 * 1100 * 3 / 4);
});

Deno.test("coding is aborted with the signal's reason", async () => {
  const image = picture({ width: 40, height: 40 }, { channels: 1, seed: 7 });
  const signal = AbortSignal.abort(new Error("Enough"));
  await rejects(
    encodeOctave(image, { networks: NETWORKS, adaptation: new Adaptation(), maxError: 0, signal }),
    /Enough/,
  );
});

Deno.test("without what a network says, a sample is predicted as the mean of its neighbours", () => {
  const known = {
    width: 2,
    height: 1,
    phases: 1,
    data: Uint8Array.of(8, 40, 80, 255, 16, 60, 81, 255),
  };
  const outputs = new Int16Array(18).fill(0);
  outputs.set([3, -3, 0, 200, -5, 40, 1, 2, 3], 9);
  const predictions = phasePredictions(outputs, { step: "diagonal", index: 0, known });
  deepEqual([...predictions.subarray(0, 3)], [50 * 16, 12 * 16, 80.5 * 16]);
  deepEqual([...predictions.subarray(9)], [
    60 * 16 + 3,
    16 * 16 - 3,
    81 * 16,
    200,
    -5,
    40,
    1,
    2,
    3,
  ]);
  deepEqual(OCTAVE_STEPS.flatMap(({ phases }) => phases), [0, 1, 2]);
});
