import {
  assertAlmostEquals,
  assertEquals,
  assertNotEquals,
} from "npm:deno-std@1.4.0/assert/mod.js";
import { DeviceSpeeds } from "../cli/device_speeds.ts";
import { formatEstimate, TierPicker } from "../cli/tier_picker.ts";
import { GEOMETRIES } from "../codec/lattice/lattice.ts";
import type { Shape } from "../codec/nnc_file.ts";
import { countMultiplyAdds } from "../gpu/network.ts";
import { availableTiers, loadNetwork } from "../weights/catalogue.ts";
import { simulateEngine, type SimulationOptions } from "./support/simulated_engine.ts";

const TIERS = availableTiers("quincunx");
const BEST = TIERS.at(-1)!;

function shapeOf(width: number, height: number): Shape {
  return { size: { width, height }, lattice: { name: "quincunx", ratio: 2 } };
}

/** An engine, a picker that tells the time by it, and what the picker remembers. */
function equip(
  { rate, start = 0, budget = 2, memory = new Map(), today = 20_000 }: {
    rate: number;
    start?: number;
    budget?: number;
    memory?: Map<string, string>;
    today?: number;
  },
) {
  const options: SimulationOptions = { speedOf: () => ({ rate, start }) };
  const simulation = simulateEngine(options);
  const picker = new TierPicker({ budget, memory, now: simulation.now, today });
  return { ...simulation, picker, memory };
}

/** Multiply-adds that a tier spends on a cell. */
async function workOf(tier: string): Promise<number> {
  return countMultiplyAdds((await loadNetwork("quincunx", { tier })).network.architecture);
}

/** Draws an image of so many cells a side with a tier. */
async function draw(
  { engine, picker }: Pick<ReturnType<typeof equip>, "engine" | "picker">,
  { tier, side }: { tier: string; side: number },
): Promise<void> {
  const { network } = await loadNetwork("quincunx", { tier });
  const data = new Uint8Array(side * side * 8);
  const kept = { width: side, height: side, phases: 2, data };
  await picker.watch(engine).restoreCells(network, { geometry: GEOMETRIES.quincunx, kept });
}

Deno.test("each image of a batch gets the tier that fits it", async () => {
  const { engine, picker } = equip({ rate: 20e9, budget: 1 });
  const small = await picker.pick(engine, shapeOf(8, 8));
  const large = await picker.pick(engine, shapeOf(8000, 6000));
  assertEquals([small.facts.tier, large.facts.tier], [BEST, TIERS[0]]);
  assertEquals(large.facts.budget, 1);
  assertAlmostEquals(large.facts.estimate, 12e6 * await workOf(TIERS[0]!) / 20e9, 0.01);
});

Deno.test("what was picked is told with its reason", async () => {
  const { engine, picker } = equip({ rate: 20e9, budget: 1.5 });
  const told = async (width: number, height: number) =>
    (await picker.pick(engine, shapeOf(width, height))).reason;
  const [fastest, next] = TIERS;
  const [one, two] = await Promise.all([fastest!, next!].map(workOf));
  const estimate = (cells: number, work: number) => formatEstimate(cells * work / 20e9);
  assertEquals(
    await told(2000, 1500),
    `tier "${fastest}", estimated ${estimate(750e3, one!)} of 1.5 s on simulated; ` +
      `"${next}" would take ${estimate(750e3, two!)}`,
  );
  assertEquals(
    await told(8000, 6000),
    `tier "${fastest}", estimated ${
      estimate(12e6, one!)
    } on simulated, over the budget of 1.5 s; ` +
      "no tier is faster",
  );
  assertEquals(
    await told(2, 2),
    `tier "${BEST}", estimated 0.001 s of 1.5 s on simulated; no tier is better`,
  );
});

Deno.test("a device is measured once, and known from then on, also to the next start", async () => {
  const first = equip({ rate: 1e9 });
  await first.picker.pick(first.engine, shapeOf(100, 100));
  const measured = first.ran.length;
  const picked = await first.picker.pick(first.engine, shapeOf(100, 100));
  assertEquals(first.ran.length, measured);
  const next = equip({ rate: 1e9, memory: first.memory });
  assertEquals(await next.picker.pick(next.engine, shapeOf(100, 100)), picked);
  assertEquals(next.ran, []);
});

Deno.test("another adapter or another kernel is measured anew", async () => {
  const { memory, ...first } = equip({ rate: 1e9 });
  await first.picker.pick(first.engine, shapeOf(100, 100));
  const other = simulateEngine({ speedOf: () => ({ rate: 1e9, start: 0 }), description: "other" });
  const picker = new TierPicker({ budget: 2, memory, now: other.now });
  await picker.pick(other.engine, shapeOf(100, 100));
  assertNotEquals(other.ran, []);
  assertEquals(memory.size, 2);
});

Deno.test("a tier that is out of the question is not measured", async () => {
  const slow = equip({ rate: 1e8, budget: 1 });
  const { facts } = await slow.picker.pick(slow.engine, shapeOf(4000, 3000));
  assertEquals(facts.tier, "draft");
  assertEquals(new Set(slow.ran), new Set([16]));
});

Deno.test("the time to start counts for the first image of a width, not for the next", async () => {
  const memory = new Map<string, string>();
  const before = equip({ rate: 10e9, start: 1, memory });
  await before.picker.pick(before.engine, shapeOf(1000, 1000));
  const after = equip({ rate: 10e9, start: 1, memory, budget: 0.5 });
  const cold = await after.picker.pick(after.engine, shapeOf(1000, 1000));
  await draw(after, { tier: "draft", side: 500 });
  const warm = await after.picker.pick(after.engine, shapeOf(1000, 1000));
  assertAlmostEquals(cold.facts.estimate - warm.facts.estimate, 1, 0.01);
  const names = TIERS.map((tier) => tier as string);
  const estimates = await after.picker.estimate(after.engine, shapeOf(1000, 1000));
  assertEquals(estimates.map(({ tier }) => tier), names);
  assertAlmostEquals(estimates[0]!.seconds, warm.facts.estimate, 0.001);
});

Deno.test("images that take another time than estimated correct the estimate of every tier", async () => {
  const memory = new Map<string, string>();
  const busy = equip({ rate: 1e9, start: 0.8, memory, budget: 1000 });
  await busy.picker.pick(busy.engine, shapeOf(1000, 1000));
  const before = await busy.picker.estimate(busy.engine, shapeOf(1000, 1000));
  for (let start = 0; start < 12; start++) {
    const idle = equip({ rate: 4e9, start: 0.2, memory, budget: 1000 });
    await draw(idle, { tier: "draft", side: start % 2 === 0 ? 20 : 500 });
  }
  const idle = equip({ rate: 4e9, start: 0.2, memory, budget: 1000 });
  const after = await idle.picker.estimate(idle.engine, shapeOf(1000, 1000));
  before.forEach(({ seconds }, index) =>
    assertAlmostEquals(seconds / after[index]!.seconds, 4, 0.2)
  );
  assertEquals(idle.ran, []);
});

Deno.test("one disturbed image does not decide", async () => {
  const memory = new Map<string, string>();
  const idle = equip({ rate: 4e9, memory });
  const [before] = await idle.picker.estimate(idle.engine, shapeOf(1000, 1000));
  const busy = equip({ rate: 4e8, memory });
  await draw(busy, { tier: "draft", side: 1000 });
  const [after] = await busy.picker.estimate(busy.engine, shapeOf(1000, 1000));
  assertAlmostEquals(after!.seconds / before!.seconds, 2, 0.1);
});

Deno.test("an image too small to tell anything corrects nothing", async () => {
  const { memory, ...first } = equip({ rate: 1e9 });
  await first.picker.pick(first.engine, shapeOf(1000, 1000));
  const written = new Map(memory);
  const faster = equip({ rate: 1e11, memory });
  await draw(faster, { tier: "draft", side: 20 });
  assertEquals(memory, written);
});

Deno.test("a speed that no image has shown for days is measured anew, the others are not", async () => {
  const memory = new Map<string, string>();
  const [fastest, next] = await Promise.all(
    TIERS.slice(0, 2).map(async (tier) =>
      (await loadNetwork("quincunx", { tier })).network.architecture.channels
    ),
  );
  const ran: number[][] = [];
  for (const today of [100, 101, 102]) {
    const { engine, picker, ran: now } = equip({ rate: 1e9, memory, today, budget: 1000 });
    await picker.pick(engine, shapeOf(1000, 1000));
    ran.push([...new Set(now)]);
    await draw({ engine, picker }, { tier: TIERS[0]!, side: 300 });
  }
  assertEquals(ran[0]!.includes(fastest!) && ran[0]!.includes(next!), true);
  assertEquals(ran[1], []);
  assertEquals([ran[2]!.includes(fastest!), ran[2]!.includes(next!)], [false, true]);
});

Deno.test("what is remembered and makes no sense is measured anew", () => {
  const nonsense = [
    "",
    "[",
    "null",
    "{}",
    "[[16]]",
    "[null]",
    '[[16,{"rate":1,"start":0}]]',
    '[[16,{"rate":-1,"start":0,"day":9}]]',
    '[[16,{"rate":"1","start":0,"day":9}]]',
    '[[16.5,{"rate":1,"start":0,"day":9}]]',
    '[["16",{"rate":1,"start":0,"day":9}]]',
    '[[16,{"rate":1e999,"start":0,"day":9}]]',
    '[[16,{"rate":1,"start":-1,"day":9}]]',
    '[[16,{"rate":1,"start":0,"day":"9"}]]',
    JSON.stringify(Array(65).fill([16, { rate: 1, start: 0, day: 9 }])),
  ];
  const knownOf = (text: string, today: number) =>
    new DeviceSpeeds("key", { memory: new Map([["key", text]]), today }).known;
  for (const text of nonsense) assertEquals(knownOf(text, 9).size, 0, text.slice(0, 40));
  const sound = '[[16,{"rate":1,"start":0,"day":9}]]';
  assertEquals([7, 8, 9, 10, 11].map((today) => knownOf(sound, today).size), [0, 1, 1, 1, 0]);
});

Deno.test("a correction that is no number is not believed", () => {
  const memory = new Map<string, string>();
  const speeds = new DeviceSpeeds("key", { memory, today: 9 });
  speeds.learn(16, { rate: 5, start: 1 });
  const written = memory.get("key");
  for (const taken of [NaN, 0, -1, Infinity]) speeds.correct(16, { estimated: 1, taken });
  assertEquals(memory.get("key"), written);
});

Deno.test("estimates are told to two digits", () => {
  const told = [0.0001, 0.0123, 0.126, 1.26, 12.6, 59.9, 130].map(formatEstimate);
  assertEquals(told, ["0.001 s", "0.012 s", "0.13 s", "1.3 s", "13 s", "60 s", "2 min 10 s"]);
});
