import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertThrows,
} from "npm:deno-std@1.4.0/assert/mod.js";
import { ALL_LATTICES, GEOMETRIES, latticeSteps } from "../codec/lattice/lattice.ts";
import { chooseTier, DEFAULT_BUDGET, estimateSeconds } from "../weights/tier_choice.ts";
import { type TierCost, tierCosts } from "../weights/tier_cost.ts";
import { countMultiplyAdds } from "../gpu/network.ts";
import { measureSpeed } from "../gpu/speed.ts";
import { availableTiers, loadNetwork } from "../weights/catalogue.ts";
import { randomNetwork } from "./support/networks.ts";
import { simulateEngine } from "./support/simulated_engine.ts";

const GIGA = 1e9;

/** Tiers that take 1, 7 and 50 seconds on a device that makes 10⁹ multiply-adds a second. */
const COSTS: readonly TierCost[] = [
  { tier: "small", steps: [{ step: "quincunx", channels: 16, multiplyAdds: 1 * GIGA }] },
  { tier: "medium", steps: [{ step: "quincunx", channels: 32, multiplyAdds: 7 * GIGA }] },
  { tier: "large", steps: [{ step: "quincunx", channels: 64, multiplyAdds: 50 * GIGA }] },
];

const EVEN = new Map([16, 32, 64].map((channels) => [channels, { rate: GIGA, start: 0 }]));

Deno.test("the best tier that fits is chosen, to the very second", () => {
  const cases: [budget: number, tier: string, fits: boolean, better: string | undefined][] = [
    [0.001, "small", false, "medium"],
    [0.999, "small", false, "medium"],
    [1, "small", true, "medium"],
    [6.999, "small", true, "medium"],
    [7, "medium", true, "large"],
    [49.9, "medium", true, "large"],
    [50, "large", true, undefined],
    [1e6, "large", true, undefined],
  ];
  for (const [budget, tier, fits, better] of cases) {
    const choice = chooseTier(COSTS, { speeds: EVEN, budget });
    assertEquals(
      [choice.tier, choice.fits, choice.better?.tier],
      [tier, fits, better],
      `${budget}`,
    );
  }
});

Deno.test("what it will take is told of the chosen tier and of the next", () => {
  assertEquals(chooseTier(COSTS, { speeds: EVEN, budget: 8 }), {
    tier: "medium",
    seconds: 7,
    fits: true,
    better: { tier: "large", seconds: 50 },
  });
});

Deno.test("where nothing else is asked for, two seconds are the limit", () => {
  assertEquals(DEFAULT_BUDGET, 2);
  const twice = new Map([[16, { rate: 3.5 * GIGA, start: 0 }]]);
  assertEquals(chooseTier(COSTS, { speeds: twice }).tier, "medium");
});

Deno.test("starting counts once for each width that has not run yet", () => {
  const speeds = new Map([[16, { rate: GIGA, start: 0.5 }], [32, { rate: GIGA, start: 0.25 }]]);
  const step = { step: "grid", channels: 16, multiplyAdds: GIGA } as const;
  const cost = { tier: "two steps", steps: [step, step, { ...step, channels: 32 }] };
  assertEquals(estimateSeconds(cost, { speeds }), 3.75);
  assertEquals(estimateSeconds(cost, { speeds, warm: new Set([16]) }), 3.25);
  assertEquals(estimateSeconds(cost, { speeds, warm: new Set([16, 32]) }), 3);
});

Deno.test("a width whose speed is not known counts as the nearest one that is", () => {
  const speeds = new Map([[16, { rate: GIGA, start: 0 }], [48, { rate: 2 * GIGA, start: 0 }]]);
  const seconds = COSTS.map((cost) => estimateSeconds(cost, { speeds }));
  assertEquals(seconds, [1, 3.5, 25]);
});

Deno.test("a budget that is no positive number, no tier and no speed are refused", () => {
  for (const budget of [0, -1, NaN]) {
    assertThrows(() => chooseTier(COSTS, { speeds: EVEN, budget }), RangeError, `${budget}`);
  }
  assertThrows(() => chooseTier([], { speeds: EVEN }), RangeError, "tier");
  assertThrows(() => chooseTier(COSTS, { speeds: new Map() }), RangeError, "speed");
});

Deno.test("the work of an image is that of every cell of every step, with each tier that all steps have", async () => {
  for (const lattice of ALL_LATTICES) {
    const steps = latticeSteps(lattice);
    const costs = await tierCosts({ width: 101, height: 67 }, lattice);
    const shared = availableTiers(steps[0]!).filter((tier) =>
      steps.every((step) => availableTiers(step).includes(tier))
    );
    assertEquals(costs.map(({ tier }) => tier), shared);
    for (const { tier, steps: found } of costs) {
      assertEquals(found.map(({ step }) => step), steps);
      const { architecture } = (await loadNetwork(steps[0]!, { tier })).network;
      const columns = lattice.name === "rows" ? 101 : 51;
      const passes = found[0]!.multiplyAdds / (countMultiplyAdds(architecture) * columns * 34);
      assertEquals(found[0]!.channels, architecture.channels);
      assertEquals(passes, tier === "max" ? 8 : 1, tier);
    }
    const work = costs.map(({ steps }) => steps.reduce((sum, step) => sum + step.multiplyAdds, 0));
    assertEquals(work, work.toSorted((a, b) => a - b), "from fast to good");
  }
});

Deno.test("the coarse step of ratio 16 works on a quarter of the cells of the fine one", async () => {
  const size = { width: 640, height: 480 };
  for (
    const { tier, steps: [fine, coarse] } of await tierCosts(size, { name: "grid", ratio: 16 })
  ) {
    const [near, far] = await Promise.all([1, 2].map(async (spacing) => {
      const { architecture } = (await loadNetwork("grid", { tier, spacing })).network;
      return countMultiplyAdds(architecture);
    }));
    assertEquals(fine!.multiplyAdds / near!, 4 * coarse!.multiplyAdds / far!, tier);
  }
});

Deno.test("a measured speed is that of the device, whatever it waits and starts", async () => {
  const geometry = GEOMETRIES.quincunx;
  for (const rate of [1e8, 1e10, 1e12]) {
    for (const waiting of [0, 0.012]) {
      const network = randomNetwork("quincunx", { channels: 16, blocks: 2 });
      const { engine, now } = simulateEngine({ speedOf: () => ({ rate, start: 0.3 }), waiting });
      const speed = await measureSpeed(engine, { network, geometry, now });
      assertAlmostEquals(speed.rate / rate, 1, 0.03);
      assertAlmostEquals(speed.start, 0.3, 1e-6);
      assert(now() < 300 + 1000, `it took ${now()} ms, of which 300 are the start`);
    }
  }
});

Deno.test("one moment that is disturbed or undisturbed does not change a measured speed", async () => {
  const network = randomNetwork("quincunx", { channels: 16, blocks: 2 });
  /** Measures a device whose image of that number, counted from 0, is restored at another speed. */
  const measure = async (odd: number, factor: number) => {
    let image = 0;
    const rate = () => image++ === odd ? 1e10 * factor : 1e10;
    const { engine, now, ran } = simulateEngine({ speedOf: () => ({ rate: rate(), start: 0 }) });
    const speed = await measureSpeed(engine, { network, geometry: GEOMETRIES.quincunx, now });
    return { rate: speed.rate, images: ran.length };
  };
  const { rate, images } = await measure(-1, 1);
  assertAlmostEquals(rate / 1e10, 1, 0.03);
  for (const odd of [images - 3, images - 2, images - 1]) {
    for (const factor of [0.2, 5]) {
      const found = await measure(odd, factor);
      assertAlmostEquals(found.rate / rate, 1, 0.03, `image ${odd}, ${factor} times as fast`);
    }
  }
});

Deno.test("a device too fast to be timed has a finite speed all the same", async () => {
  const { engine } = simulateEngine({ speedOf: () => ({ rate: 1, start: 0 }) });
  const network = randomNetwork("rows");
  const options = { network, geometry: GEOMETRIES.rows, now: () => 0 };
  const { rate, start } = await measureSpeed(engine, options);
  assert(Number.isFinite(rate) && rate > 0, `${rate}`);
  assertEquals(start, 0);
});
