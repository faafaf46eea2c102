import { assert, assertEquals, assertMatch } from "npm:deno-std@1.4.0/assert/mod.js";
import { formatRow } from "../bench/weights/seconds.ts";
import { measureSeconds } from "../bench/weights/seconds.ts";
import { measureWeaknesses } from "../bench/weights/weaknesses.ts";
import { type Picture, renderPicture, SIDE } from "../bench/weaknesses/picture.ts";
import { PICTURES } from "../bench/weaknesses/pictures.ts";
import { formatWeaknesses } from "../bench/weights/weaknesses.ts";
import { readReport } from "../bench/weights/reports.ts";
import { ALL_LATTICES } from "../codec/lattice/lattice.ts";

function pictureOf(name: string): Picture {
  return PICTURES.find((picture) => picture.name === name)!;
}

Deno.test("pictures have names of their own, and some of both dark and light in them", () => {
  assertEquals(new Set(PICTURES.map(({ name }) => name)).size, PICTURES.length);
  for (const picture of PICTURES.filter(({ samples = 1 }) => samples === 1)) {
    const { data } = renderPicture(picture);
    const [darkest, lightest] = [Math.min(...data), Math.max(...data)];
    assert(darkest < 64 && lightest > 192, `${picture.name}: ${darkest} to ${lightest}`);
  }
});

Deno.test("squares of one pixel are what a chessboard of kept pixels cannot see", () => {
  const { data } = renderPicture(pictureOf("checkerboards"));
  const at = (x: number, y: number) => data[(y * SIDE + x) * 3]!;
  for (let y = 0; y < 90; y++) {
    for (let x = 0; x < 90; x++) assertEquals(at(x, y), at((x + y) % 2, 0));
  }
  assert(at(0, 0) !== at(1, 0));
});

Deno.test("a picture is averaged over as many points of a pixel as it asks for", () => {
  const edge = (samples: number): Picture => ({
    ...{ name: "edge", kind: "test", shows: "an edge inside a pixel", samples },
    colour: (x) => x < 1.5 ? [0, 100, 200] : [200, 100, 0],
  });
  const pixels = (samples: number) => [...renderPicture(edge(samples)).data.subarray(0, 9)];
  assertEquals(pixels(4), [0, 100, 200, 100, 100, 100, 200, 100, 0]);
  assertEquals(pixels(1).slice(6), [200, 100, 0]);
});

Deno.test("what the cards say of a picture is what is measured now", async () => {
  const picture = pictureOf("zone plate");
  const { rows } = await measureWeaknesses({ pictures: [picture], tiers: ["draft"] });
  const kept = await readReport("weaknesses");
  for (const row of rows) {
    const before = kept.rows.find(({ picture, lattice }) =>
      picture === row.picture && lattice === row.lattice
    )!;
    // Kernels differ by a grey level in a sample of a thousand.
    assert(Math.abs(row.tiers.draft! - before.tiers.draft!) < 0.02, row.lattice);
    assertEquals(row.averaging, before.averaging);
  }
  assertEquals(rows.length, 3);
});

Deno.test("the table of weaknesses has a line for every lattice, and losses in bold", () => {
  const picture = pictureOf("cartoon");
  const row = { picture: "cartoon", ratio: 2, averaging: 30 };
  const table = formatWeaknesses({
    engine: "",
    networks: {},
    rows: [
      { ...row, lattice: "rows", tiers: { draft: 29.5, high: 31 } },
      { ...row, lattice: "grid", tiers: { draft: 30.001 } },
    ],
  }, { pictures: [picture] });
  const lines = table.split("\n");
  assertMatch(lines[0]!, /averaging \| `draft` \| `high` \|$/);
  assertMatch(lines[2]!, /cartoon.* \| rows \| 30\.00 \| \*\*−0\.50\*\* \| \+1\.00 \|$/);
  assertMatch(lines[3]!, /^\| +\| grid \| 30\.00 \| 0\.00 \| – \|$/);
});

Deno.test("seconds are reported for every lattice, without those on the wall where they mean nothing", async () => {
  const image = { width: 48, height: 32 };
  const { rows } = await measureSeconds({ image, tiers: ["draft"], busy: true });
  assertEquals(
    rows.map(({ lattice, ratio }) => ({ name: lattice, ratio })),
    ALL_LATTICES.map(({ name, ratio }) => ({ name, ratio })),
  );
  for (const row of rows) assert(row.cpu > 0 && row.wall === undefined);
  const row = { ...rows[0]!, cpu: 1.26 };
  assertEquals(formatRow(row, { software: true }), "(1.3)");
  assertEquals(formatRow({ ...row, wall: 123.4 }, { software: true }), "123 (1.3)");
  assertEquals(formatRow({ ...row, wall: 0.561 }, { software: false }), "0.56");
});
