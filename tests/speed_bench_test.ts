import { assert, assertEquals, assertThrows } from "npm:deno-std@1.4.0/assert/mod.js";
import { inputOf, plainChain, widenInputs } from "../bench/peers/chain.ts";
import { fromPlanar, toPlanar } from "../bench/peers/contestant.ts";
import { onnxModel } from "../bench/peers/onnx_model.ts";
import { sizeOf } from "../bench/memory/make.ts";
import { COMMON_STEP, gigaflopsOf } from "../bench/training/step.ts";
import { checkGradient } from "../bench/training/verify.ts";
import { convolve } from "../gpu/reference_convolution.ts";

Deno.test("a convolution with inputs added that are zero gives what it gave", () => {
  const chain = plainChain([6, 8]);
  const plane = { width: 5, height: 4 };
  const input = inputOf(chain, plane);
  const wide = widenInputs(chain, { input, inputs: 8 });
  assertEquals(
    convolve(wide.chain.stages[0]!.layer, Float64Array.from(wide.input), plane),
    convolve(chain.stages[0]!.layer, Float64Array.from(input), plane),
  );
});

Deno.test("channels go from last to first and back", () => {
  const values = Float32Array.from({ length: 24 }, (_, at) => at);
  assertEquals(toPlanar(values, 3).slice(0, 3), Float32Array.of(0, 3, 6));
  assertEquals(fromPlanar(toPlanar(values, 3), 3), values);
});

Deno.test("an ONNX model holds the chain's weights, and pads only where edges are repeated", () => {
  const chain = plainChain([3, 4, 3]);
  const plane = { width: 5, height: 4 };
  const text = (padding: "edge" | "zero") =>
    new TextDecoder("latin1").decode(onnxModel(chain, { padding, plane }));
  const weights = new Uint8Array(chain.stages[1]!.layer.weights.buffer);
  assert(text("zero").includes(new TextDecoder("latin1").decode(weights)));
  assert(text("edge").includes("Pad"));
  assert(!text("zero").includes("Pad"));
});

Deno.test("gradients that are off, or are no numbers, are refused", () => {
  const expected = Float64Array.of(1, -2, 3);
  assert(checkGradient([1, -2, 3.00001], { expected, what: "a test" }) < 1e-5);
  assertThrows(() => checkGradient([1, -2, 3.1], { expected, what: "a test" }), Error, "a test");
  assertThrows(() => checkGradient([1, NaN, 3], { expected, what: "a test" }), Error, "a test");
});

Deno.test("the operations of a training step are those of its convolutions", () => {
  const { forward, transposed, weights } = gigaflopsOf(COMMON_STEP);
  const cells = 16 * 64 * 64;
  assertEquals(forward, weights);
  assert(Math.abs(forward - 18 * cells * (6 * 32 + 4 * 32 * 32 + 32 * 6) / 1e9) < 1e-9);
  assert(Math.abs(forward - transposed - 18 * cells * 6 * 32 / 1e9) < 1e-9);
});

Deno.test("images of so many megapixels have about so many pixels", () => {
  assertEquals(sizeOf(512 * 384 / 1e6), { width: 512, height: 384 });
  const { width, height } = sizeOf(100);
  assert(Math.abs(width * height / 1e8 - 1) < 1e-3);
});
