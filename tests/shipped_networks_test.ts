import type { StepName } from "../codec/lattice/steps.ts";
import {
  assert,
  assertEquals,
  assertRejects,
  assertStrictEquals,
  assertThrows,
} from "npm:deno-std@1.4.0/assert/mod.js";
import { checkNetwork } from "../gpu/network.ts";
import { chooseNetworks } from "../weights/network_choice.ts";
import {
  availableTiers,
  coarseTiers,
  loadNetwork,
  shippedTiers,
} from "../weights/shipped_networks.ts";
import { isFor } from "../weights/network_file.ts";
import { WeightsError } from "../weights/weights_error.ts";
import { TemporaryFolder } from "./support/temporary_folder.ts";
import { randomNetwork, testInfo } from "./support/networks.ts";

const STEPS = ["quincunx", "grid", "rows"] as const;
const WEIGHTS = new URL("../weights/", import.meta.url);

Deno.test("the catalogue lists exactly the files that lie beside it", () => {
  const files = [...Deno.readDirSync(WEIGHTS)]
    .map(({ name }) => name)
    .filter((name) => name.endsWith(".safetensors"));
  const listed = STEPS.flatMap((step) => [
    ...shippedTiers(step).map((tier) => `${step}-${tier}`),
    ...coarseTiers(step).map((tier) => `${step}-${tier}-coarse`),
  ]);
  assertEquals(files.sort(), listed.map((name) => `${name}.safetensors`).sort());
});

Deno.test("every shipped network loads, is whole, and says what it is and where it comes from", async () => {
  for (const step of STEPS) {
    for (const tier of shippedTiers(step)) {
      const { network, info } = await loadNetwork(step, { tier });
      checkNetwork(network);
      assertEquals([info.step, info.tier], [step, tier]);
      assert(info.data && info.licence && info.recipe, `${step}-${tier} has no provenance`);
    }
  }
});

Deno.test("a shipped network that is damaged is told by its own name, as it is asked for by other files", async () => {
  using folder = new TemporaryFolder();
  const name = "quincunx-draft.safetensors";
  const bytes = Deno.readFileSync(new URL(name, WEIGHTS));
  Deno.writeFileSync(`${folder.path}/${name}`, bytes.subarray(0, 9000));
  const load = loadNetwork("quincunx", { tier: "draft", folder: `file://${folder.path}` });
  await assertRejects(
    () => load,
    WeightsError,
    `/${name}", which come with NNC, are damaged: The file is cut short`,
  );
});

Deno.test("the coarse step has a network of its own where one is shipped up to the tier, else that of full size", async () => {
  for (const step of STEPS) {
    let best: string | undefined;
    for (const tier of shippedTiers(step)) {
      const full = await loadNetwork(step, { tier });
      const coarse = await loadNetwork(step, { tier, spacing: 2 });
      assert(isFor(coarse.info, { step, spacing: 2 }));
      if (coarseTiers(step).includes(tier)) {
        best = tier;
        assertEquals(coarse.network.architecture, full.network.architecture);
        const { data, licence, recipe } = coarse.info;
        assert(data && licence && recipe, `${step}-${tier}-coarse has no provenance`);
      }
      if (best !== undefined) {
        assertEquals([coarse.info.tier, coarse.info.spacings], [`${best}-coarse`, [2]]);
      } else {
        assertStrictEquals(coarse, full);
      }
    }
  }
  assertThrows(() => coarseTiers("columns" as StepName), WeightsError, "quincunx, grid, rows");
});

Deno.test("a network is read once and then shared", async () => {
  const first = await loadNetwork("rows");
  assertStrictEquals(await loadNetwork("rows", { tier: "standard" }), first);
});

Deno.test("all shipped weights together stay under 12 MB", () => {
  const sizes = [...Deno.readDirSync(WEIGHTS)]
    .filter(({ name }) => name.endsWith(".safetensors"))
    .map(({ name }) => Deno.statSync(new URL(name, WEIGHTS)).size);
  assert(sizes.reduce((sum, size) => sum + size, 0) < 12e6);
});

Deno.test("a tier that is not shipped is refused with those that are", async () => {
  for (const tier of ["gigantic", "../rows-standard", "toString"]) {
    const error = await assertRejects(() => loadNetwork("rows", { tier }), WeightsError, tier);
    for (const known of availableTiers("rows")) assert(error.message.includes(known), known);
  }
});

Deno.test("a network of one's own stands in for its step and no other", async () => {
  const own = { network: randomNetwork("rows"), info: testInfo("rows") };
  const networkOf = chooseNetworks({ own, tier: "no such tier" });
  assertStrictEquals(await networkOf("rows"), own.network);
  await assertRejects(() => networkOf("grid"), WeightsError, '"no such tier"');
});

Deno.test("a network of one's own stands in at the spacings that it names, or at all", async () => {
  const network = randomNetwork("grid");
  const chosen = async (spacings?: number[]) => {
    const own = { network, info: { ...testInfo("grid"), ...(spacings && { spacings }) } };
    const networkOf = chooseNetworks({ own });
    const found = [await networkOf("grid"), await networkOf("grid", { spacing: 2 })];
    return found.map((other) => other === network);
  };
  assertEquals(await chosen(), [true, true]);
  assertEquals(await chosen([1, 2]), [true, true]);
  assertEquals(await chosen([1]), [true, false]);
  assertEquals(await chosen([2]), [false, true]);
});

Deno.test("a step that does not exist is refused with those that do", async () => {
  const step = "columns" as StepName;
  await assertRejects(() => loadNetwork(step), WeightsError, 'There is no step "columns"');
  assertThrows(() => shippedTiers(step), WeightsError, "quincunx, grid, rows");
});
