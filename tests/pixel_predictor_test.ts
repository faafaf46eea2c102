import { deepEqual, equal, ok } from "node:assert/strict";
import {
  Adaptation,
  brightnessContext,
  contrastContext,
  SCALE_CONTEXTS,
  surpriseContext,
} from "../codec/entropy/adaptation.ts";
import {
  expectedOf,
  isSolved,
  learnSquares,
  MOST_INPUTS,
  SOLVE_INTERVAL,
  SQUARES_LENGTH,
} from "../codec/entropy/pixel_squares.ts";
import { neighboursOf, PHASE_PLACES } from "../codec/entropy/pixel_inputs.ts";
import { PixelPlane, PLANE_MARGIN } from "../codec/entropy/pixel_plane.ts";
import { pixelAt, PixelPredictor } from "../codec/entropy/pixel_predictor.ts";
import { SCALE_CLASSES, SCALES } from "../codec/entropy/scales.ts";
import { Random } from "../train/random.ts";

Deno.test("least squares find the weights that targets were made with, at any number of inputs", () => {
  const random = new Random(1);
  for (let count = 1; count <= MOST_INPUTS; count++) {
    const state = new Float64Array(SQUARES_LENGTH);
    const weights = Array.from({ length: count }, () => random.next() * 4 - 2);
    const inputs = new Float64Array(MOST_INPUTS);
    const draw = () => {
      for (let index = 0; index < count; index++) inputs[index] = random.next() * 200 - 100;
      return weights.reduce((sum, weight, index) => sum + weight * inputs[index]!, 0);
    };
    for (let sample = 0; sample < 4 * SOLVE_INTERVAL; sample++) {
      learnSquares(state, { inputs, count, target: draw(), weight: 1 });
    }
    const target = draw();
    ok(Math.abs(expectedOf(state, { inputs, count }) - target) < 0.1 + Math.abs(target) * 1e-3);
  }
});

Deno.test("nothing is expected before the first solution", () => {
  const state = new Float64Array(SQUARES_LENGTH);
  const inputs = new Float64Array(MOST_INPUTS).fill(3, 0, 2);
  for (let sample = 1; sample < SOLVE_INTERVAL; sample++) {
    learnSquares(state, { inputs, count: 2, target: 6, weight: 1 });
    equal(isSolved(state), false);
    equal(expectedOf(state, { inputs, count: 2 }), 0);
  }
  learnSquares(state, { inputs, count: 2, target: 6, weight: 1 });
  equal(isSolved(state), true);
  ok(Math.abs(expectedOf(state, { inputs, count: 2 }) - 6) < 0.1);
});

Deno.test("the next octave starts from what was solved, which its own samples soon replace", () => {
  const before = new Adaptation();
  const inputs = new Float64Array(MOST_INPUTS).fill(5, 0, 1);
  const learn = (state: Float64Array, target: number) => {
    for (let sample = 0; sample < SOLVE_INTERVAL; sample++) {
      learnSquares(state, { inputs, count: 1, target, weight: 1 });
    }
    return expectedOf(state, { inputs, count: 1 });
  };
  const learnt = learn(before.squaresOf(8), 10);
  const next = before.forOctave();
  equal(expectedOf(next.squaresOf(8), { inputs, count: 1 }), learnt);
  const [kept, faded] = [before, next].map((adaptation) => learn(adaptation.squaresOf(8), 20)) as [
    number,
    number,
  ];
  ok(Math.abs(faded - 20) < 0.3 && Math.abs(kept - 15) < 0.3);
});

Deno.test("what is learnt later counts for more than what was learnt before", () => {
  const state = new Float64Array(SQUARES_LENGTH);
  const inputs = new Float64Array(MOST_INPUTS).fill(1, 0, 1);
  for (const target of [1, 9]) {
    for (let sample = 0; sample < 8192; sample++) {
      learnSquares(state, { inputs, count: 1, target, weight: 1 });
    }
  }
  ok(expectedOf(state, { inputs, count: 1 }) > 8.5);
});

Deno.test("inputs that are all the same or huge leave finite weights", () => {
  for (const value of [0, 1e-6, 1e6]) {
    const state = new Float64Array(SQUARES_LENGTH);
    const inputs = new Float64Array(MOST_INPUTS).fill(value);
    for (let sample = 0; sample < 200; sample++) {
      learnSquares(state, { inputs, count: MOST_INPUTS, target: sample % 7, weight: 1024 });
    }
    ok(state.every(Number.isFinite));
  }
});

Deno.test("neighbours are known when a sample is coded, fit the room there is, and are all different", () => {
  for (const [phase, { x, y }] of PHASE_PLACES.entries()) {
    for (const colour of [0, 1, 2]) {
      const neighbours = neighboursOf(phase, colour);
      ok(neighbours.length + colour <= MOST_INPUTS && neighbours.length >= 6);
      equal(
        new Set(neighbours.map((neighbour) => JSON.stringify(neighbour))).size,
        neighbours.length,
      );
      for (const { dx, dy, colour: of } of neighbours) {
        ok(Math.max(Math.abs(dx), Math.abs(dy)) <= PLANE_MARGIN && of <= colour);
        const place = { x: x + dx & 1, y: y + dy & 1 };
        const order = PHASE_PLACES.findIndex((it) => it.x === place.x && it.y === place.y);
        ok(order < phase || order === phase && (dy < 0 || dy === 0 && dx < 0));
      }
    }
  }
});

Deno.test("a predictor learns how a colour follows the pixels around, and takes unknown ones for nothing new", () => {
  const [width, height] = [64, 64];
  const plane = new PixelPlane(width, height);
  const random = new Random(3);
  for (let row = 0; row < height; row += 2) {
    for (let column = 0; column < width; column += 2) {
      plane.data[plane.at(row, column)] = random.below(256);
    }
  }
  const state = new Float64Array(SQUARES_LENGTH);
  const predictor = new PixelPredictor(plane, { phase: 0, colour: 0, state });
  let last = 0;
  for (let row = 0; row + 2 < height / 2; row++) {
    for (let column = 0; column + 2 < width / 2; column++) {
      const at = pixelAt(plane, { phase: 0, row, column });
      // The sample is its lower left neighbour, whatever the mean says.
      const value = plane.data[plane.at(2 * row + 2, 2 * column)]!;
      last = Math.abs(value - 128 - predictor.predict(at, { mean: 128, errors: [] }));
      predictor.learn(value - 128, 1);
      plane.data[at] = value;
    }
  }
  ok(predictor.isReady && last < 1, `off by ${last}`);
  // Where nothing around is known, nothing is added to the mean.
  const unknown = new PixelPlane(8, 8);
  const alone = new PixelPredictor(unknown, { phase: 0, colour: 0, state });
  equal(alone.predict(unknown.at(3, 3), { mean: 7, errors: [] }), 0);
});

Deno.test("contrast is the range of the nearest known samples of a colour", () => {
  const plane = new PixelPlane(4, 4);
  const state = new Float64Array(SQUARES_LENGTH);
  const at = plane.at(1, 1);
  const diagonal = new PixelPredictor(plane, { phase: 0, colour: 0, state });
  equal(diagonal.contrast(at), 0);
  plane.data[plane.at(0, 0)] = 10;
  equal(diagonal.contrast(at), 0);
  plane.data[plane.at(2, 2)] = 200;
  plane.data[plane.at(0, 1)] = 255;
  equal(diagonal.contrast(at), 190);
  const below = new PixelPredictor(plane, { phase: 2, colour: 0, state });
  equal(below.contrast(plane.at(1, 0)), 0);
});

Deno.test("contexts of surprise, contrast and brightness lie apart and within those that there are", () => {
  const kinds = [new Set<number>(), new Set<number>(), new Set<number>()];
  for (let scaleClass = 0; scaleClass < SCALE_CLASSES; scaleClass++) {
    for (let level = 0; level < 8; level++) kinds[0]!.add(surpriseContext(scaleClass, level));
    for (let contrast = 0; contrast < 256; contrast++) {
      kinds[1]!.add(contrastContext(scaleClass, contrast));
    }
    for (const mean of [-1e9, -1, 0, 15.9, 16, 255, 1e9]) {
      kinds[2]!.add(brightnessContext(scaleClass, mean));
    }
  }
  const all = kinds.flatMap((kind) => [...kind]);
  equal(new Set(all).size, all.length);
  ok(all.every((context) => Number.isInteger(context) && context >= 0 && context < SCALE_CONTEXTS));
  equal(brightnessContext(0, -3), brightnessContext(0, 15.9));
  ok(brightnessContext(0, 15.9) !== brightnessContext(0, 16));
  // A scale of one grey level: half octaves of the contrast and a quarter begin at 2^(level / 2 - 3/2).
  const one = SCALES.findIndex((scale) => scale === 1);
  const levels = [0, 1, 2, 3, 255].map((contrast) => contrastContext(one, contrast));
  deepEqual(levels.map((level) => (level - levels[0]!) / 8), [0, 4, 6, 7, 19]);
});
