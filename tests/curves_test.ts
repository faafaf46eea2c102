import {
  assert,
  assertEquals,
  assertStringIncludes,
  assertThrows,
} from "npm:deno-std@1.4.0/assert/mod.js";
import { drawCurves, readRows } from "../bench/charts.ts";
import { makeCurves } from "../bench/charts/quality_curves.ts";
import type { QualityRow } from "../bench/quality/report.ts";
import { runDeno } from "./support/run.ts";

function row(lattice: string, ratio: number, options: { tier: string; gain: number }): QualityRow {
  const { tier, gain } = options;
  const interpolated = { psnr: 40 - 3 * Math.log2(ratio), psnrMissing: 30, ssim: 0.9 };
  const restored = { ...interpolated, psnr: interpolated.psnr + gain };
  const bits = 12 / ratio + (lattice === "rows" ? 0.2 : 0);
  return {
    ...{ lattice, ratio, tier, images: 24, bytes: 1000, bitsPerPixel: bits },
    ...{ restored, interpolated, worse: [], least: { name: "a.png", gain } },
  };
}

const ROWS = [
  row("quincunx", 8, { tier: "standard", gain: 2 }),
  row("quincunx", 2, { tier: "standard", gain: 2.5 }),
  row("grid", 4, { tier: "standard", gain: 2 }),
  row("grid", 16, { tier: "standard", gain: 1 }),
  row("rows", 2, { tier: "standard", gain: 1.5 }),
  row("quincunx", 2, { tier: "draft", gain: 2.1 }),
];

Deno.test("there is a curve for the interpolation and one for every tier, in their order", () => {
  const { series, markers } = makeCurves(ROWS);
  assertEquals(
    series.map(({ name, dashed, line, dots }) => [name, dashed, line.length, dots.length]),
    [
      ["fixed interpolation", true, 4, 1],
      ["draft", false, 1, 0],
      ["standard", false, 4, 1],
    ],
  );
  assertEquals(series[2]!.line.map(({ x }) => x), [6, 3, 1.5, 0.75], "from many bits to few");
  assertEquals(series[2]!.line[0]!.y, 39.5);
  assertEquals(series[0]!.line[0]!.y, 37);
  assertEquals(markers.find(({ text }) => text === "quincunx 2"), {
    ...{ text: "quincunx 2", x: 6, y: 39.5, above: true },
  });
  assertEquals(markers.find(({ text }) => text === "rows 2")!.y, 37);
});

Deno.test("the chart has every point inside its frame, higher where quality is, and both axes' numbers", () => {
  const svg = drawCurves(ROWS);
  const circles = [...svg.matchAll(/<circle cx="([\d.]+)" cy="([\d.]+)"/g)]
    .map((match) => [Number(match[1]), Number(match[2])] as const);
  assertEquals(circles.length, 11);
  for (const [x, y] of circles) assert(x >= 64 && x <= 736 && y >= 48 && y <= 424, `${x}, ${y}`);
  const lines = [...svg.matchAll(/<polyline points="([^"]+)"/g)].map((match) =>
    match[1]!.split(" ").map((point) => point.split(",").map(Number))
  );
  assertEquals(lines.length, 3);
  const [fixed, , standard] = lines;
  fixed!.forEach(([, y], index) =>
    assert(y! > standard![index]![1]!, "the interpolation is below")
  );
  for (const tick of [">0<", ">6<", ">28<", ">40<"]) assertStringIncludes(svg, tick);
  for (const text of ["24 images", "bits per original pixel", "PSNR in dB", "grid 16", "draft"]) {
    assertStringIncludes(svg, text);
  }
});

Deno.test("the same rows give the same file, and names are not markup", () => {
  assertEquals(drawCurves(ROWS), drawCurves(ROWS.map((one) => ({ ...one }))));
  const odd = drawCurves([{ ...ROWS[1]!, tier: "a<b&c" }]);
  assertStringIncludes(odd, "a&lt;b&amp;c");
});

Deno.test("reports that are none are refused, and so are rows that contradict each other", () => {
  assertEquals(readRows(JSON.stringify({ rows: ROWS })), ROWS);
  for (const text of ["null", "{}", '{"rows":[{}]}', '{"rows":3}', "nonsense"]) {
    assertThrows(() => readRows(text), SyntaxError);
  }
  assertThrows(() => makeCurves([ROWS[0]!, ROWS[0]!]), RangeError, "quincunx 8");
  assertThrows(() => makeCurves([]), RangeError);
});

Deno.test("the bench draws what it is given, by its name", async () => {
  const path = await Deno.makeTempFile({ suffix: ".json" });
  try {
    await Deno.writeTextFile(path, JSON.stringify({ rows: ROWS }));
    const run = new URL("../bench/run.ts", import.meta.url).pathname;
    const { code, stdout } = await runDeno(["run", "-A", "--quiet", run, "charts", path]);
    assertEquals([code, stdout], [0, drawCurves(ROWS)]);
  } finally {
    await Deno.remove(path);
  }
});
