import { assert, assertEquals } from "npm:deno-std@1.4.0/assert/mod.js";
import { tiersOf } from "../bench/quality.ts";
import { F16_COST, MAX_PREFIX, readScores, SCORED_SETS } from "../bench/scores/keys.ts";
import { isCoarse, ladderTier, latticeOf } from "../bench/scores/place.ts";
import { compareRecipes } from "../bench/scores/recipe.ts";
import { PICTURES } from "../bench/weaknesses/pictures.ts";
import { CARDS, makeSections } from "../bench/weights.ts";
import { readShipped, type ShippedFile } from "../bench/weights/files.ts";
import { readReport } from "../bench/weights/reports.ts";
import { replaceSections } from "../bench/weights/sections.ts";
import { ALL_LATTICES, latticeSteps } from "../codec/lattice/lattice.ts";
import { coarseTiers, shippedTiers } from "../weights/shipped_networks.ts";

const FILES = await readShipped();

/** What a set was scored at along the tiers of a step, fast to good; `max` has its scores in the best file. */
function ladders(set: typeof SCORED_SETS[number]) {
  const groups = Map.groupBy(FILES, ({ info }) => `${info.step}, coarse: ${isCoarse(info)}`);
  return [...groups].map(([name, files]) => ({
    name: `${set}, ${name}`,
    rungs: files.flatMap(({ info: { scores } }) =>
      ["", MAX_PREFIX].flatMap((prefix) => readScores(scores, { set, prefix }) ?? [])
    ),
  }));
}

function forEachFile(check: (file: ShippedFile) => void): void {
  for (const file of FILES) check(file);
}

Deno.test("every shipped file was trained by the recipe of its name", () => {
  forEachFile(({ name, info }) => assertEquals(compareRecipes(info), [], name));
});

Deno.test("every shipped file is of 16-bit floats, and that costs under 0.01 dB", () => {
  forEachFile(({ name, dtype, info: { scores } }) => {
    assertEquals(dtype, "F16", name);
    assert(scores?.[F16_COST]! < 0.01, `${name}: ${scores?.[F16_COST]}`);
  });
});

Deno.test("every shipped file says what it scores on both sets, and that is above averaging", () => {
  for (const set of SCORED_SETS) {
    forEachFile(({ name, info }) => {
      const scores = readScores(info.scores, { set });
      assert(scores !== undefined, `${name} has no scores on ${set}`);
      const { psnr, ssim, averaging } = scores!;
      assert(psnr > averaging.psnr && ssim > averaging.ssim, `${name}, ${set}`);
    });
  }
});

Deno.test("each tier is better than the one below it, by PSNR and by SSIM", () => {
  for (const set of SCORED_SETS) {
    for (const { name, rungs } of ladders(set)) {
      rungs.slice(1).forEach((rung, index) => {
        assert(rung.psnr > rungs[index]!.psnr, `${name}: PSNR ${rung.psnr}`);
        assert(rung.ssim > rungs[index]!.ssim, `${name}: SSIM ${rung.ssim}`);
      });
    }
  }
});

Deno.test("no Kodak image is worse than averaging at any tier of ratios 2 and 4", () => {
  forEachFile(({ name, info }) => {
    if (isCoarse(info)) return;
    for (const prefix of ["", MAX_PREFIX]) {
      const scores = readScores(info.scores, { set: "kodak", prefix });
      assert((scores?.worst ?? Infinity) > 0, `${prefix}${name} loses ${scores?.worst} dB`);
    }
  });
});

Deno.test("the tier max, which has no file, is scored in the best one of each step and in no other", () => {
  forEachFile(({ name, info }) => {
    const tiers = isCoarse(info) ? coarseTiers(info.step) : shippedTiers(info.step);
    const scores = readScores(info.scores, { set: "kodak", prefix: MAX_PREFIX });
    const isOffered = tiersOf(latticeOf(info)).includes("max");
    assertEquals(scores !== undefined, isOffered && ladderTier(info) === tiers.at(-1), name);
  });
});

Deno.test("weaknesses were measured on the networks that are shipped, at all their tiers", async () => {
  const { networks, rows } = await readReport("weaknesses");
  assertEquals(networks, Object.fromEntries(FILES.map(({ name, digest }) => [name, digest])));
  for (const lattice of ALL_LATTICES.filter((one) => latticeSteps(one).length === 1)) {
    for (const { name } of PICTURES) {
      const row = rows.find((one) => one.picture === name && one.lattice === lattice.name);
      assertEquals(Object.keys(row?.tiers ?? {}), tiersOf(lattice), `${name}, ${lattice.name}`);
    }
  }
});

Deno.test("seconds were measured for every tier that is shipped", async () => {
  const { rows } = await readReport("seconds");
  for (const { name, ratio } of ALL_LATTICES) {
    const tiers = rows.filter((row) => row.lattice === name && row.ratio === ratio);
    assertEquals(tiers.map(({ tier }) => tier), tiersOf({ name, ratio }), `${name} ${ratio}`);
  }
});

Deno.test("the cards are what the files and the reports say", async () => {
  const text = await Deno.readTextFile(CARDS);
  assertEquals(text, replaceSections(text, await makeSections()));
  for (const { name, info } of FILES) {
    assert(text.includes(`### \`${name}\``), name);
    assert(text.includes(`\`${ladderTier(info)}\``), name);
  }
});
