import { deepEqual, equal, ok } from "node:assert/strict";
import { LeastSquares } from "../codec/entropy/least_squares.ts";
import { codeLevels, LEVELS, type LevelSet } from "../codec/entropy/levels.ts";
import { LowCoder } from "../codec/entropy/low_coder.ts";
import { PlaneCoder } from "../codec/entropy/plane_coder.ts";
import { RangeDecoder, RangeEncoder } from "../codec/entropy/range_coder.ts";
import { Random } from "../train/random.ts";

function encodePlane(plane: { width: number; height: number; data: Uint8Array }): Uint8Array {
  const encoder = new RangeEncoder();
  new PlaneCoder(plane, { encoder }).codeRows();
  return encoder.finish();
}

Deno.test("a plane of bytes comes back, be it constant, soft or noise", () => {
  const random = new Random(4);
  const size = { width: 57, height: 31 };
  const makers: ((x: number, y: number) => number)[] = [
    () => 255,
    () => random.below(256),
    (x, y) => x < 20 && y < 20 ? 0 : 255,
    (x, y) => Math.min(255, Math.max(0, 12 * x - 9 * y)),
    (x) => x % 2 === 0 ? 0 : 128,
  ];
  for (const make of makers) {
    const data = Uint8Array.from(
      { length: 57 * 31 },
      (_, at) => make(at % 57, Math.floor(at / 57)),
    );
    const stream = encodePlane({ ...size, data });
    const decoded = new Uint8Array(data.length);
    new PlaneCoder({ ...size, data: decoded }, { decoder: new RangeDecoder(stream) }).codeRows();
    deepEqual(decoded, data);
  }
});

Deno.test("a mask of a megapixel that is opaque takes a hundred bytes at most", () => {
  const data = new Uint8Array(1000 * 1000).fill(255);
  const { length } = encodePlane({ width: 1000, height: 1000, data });
  ok(length <= 100, `${length} bytes`);
});

/** The set of a channel's levels, coded and read again, with the bytes that it takes. */
function throughStream(values: Uint16Array, before?: LevelSet): { set: LevelSet; bytes: number } {
  const upper = Uint8Array.from(values, (value) => value >> 8);
  const lower = Uint8Array.from(values, (value) => value & 255);
  const channel = { upper, lower, stride: 1, first: 0 };
  const encoder = new RangeEncoder();
  const set = codeLevels(channel, { stream: { encoder }, before });
  const stream = encoder.finish();
  const decoder = new RangeDecoder(stream);
  const read = codeLevels({ ...channel, lower: new Uint8Array(lower.length) }, {
    stream: { decoder },
    before,
  });
  deepEqual(read, set);
  return { set, bytes: stream.length };
}

Deno.test("the levels that a channel uses are told in a word, or by a list, or as those before", () => {
  const random = new Random(8);
  const all = Uint16Array.from({ length: 60_000 }, () => random.below(LEVELS));
  equal(throughStream(all).set.lows.length, LEVELS);
  const twelve = throughStream(all.map((value) => value >> 4 << 4 | value >> 12));
  equal(twelve.set.lows.length, 4096);
  const thousand = throughStream(all.map((value) => Math.round((value >> 6) * 65535 / 1023)));
  equal(thousand.set.lows.length, 1024);
  ok(twelve.bytes <= 5 && thousand.bytes <= 5);
  const table = all.map((value) => Math.round(65535 * ((value >> 8) / 255) ** 2.2));
  const listed = throughStream(table);
  ok(listed.set.lows.length <= 256 && listed.bytes < 500, `${listed.bytes} bytes`);
  ok(throughStream(table, listed.set).bytes <= 5);
});

Deno.test("least squares find the weights that samples were made with", () => {
  const random = new Random(2);
  const predictor = new LeastSquares(3);
  const weights = [0.75, -0.25, 0.5];
  const features = new Float64Array(3);
  for (let sample = 0; sample < 600; sample++) {
    features.forEach((_, index) => features[index] = random.normal());
    const target = weights.reduce((sum, weight, index) => sum + weight * features[index]!, 0);
    predictor.learn(features, { target, weight: 1 });
  }
  predictor.fit();
  features.set([1, 2, 3]);
  ok(Math.abs(predictor.predict(features) - 1.75) < 0.01);
});

Deno.test("what no writer wrote decodes to something, in time", () => {
  const random = new Random(6);
  for (let round = 0; round < 60; round++) {
    const bytes = Uint8Array.from(
      { length: random.below(300) },
      () => round % 3 === 0 ? 255 * random.below(2) : random.below(256),
    );
    const decoder = new RangeDecoder(bytes);
    const [width, height] = [1 + random.below(40), 1 + random.below(20)];
    const channels = round % 2 === 0 ? 1 as const : 3 as const;
    const upper = Uint8Array.from({ length: width * height * channels }, () => random.below(256));
    const lower = new Uint8Array(upper.length);
    const levels: LevelSet[] = [];
    for (let first = 0; first < channels; first++) {
      const channel = { upper, lower, stride: channels, first };
      levels.push(codeLevels(channel, { stream: { decoder }, before: levels.at(-1) }));
    }
    const plane = { width, height, channels, upper, lower, levels };
    new LowCoder(plane, { decoder }).codeRows();
    const data = new Uint8Array(width * height);
    new PlaneCoder({ width, height, data }, { decoder }).codeRows();
  }
});
