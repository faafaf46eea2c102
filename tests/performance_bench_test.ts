import { assertEquals, assertMatch, assertStringIncludes } from "npm:deno-std@1.4.0/assert/mod.js";
import type { EngineReport } from "../bench/engine/measure.ts";
import { Rater } from "../bench/engine/rates.ts";
import { makeSections, PERFORMANCE, type PerformanceReport } from "../bench/performance.ts";

const rater = new Rater({ gigaflop: 70, wall: 1, cpu: 1 }, { software: true });
const seconds = { wall: 0.5, cpu: 1 };
const rated = <Row>(row: Row, gigaflop = 32) => rater.rate({ ...row, ...seconds, gigaflop });
const image = { width: 512, height: 384 };
const row = { kernel: "strip", channels: 32 };

const ENGINE: EngineReport = {
  ...{ date: "2026-01-01", runtime: "Deno", adapter: "an adapter", software: true },
  peak: rated({}, 70),
  forward: [16, 32].map((channels) =>
    rated({ kernel: "strip", channels, plane: image, difference: 0 }, channels)
  ),
  agreement: [{ kernel: "tiled", samples: 1000, differing: 0, largest: 1 }],
  exact: ["WebAssembly", "strip"].map((kernel, index) =>
    rated({ kernel, coder: "swift", plane: image }, 60 / (1 + index))
  ),
  restore: {
    kernel: "strip",
    rows: [rated({ tier: "draft", image, agreement: { samples: 1, differing: 0, largest: 0 } })],
    leftOut: [{ tier: "max", image, seconds: 50 }],
    ends: [{ image, decode: seconds, encode: seconds }],
  },
  tile: [rated({ part: "ends", steps: 1 }, 0), rated({ part: "middle", steps: 1 }, 30)],
  training: {
    ...{ adapter: "an adapter", difference: 0 },
    steps: [rated({ shape: { channels: 32, blocks: 2, batch: 16, patch: 64 } })],
    parts: [rated({ part: "forward" })],
    backward: [rated({ ...row, role: "forward" as const })],
    refused: [{ ...row, role: "backwardData" as const, reason: "it is wrong" }],
  },
  start: { cold: seconds, shadersKept: seconds, warm: seconds },
  peers: {
    networks: ["nnc", "other"].map((library, index) => ({
      ...{ what: "32→32", library, gigaflop: 32, ...seconds, difference: 0 },
      ...{ wallRatio: 1 + index, cpuRatio: 1 },
    })),
    training: { library: "other", theirs: { wall: 5, cpu: 9 }, ours: seconds, difference: 0 },
  },
};

const REPORT: PerformanceReport = {
  ...{ machine: "a processor, 2 threads", date: "2026-01-01", engine: ENGINE },
  memory: {
    images: [1, 2, 4].map((megapixels) => ({
      ...{ megapixels, wall: 1 + megapixels, cpu: 2, peak: 1e8 + 5e6 * megapixels },
    })),
    resident: [1, 2, 3].map((look) => look * 2 ** 20),
  },
};

Deno.test("the document on performance has a place for every figure that its bench measures, and no other", async () => {
  const text = await Deno.readTextFile(PERFORMANCE);
  const places = [...text.matchAll(/^<!-- begin (.*) -->$/gm)].map(([, name]) => name!);
  assertEquals(places.toSorted(), Object.keys(makeSections(REPORT)).sort());
});

Deno.test("figures are told as the document has them", () => {
  const told = makeSections(REPORT);
  assertStringIncludes(told.measured!, "2026-01-01: an adapter; a processor, 2 threads; Deno.");
  assertStringIncludes(told.roof!, "**70.0 GF**");
  assertMatch(told.forward!, /^\| `strip` \| .* \| 512×384 \| 16\.0 \| 32\.0 \| 46 % \|$/m);
  assertStringIncludes(told.agreement!, "`tiled` 0.0000 %; none by more than 1 grey level.");
  assertStringIncludes(told.exact!, "| WebAssembly | 60.0 |");
  assertStringIncludes(told.exact!, "| `strip` | 30.0 |");
  assertStringIncludes(told.restore!, "| 512×384 | 500 ms, 32.0 GF |");
  assertStringIncludes(told.restore!, "`max` at 512×384 is left out: it would take 50 s.");
  assertStringIncludes(told.tile!, "| middle | 50 % | 30.0 |");
  assertStringIncludes(told.backward!, "is not timed: it is wrong.");
  assertStringIncludes(told.peers!, "| other | 500 ms, 2.00× |");
  assertStringIncludes(told.growth!, "1.00 s and 1.00 s for every megapixel");
  assertStringIncludes(told.growth!, "95 MiB and 5 bytes for every pixel, to 0 %.");
});
