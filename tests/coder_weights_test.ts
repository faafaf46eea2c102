import { assertEquals, assertStringIncludes, assertThrows } from "npm:deno-std@1.4.0/assert/mod.js";
import { architectureOf, DEFAULT_CODER_RECIPE } from "../train/coder_recipe.ts";
import { initialiseCoder } from "../train/initialise_coder.ts";
import { initialiseNetwork } from "../train/initialise.ts";
import {
  type CoderInfo,
  decodeCoderWeights,
  encodeCoderWeights,
} from "../weights/coder_weights.ts";
import { decodeNetwork, encodeNetwork } from "../weights/network_file.ts";
import { decodeSafetensors, encodeSafetensors } from "../weights/safetensors.ts";
import { WeightsError } from "../weights/weights_error.ts";

function example(step: CoderInfo["step"]) {
  const shape = { ...DEFAULT_CODER_RECIPE, step, channels: 8, blocks: 1 };
  return initialiseCoder(architectureOf(shape), { seed: 1 });
}

for (const step of ["diagonal", "quincunx"] as const) {
  Deno.test(`a coder network and everything that is said of it survive their file: ${step}`, () => {
    const info: CoderInfo = {
      step,
      tier: "swift",
      spacings: [2, 4, 8],
      recipe: "{}",
      data: "photos",
      licence: "CC0",
      scores: { "bits.validation": 2.5 },
    };
    const network = example(step);
    const bytes = encodeCoderWeights(network, info);
    assertEquals(decodeCoderWeights(bytes), { network, info });
    assertEquals(encodeCoderWeights(network, info), bytes);
    const bare: CoderInfo = { step, tier: "mine", spacings: [1] };
    assertEquals(decodeCoderWeights(encodeCoderWeights(network, bare)).info, bare);
  });
}

Deno.test("networks that draw and coder networks are not taken for each other", () => {
  const drawing = initialiseNetwork({ inputs: 6, outputs: 6, channels: 8, blocks: 1 }, { seed: 1 });
  const file = encodeNetwork(drawing, { step: "quincunx", tier: "mine", base: "average" });
  const error = assertThrows(() => decodeCoderWeights(file), WeightsError);
  assertStringIncludes(error.message, `found "nnc network 1"`);
  const coder = encodeCoderWeights(example("quincunx"), {
    step: "quincunx",
    tier: "mine",
    spacings: [1],
  });
  assertThrows(() => decodeNetwork(coder), WeightsError, `found "nnc coder weights 1"`);
});

Deno.test("a coder network that does not fit its step is refused, read or written", () => {
  const network = example("diagonal");
  const info = { tier: "mine", spacings: [1] };
  const wrong = "must have 7 inputs and 18 outputs, found 4 and 9";
  assertThrows(
    () => encodeCoderWeights(network, { ...info, step: "quincunx" }),
    WeightsError,
    wrong,
  );
  const { tensors, metadata } = decodeSafetensors(
    encodeCoderWeights(network, { ...info, step: "diagonal" }),
  );
  const changed = (key: string, value: string) =>
    encodeSafetensors({ tensors, metadata: new Map([...metadata, [key, value]]) });
  const refused = (key: string, value: string, part: string) =>
    assertThrows(() => decodeCoderWeights(changed(key, value)), WeightsError, part);
  refused("step", "quincunx", wrong);
  refused("step", "rows", `found "rows"`);
  refused("kind", "drawing", `found "nnc coder weights 1" and "drawing"`);
  refused("spacings", "[0]", `"spacings"`);
  refused("spacings", "", `"spacings"`);
  refused("tier", "../../x", "tier");
  refused("architecture", `{"inputs":4,"outputs":9,"channels":12,"blocks":1}`, "head.weight");
});
