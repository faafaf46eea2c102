import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertRejects,
  assertThrows,
} from "npm:deno-std@1.4.0/assert/mod.js";
import { NO_METADATA } from "../codec/image/metadata.ts";
import { encodePng } from "../codec/png/png.ts";
import type { Network } from "../gpu/network.ts";
import { loadNetwork } from "../weights/shipped_networks.ts";
import { decodeNetwork, encodeNetwork } from "../weights/network_file.ts";
import { F16_COST, readScores, SCORED_SETS, scoresOf } from "../bench/scores/keys.ts";
import { ladderTier, latticeOf, nameOf } from "../bench/scores/place.ts";
import { compareRecipes } from "../bench/scores/recipe.ts";
import { NotShippable, shipNetwork } from "../bench/scores/ship.ts";
import { readSource, storedType, weightsDigest } from "../bench/scores/source.ts";
import { summarise } from "../bench/quality/report.ts";
import { MissingSection, replaceSections } from "../bench/weights/sections.ts";
import { encodeCheckpoint } from "../train/checkpoint.ts";
import { initialState } from "../train/optimiser.ts";
import { flattenNetwork } from "../train/parameters.ts";
import { findRecipe } from "../train/recipes.ts";
import { testInfo, untrainedNetwork } from "./support/networks.ts";
import { renderScene } from "./support/scene.ts";
import { TemporaryFolder } from "./support/temporary_folder.ts";

const RECIPE = JSON.stringify(findRecipe("quincunx-draft"));
const TRAINED = { network: (await loadNetwork("quincunx", { tier: "draft" })).network };
const INFO = { step: "quincunx", tier: "draft", base: "average", recipe: RECIPE } as const;

async function withPhotos<Result>(run: (folder: string) => Promise<Result>): Promise<Result> {
  using folder = new TemporaryFolder();
  const image = { ...renderScene({ width: 40, height: 24 }), metadata: NO_METADATA };
  await Deno.writeFile(`${folder.path}/scene.png`, await encodePng(image));
  return await run(folder.path);
}

function ship(source: ReturnType<typeof readSource>) {
  return withPhotos((folder) =>
    shipNetwork(source, {
      folders: { kodak: folder, "cid22-validation": folder },
      kernel: "reference",
    })
  );
}

/** The same function, but its activations are so small that 16 bits cannot hold the weights that make them. */
function withTinyActivations({ architecture, layers }: Network, scale: number): Network {
  const scaled = (values: Float32Array, by: number) => values.map((value) => value * by);
  return {
    architecture,
    layers: layers.map((layer, index) => ({
      ...layer,
      weights: index === 0
        ? scaled(layer.weights, scale)
        : index === layers.length - 1
        ? scaled(layer.weights, 1 / scale)
        : layer.weights,
      bias: index === layers.length - 1 ? layer.bias : scaled(layer.bias, scale),
    })),
  };
}

Deno.test("a trained network becomes a file of 16-bit floats with recipe, data and scores", async () => {
  const { name, bytes } = await ship({ ...TRAINED, info: INFO, dtype: "F32" });
  const { info } = decodeNetwork(bytes);
  assertEquals(name, "quincunx-draft");
  assertEquals(storedType(bytes), "F16");
  assertEquals(JSON.parse(info.recipe!), findRecipe(name));
  assert(info.data && info.licence);
  for (const set of SCORED_SETS) {
    const { psnr, averaging, worst } = readScores(info.scores, { set })!;
    assertAlmostEquals(worst, psnr - averaging.psnr, 2e-3, "of one image, it is the worst");
    assert(worst > 0);
  }
  assertEquals(info.scores?.[F16_COST], 0, "the shipped weights are 16-bit floats already");
});

Deno.test("a network that does not bear rounding to 16 bits is not shipped", async () => {
  const network = withTinyActivations(TRAINED.network, 2 ** -18);
  await assertRejects(() => ship({ network, info: INFO, dtype: "F32" }), NotShippable, "16 bits");
});

Deno.test("a network of another recipe than the repository's is not shipped", async () => {
  const recipe = JSON.stringify({ ...JSON.parse(RECIPE), steps: 17, ran: 17 });
  const source = { ...TRAINED, info: { ...INFO, recipe }, dtype: "F32" } as const;
  await assertRejects(() => ship(source), NotShippable, '"steps" is 17 in the file');
  const { recipe: _, ...silent } = INFO;
  assertThrows(() => compareRecipes(silent), SyntaxError, "no recipe");
});

Deno.test("how long a run went on and what it started from may be missing from a file's recipe", () => {
  const { blocksFrom, ...recipe } = { ...findRecipe("grid-draft"), ran: 3 };
  assertEquals(blocksFrom, "quincunx");
  const info = { ...testInfo("grid"), tier: "draft", recipe: JSON.stringify(recipe) };
  assertEquals(compareRecipes(info), []);
  const wrong = { ...info, recipe: JSON.stringify({ ...recipe, blocksFrom: "rows" }) };
  assertEquals(compareRecipes(wrong).length, 1);
});

Deno.test("the best weights of a checkpoint are what is shipped of it", () => {
  const recipe = findRecipe("quincunx-draft");
  const best = flattenNetwork(TRAINED.network);
  const state = { ...initialState(best.map(() => 0)), step: 7, random: 1 };
  const checkpoint = { recipe, state, best: { parameters: best, score: 40 }, before: 30 };
  const source = readSource(encodeCheckpoint(checkpoint));
  assertEquals(source.network, TRAINED.network);
  assertEquals([source.info.step, source.info.tier, source.dtype], ["quincunx", "draft", "F32"]);
});

Deno.test("a file's digest is that of its weights, whatever it says of itself", async () => {
  const network = untrainedNetwork("rows");
  const digest = (tier: string) =>
    weightsDigest(encodeNetwork(network, { ...testInfo("rows"), tier }));
  assertEquals(await digest("one"), await digest("another"));
  network.layers[0]!.bias[0]! += 1;
  assert(
    await digest("one") !==
      await weightsDigest(encodeNetwork(untrainedNetwork("rows"), testInfo("rows"))),
  );
});

Deno.test("coarse networks are scored where they are the coarse step, others where they are the only one", () => {
  const place = (step: "quincunx" | "grid" | "rows", tier: string) => {
    const { name, ratio } = latticeOf({ step, tier });
    return `${name} ${ratio}`;
  };
  assertEquals(place("quincunx", "draft"), "quincunx 2");
  assertEquals(place("grid", "high"), "grid 4");
  assertEquals(place("rows", "high"), "rows 2");
  assertEquals(place("quincunx", "draft-coarse"), "quincunx 8");
  assertEquals(place("grid", "draft-coarse"), "grid 16");
  assertThrows(() => place("rows", "draft-coarse"), RangeError, '"rows"');
  assertEquals(nameOf({ step: "grid", tier: "draft-coarse" }), "grid-draft-coarse");
  assertEquals(ladderTier({ tier: "draft-coarse" }), "draft");
});

Deno.test("the image that gains least is named, and scores come back from a file as they went in", () => {
  const near = (psnr: number) => ({ psnr, psnrMissing: psnr, ssim: psnr / 100 });
  const sample = (name: string, [to, from]: [number, number]) => (
    { name, pixels: 1, bytes: 1, restored: near(to), interpolated: near(from) }
  );
  const of = { lattice: { name: "grid", ratio: 4 }, tier: "draft" } as const;
  const row = summarise([sample("good.png", [40, 35]), sample("bad.png", [30, 30.5])], of);
  assertEquals(row.least, { name: "bad.png", gain: -0.5 });
  const scores = scoresOf(row, { set: "kodak", prefix: "max." });
  assertEquals(readScores(scores, { set: "kodak", prefix: "max." }), {
    ...{ psnr: 35, ssim: 0.35, averaging: { psnr: 32.75, ssim: 0.3275 }, worst: -0.5 },
  });
  assertEquals(readScores(scores, { set: "kodak" }), undefined);
  const exact = summarise([sample("exact.png", [Infinity, Infinity])], of);
  assertEquals(exact.least.gain, 0);
});

Deno.test("generated sections are replaced between their markers, and nothing else is", () => {
  const text = "a\n<!-- begin x -->\nold\n<!-- end x -->\nb\n";
  const once = replaceSections(text, { x: "new" });
  assertEquals(once, "a\n<!-- begin x -->\n\nnew\n\n<!-- end x -->\nb\n");
  assertEquals(replaceSections(once, { x: "new" }), once);
  assertThrows(() => replaceSections(text, { y: "new" }), MissingSection, "begin y");
  assertThrows(() => replaceSections("<!-- begin y -->", { y: "" }), MissingSection, "end y");
});
