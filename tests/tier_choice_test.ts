import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertThrows,
} from "npm:deno-std@1.4.0/assert/mod.js";
import { ALL_LATTICES, latticeSteps } from "../codec/lattice/lattice.ts";
import { coarseToFine } from "../codec/lattice/pyramid.ts";
import { GEOMETRIES } from "../codec/lattice/geometries.ts";
import { countMultiplyAdds } from "../gpu/network.ts";
import { measureSpeed } from "../gpu/speed.ts";
import { availableTiers, loadNetwork } from "../weights/shipped_networks.ts";
import { chooseTier, levelCosts, tierCosts } from "../weights/tier_choice.ts";
import { randomNetwork } from "./support/networks.ts";
import { simulateEngine } from "./support/simulated_engine.ts";

/** Tiers that take 1, 7 and 50 seconds on a device that makes 10⁹ multiply-adds a second. */
const COSTS = [
  { tier: "small", multiplyAdds: 1e9 },
  { tier: "medium", multiplyAdds: 7e9 },
  { tier: "large", multiplyAdds: 50e9 },
];
const speed = 1e9;

Deno.test("the best tier that fits is chosen, to the very second, and the next is told", () => {
  const cases: [budget: number, tier: string, fits: boolean, better: string | undefined][] = [
    [0.999, "small", false, "medium"],
    [1, "small", true, "medium"],
    [6.999, "small", true, "medium"],
    [7, "medium", true, "large"],
    [50, "large", true, undefined],
    [1e6, "large", true, undefined],
  ];
  for (const [budget, tier, fits, better] of cases) {
    const choice = chooseTier(COSTS, { speed, budget });
    const found = [choice.tier, choice.fits, choice.better?.tier];
    assertEquals(found, [tier, fits, better], `${budget}`);
  }
  const { seconds, better } = chooseTier(COSTS, { speed: 2e9, budget: 4 });
  assertEquals([seconds, better?.seconds], [3.5, 25]);
});

Deno.test("a lossy file that has all its pixels takes nothing with draft, and more with each tier that improves it", async () => {
  const improved = { width: 101, height: 50 };
  const costs = await levelCosts([], { improved });
  assertEquals(costs.map(({ tier }) => tier), ["draft", "standard", "high"]);
  const [draft, standard, high] = costs.map(({ multiplyAdds }) => multiplyAdds);
  assertEquals(draft, 0);
  assert(standard! > 0 && high! > standard!);
  const { architecture } = (await loadNetwork("within")).network;
  assertEquals(standard, 51 * 25 * countMultiplyAdds(architecture));
  const levels = coarseToFine({ width: 202, height: 100 }, ["grid"]);
  const [, drawn] = await levelCosts(levels);
  const [, both] = await levelCosts(levels, { improved });
  assertEquals(both!.multiplyAdds, drawn!.multiplyAdds + standard!);
});

Deno.test("a budget that is no positive number and no tier are refused", () => {
  for (const budget of [0, -1, NaN]) {
    assertThrows(() => chooseTier(COSTS, { speed, budget }), RangeError, `${budget}`);
  }
  assertThrows(() => chooseTier([], { speed, budget: 1 }), RangeError, "tier");
});

Deno.test("the work of an image is that of every cell of every step, with each tier that all steps have", async () => {
  for (const lattice of ALL_LATTICES) {
    const [fine, coarse] = latticeSteps(lattice);
    const costs = await tierCosts({ width: 101, height: 67 }, lattice);
    assertEquals(costs.map(({ tier }) => tier), [...availableTiers(fine!)]);
    for (const { tier, multiplyAdds } of costs) {
      const perCell = async (step: typeof fine, spacing: number) =>
        countMultiplyAdds((await loadNetwork(step!, { tier, spacing })).network.architecture);
      const columns = lattice.name === "rows" ? 101 : 51;
      const cells = columns * 34 * await perCell(fine, 1) +
        (coarse ? 26 * 17 * await perCell(coarse, 2) : 0);
      assertEquals(multiplyAdds / cells, tier === "max" ? 8 : 1, `${lattice.name} ${tier}`);
    }
    const work = costs.map(({ multiplyAdds }) => multiplyAdds);
    assertEquals(work, work.toSorted((a, b) => a - b), "from fast to good");
  }
});

Deno.test("a measured speed is that of the device, whatever it waits and starts", async () => {
  const geometry = GEOMETRIES.quincunx;
  for (const rate of [1e8, 1e10, 1e12]) {
    for (const waiting of [0, 0.012]) {
      const network = randomNetwork("quincunx", { channels: 16, blocks: 2 });
      const { engine, now } = simulateEngine({ speed: () => rate, start: 0.3, waiting });
      const speed = await measureSpeed(engine, { network, geometry, now });
      assertAlmostEquals(speed / rate, 1, 0.05);
      assert(now() < 300 + 1000, `it took ${now()} ms, of which 300 are the start`);
    }
  }
});

Deno.test("one moment that is disturbed does not change a measured speed", async () => {
  const network = randomNetwork("quincunx", { channels: 16, blocks: 2 });
  /** Measures a device that restores the image of that number, counted from 0, at a fifth of the speed. */
  const measure = async (slow: number) => {
    const { engine, now, ran } = simulateEngine({
      speed: () => ran.length === slow ? 2e9 : 1e10,
      waiting: 0,
    });
    const speed = await measureSpeed(engine, { network, geometry: GEOMETRIES.quincunx, now });
    return { speed, images: ran.length };
  };
  const { images } = await measure(-1);
  for (let slow = 0; slow < images; slow++) {
    assertAlmostEquals((await measure(slow)).speed / 1e10, 1, 0.05, `image ${slow}`);
  }
});

Deno.test("a device too fast to be timed has a finite speed all the same", async () => {
  const { engine } = simulateEngine({ speed: () => 1 });
  const options = { network: randomNetwork("rows"), geometry: GEOMETRIES.rows, now: () => 0 };
  const speed = await measureSpeed(engine, options);
  assert(Number.isFinite(speed) && speed > 0, `${speed}`);
});
