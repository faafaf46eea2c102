import { deepEqual, ok } from "node:assert/strict";
import "../platform/deno.ts";
import { networkInput } from "../codec/coded/coder.ts";
import { knownQuanta, quantaInput } from "../codec/coded/lossy_cells.ts";
import { toQuanta } from "../codec/coded/lossy_colours.ts";
import { stepLogarithm } from "../codec/coded/lossy_steps.ts";
import { splitCells } from "../codec/lattice/cells.ts";
import { forward } from "../gpu/reference_restoration.ts";
import { runExactNetwork } from "../gpu/exact_reference.ts";
import { architectureOf } from "../train/coder_recipe.ts";
import { initialiseCoder } from "../train/initialise_coder.ts";
import { middleOf, roundCoderNetwork, unroundCoderNetwork } from "../train/coder_rounding.ts";
import { CODER_PARTS, recipeOfPart, weighByShare } from "../train/whole_coder.ts";
import { loadShippedCoder, SHIPPED_CODERS } from "../weights/shipped_coders.ts";
import { sceneImage } from "./support/run_nnc.ts";

const scene = sceneImage({ width: 96, height: 80 });

Deno.test("a shipped network that is made floats and rounded again predicts the same within its rounding", async () => {
  const { coder } = await loadShippedCoder(SHIPPED_CODERS[0]!);
  for (const { octave, step } of CODER_PARTS) {
    const exact = coder[octave][step];
    const again = roundCoderNetwork(unroundCoderNetwork(exact, step), { step, photos: [scene] });
    const { kept } = splitCells(scene, step === "diagonal" ? "grid" : "quincunx");
    const input = networkInput(kept, 0);
    const [before, after] = [exact, again].map((network) =>
      runExactNetwork(network, { input, shape: kept })
    );
    const errors = before!.map((value, at) => Math.abs(value - after![at]!));
    // Means are in sixteenths of a grey level, scales in eighths of an octave.
    const mean = errors.reduce((sum, error) => sum + error, 0) / errors.length;
    ok(mean < 1, `${octave} ${step}: ${mean}`);
  }
});

Deno.test("a network for lossy files is rounded for what it may be given: luma, chroma and steps", () => {
  const part = CODER_PARTS[0]!;
  const { step } = part;
  const network = initialiseCoder(architectureOf(recipeOfPart("lossy-swift", part)!), {
    seed: 1,
  });
  const exact = roundCoderNetwork(network, { step, photos: [scene, scene, scene], isLossy: true });
  deepEqual(exact.inputLimits, [128, 128, 128, 96]);
  const known = knownQuanta(toQuanta(scene), step);
  const input = quantaInput(known, stepLogarithm(8));
  ok(input.every((value, at) => Math.abs(value) <= exact.inputLimits[at % 4]!));
  const outputs = runExactNetwork(exact, { input, shape: known });
  const units = Float64Array.from(input, (value, at) => value / (at % 4 === 3 ? 64 : 32));
  const floats = forward(network, units, known);
  const errors = floats.map((value, at) =>
    Math.abs(
      value * (at % 9 < 3 ? 128 : at % 9 < 6 ? 8 : 64) + (isScale(at) ? 40 : 0) - outputs[at]!,
    )
  );
  const mean = errors.reduce((sum, error) => sum + error, 0) / errors.length;
  ok(mean < 1, `${mean}`);
});

const isScale = (at: number) => at % 9 >= 3 && at % 9 < 6;

Deno.test("the middle of a photo has three channels, of grey ones three alike, and no more than there is", () => {
  const grey = {
    width: 5,
    height: 3,
    channels: 2 as const,
    data: Uint8Array.from({ length: 30 }, (_, i) => i),
  };
  deepEqual(middleOf(grey, 1), {
    width: 1,
    height: 1,
    channels: 3,
    data: Uint8Array.of(14, 14, 14),
  });
  const all = middleOf(scene, 1000);
  deepEqual([all.width, all.height, all.channels], [96, 80, 3]);
});

Deno.test("costs of parts count by their shares of an image's samples", () => {
  deepEqual(weighByShare(new Map(CODER_PARTS.map(({ name }) => [name, 3]))), 3);
  const one = weighByShare(
    new Map(CODER_PARTS.map(({ name }) => [name, name === "quincunx" ? 1 : 0])),
  );
  ok(one > 0.5 && one < 0.52, `${one}`);
});
