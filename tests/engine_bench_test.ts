import { assert, assertEquals, assertThrows } from "npm:deno-std@1.4.0/assert/mod.js";
import { GEOMETRIES } from "../codec/lattice/geometries.ts";
import { compareCells, NO_SAMPLES, requireAgreement } from "../bench/engine/agreement.ts";
import { timeRepeated } from "../bench/clock.ts";
import { ENGINE_OPTIONS, engineOptions, SECTIONS } from "../bench/engine/options.ts";
import { Arguments, UsageError } from "../bench/program.ts";
import { Rater } from "../bench/engine/rates.ts";
import { compareWindows } from "../bench/engine/windows.ts";
import { restoreCellsByReference } from "../gpu/reference_restoration.ts";
import { randomNetwork } from "./support/networks.ts";
import { makeCells } from "../bench/engine/problems.ts";

const geometry = GEOMETRIES.quincunx;
const parseOptions = (args: readonly string[]) =>
  engineOptions(new Arguments({ options: ENGINE_OPTIONS }, args));

Deno.test("colours are compared byte by byte, and the fourth byte of a cell is not", () => {
  const cells = makeCells({ width: 9, height: 5, phases: 2 });
  const found = { ...cells, data: cells.data.slice() };
  found.data[3]! ^= 255;
  assertEquals(compareCells(found, cells), { samples: 9 * 5 * 2 * 3, differing: 0, largest: 0 });
  found.data[4]! ^= 2;
  const { differing, largest } = compareCells(found, cells);
  assertEquals([differing, largest], [1, 2]);
});

Deno.test("what is two grey levels off, differs too often, or was not compared is refused", () => {
  requireAgreement({ samples: 10_000, differing: 9, largest: 1 }, "It");
  for (
    const wrong of [
      { samples: 10_000, differing: 1, largest: 2 },
      { samples: 10_000, differing: 10, largest: 1 },
      NO_SAMPLES,
    ]
  ) assertThrows(() => requireAgreement(wrong, "It"), Error, "nothing is reported");
});

Deno.test("windows of an image are what the reference makes of it, and damage in one is seen", async () => {
  const network = randomNetwork("quincunx", { channels: 4, blocks: 2 });
  const kept = makeCells({ width: 90, height: 50, phases: 2 });
  const found = await restoreCellsByReference(network, { geometry, kept });
  const agreement = await compareWindows(found, { network, geometry, kept });
  assertEquals([agreement.differing, agreement.samples], [0, 3 * 16 * 16 * 2 * 3]);
  const last = found.data.length - 4;
  found.data[last]! ^= 8;
  assertEquals((await compareWindows(found, { network, geometry, kept })).differing, 1);
});

Deno.test("rates count processor seconds on software adapters and the clock on others", () => {
  const work = { gigaflop: 6, wall: 1, cpu: 2 };
  const peak = { gigaflop: 60, wall: 3, cpu: 5 };
  assertEquals(new Rater(peak, { software: true }).rate(work).rates, {
    perSecond: 6,
    perCpuSecond: 3,
    ofPeak: 3 / 12,
  });
  assertEquals(new Rater(peak, { software: false }).rate(work).rates, {
    perSecond: 6,
    ofPeak: 6 / 20,
  });
});

Deno.test("work that takes long enough is never repeated within a sample, and runs once for nothing", async () => {
  const runs: number[] = [];
  await timeRepeated((times) => {
    runs.push(times);
    return new Promise((resolve) => setTimeout(resolve, 310));
  });
  assert(runs.length > 1 && runs.every((times) => times === 1), `${runs}`);
});

Deno.test("sections are run as named, all but the peers where none is, and unknown ones are refused", () => {
  const all = Object.keys(SECTIONS);
  assertEquals([...parseOptions([]).sections], all.filter((name) => name !== "peers"));
  assertEquals(parseOptions(["--peers"]).sections, new Set(all));
  const { sections, kernel } = parseOptions(["--only", "forward,start", "--kernel", "tiled"]);
  assertEquals([[...sections], kernel], [["forward", "start"], "tiled"]);
  for (const args of [["--only", "speed"], ["--only", ""], ["--kernel", "x"], ["--what"]]) {
    assertThrows(() => parseOptions(args), UsageError);
  }
});
