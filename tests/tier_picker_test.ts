import {
  assertAlmostEquals,
  assertEquals,
  assertNotEquals,
} from "npm:deno-std@1.4.0/assert/mod.js";
import { formatEstimate, TierPicker } from "../cli/tier_picker.ts";
import type { Shape } from "../codec/file_shape.ts";
import { availableTiers } from "../weights/shipped_networks.ts";
import { tierCosts } from "../weights/tier_choice.ts";
import { simulateEngine } from "./support/simulated_engine.ts";

const TIERS = availableTiers("quincunx");
const BEST = TIERS.at(-1)!;

function shapeOf(width: number, height: number): Shape {
  return { size: { width, height }, lattice: { name: "quincunx", ratio: 2 } };
}

/** An engine, a picker that tells the time by it, and what the picker remembers. */
function equip(
  { budget = 2, memory = new Map<string, string>(), today = 20_000, description = "simulated" } =
    {},
) {
  const simulation = simulateEngine({ speed: () => 20e9, start: 1, description });
  const picker = new TierPicker({ budget, memory, now: simulation.now, today });
  return { ...simulation, picker, memory };
}

Deno.test("each image of a batch gets the tier that fits it, whatever starting takes", async () => {
  const { engine, picker } = equip();
  const [photo, small] = [shapeOf(8000, 6000), shapeOf(8, 8)];
  const [draft] = await tierCosts(photo.size, photo.lattice);
  const picked = (await picker.pick(engine, photo)).facts;
  assertEquals([picked.tier, picked.budget], [TIERS[0]!, 2]);
  assertAlmostEquals(picked.estimate / (draft!.multiplyAdds / 20e9), 1, 0.05);
  assertEquals((await picker.pick(engine, small)).facts.tier, BEST);
});

Deno.test("what was picked is told with its reason", async () => {
  const { engine, picker } = equip({ budget: 1.5 });
  const speed = await picker.speed(engine);
  const cases: [width: number, height: number, tell: (estimates: string[]) => string][] = [
    [
      2000,
      1500,
      ([draft, next]) =>
        `"${TIERS[0]}", estimated ${draft} of 1.5 s on simulated; "${TIERS[1]}" would take ${next}`,
    ],
    [2, 2, () => `"${BEST}", estimated 0.001 s of 1.5 s on simulated; no tier is better`],
    [
      8000,
      6000,
      ([draft]) =>
        `"${
          TIERS[0]
        }", estimated ${draft} on simulated, over the budget of 1.5 s; no tier is faster`,
    ],
  ];
  for (const [width, height, tell] of cases) {
    const shape = shapeOf(width, height);
    const costs = await tierCosts(shape.size, shape.lattice);
    const estimates = costs.map(({ multiplyAdds }) => formatEstimate(multiplyAdds / speed));
    assertEquals((await picker.pick(engine, shape)).reason, `tier ${tell(estimates)}`);
  }
});

Deno.test("a device is measured once a day, whatever starts on it", async () => {
  const first = equip();
  const picked = await first.picker.pick(first.engine, shapeOf(100, 100));
  const measured = first.ran.length;
  assertNotEquals(measured, 0);
  await first.picker.pick(first.engine, shapeOf(8000, 6000));
  assertEquals(first.ran.length, measured);
  const next = equip({ memory: first.memory });
  assertEquals(await next.picker.pick(next.engine, shapeOf(100, 100)), picked);
  assertEquals(next.ran, []);
  const tomorrow = equip({ memory: first.memory, today: 20_001 });
  await tomorrow.picker.pick(tomorrow.engine, shapeOf(100, 100));
  assertEquals(tomorrow.ran.length, measured);
  const other = equip({ memory: first.memory, description: "another adapter" });
  await other.picker.pick(other.engine, shapeOf(100, 100));
  assertEquals([other.ran.length, first.memory.size], [measured, 2]);
});

Deno.test("what is remembered and makes no sense is measured anew", async () => {
  const { engine, picker, memory } = equip();
  await picker.pick(engine, shapeOf(100, 100));
  const key = [...memory.keys()][0]!;
  const nonsense = ["", "[", "7", "20000", "20000 -1", "20000 0", "20000 1e999", "20000 x", "x 7"];
  for (const text of nonsense) {
    const next = equip({ memory: new Map([[key, text]]) });
    await next.picker.pick(next.engine, shapeOf(100, 100));
    assertNotEquals(next.ran, [], text);
  }
  const sound = equip({ memory: new Map([[key, "20000 1"]]) });
  await sound.picker.pick(sound.engine, shapeOf(100, 100));
  assertEquals(sound.ran, []);
});

Deno.test("estimates are told to two digits", () => {
  const told = [0.0001, 0.0123, 0.126, 1.26, 12.6, 59.9, 130].map(formatEstimate);
  assertEquals(told, ["0.001 s", "0.012 s", "0.13 s", "1.3 s", "13 s", "60 s", "2 min 10 s"]);
});
