import {
  assert,
  assertEquals,
  assertStringIncludes,
  assertThrows,
} from "npm:deno-std@1.4.0/assert/mod.js";
import { joinCells, keptCells, splitCells } from "../codec/lattice/cells.ts";
import { LatticeError } from "../codec/lattice/lattice_error.ts";
import { ALL_LATTICES, latticeSteps, resolveLattice } from "../codec/lattice/lattice.ts";
import { GEOMETRIES } from "../codec/lattice/geometries.ts";
import { packedSize, STEP_CELLS, type StepName } from "../codec/lattice/steps.ts";
import { keptMask, packImage } from "../codec/lattice/packing.ts";
import { isKept, latticeCases, noiseImage, pixelAt } from "./support/images.ts";

const STEPS = ["quincunx", "grid", "rows"] as const;

Deno.test("the default keeps every second pixel; a name or a ratio alone is enough", () => {
  assertEquals(resolveLattice(), { name: "quincunx", ratio: 2 });
  assertEquals(resolveLattice({ lattice: "grid" }), { name: "grid", ratio: 4 });
  assertEquals(resolveLattice({ ratio: 8 }), { name: "quincunx", ratio: 8 });
  assertEquals(resolveLattice({ ratio: 16 }), { name: "grid", ratio: 16 });
  assertEquals(resolveLattice({ lattice: "rows", ratio: 2 }), { name: "rows", ratio: 2 });
});

Deno.test("a lattice that does not exist is refused with those that do", () => {
  const error = assertThrows(() => resolveLattice({ lattice: "rows", ratio: 8 }), LatticeError);
  assertStringIncludes(error.message, 'no lattice "rows" with ratio 8');
  assertStringIncludes(error.message, "rows at ratio 2");
  assertThrows(() => resolveLattice({ lattice: "toString" }), LatticeError);
  assertThrows(() => resolveLattice({ ratio: 3 }), LatticeError);
});

Deno.test("every lattice keeps what the design's table says, at every size", () => {
  for (const lattice of ALL_LATTICES) {
    for (const [width, height] of [[1, 1], [7, 5], [16, 16], [9, 1], [1, 12], [21, 34]] as const) {
      const mask = keptMask({ width, height }, lattice);
      for (let at = 0; at < mask.length; at++) {
        const expected = isKept(lattice, at % width, Math.floor(at / width)) ? 1 : 0;
        assertEquals(
          mask[at],
          expected,
          `${lattice.name} ${lattice.ratio} ${width}×${height} ${at}`,
        );
      }
    }
  }
});

Deno.test("ratios 8 and 16 are steps on steps, from fine to coarse", () => {
  assertEquals(latticeSteps({ name: "quincunx", ratio: 8 }), ["grid", "quincunx"]);
  assertEquals(latticeSteps({ name: "grid", ratio: 16 }), ["grid", "grid"]);
});

Deno.test("a packed quincunx has each row's kept pixels side by side", () => {
  const image = noiseImage({ width: 5, height: 3, channels: 3, seed: 1 });
  const packed = packImage(image, { name: "quincunx", ratio: 2 });
  assertEquals([packed.width, packed.height], [3, 3]);
  assertEquals(pixelAt(packed, 2, 0), pixelAt(image, 4, 0));
  assertEquals(pixelAt(packed, 1, 1), pixelAt(image, 3, 1));
  assertEquals(pixelAt(packed, 2, 1), pixelAt(image, 3, 1), "the short row repeats its last pixel");
});

Deno.test("a packed row that keeps nothing repeats the pixel above it", () => {
  const image = noiseImage({ width: 1, height: 4, channels: 2, seed: 1 });
  const packed = packImage(image, { name: "quincunx", ratio: 2 });
  assertEquals(pixelAt(packed, 0, 1), pixelAt(image, 0, 0));
  assertEquals(pixelAt(packed, 0, 3), pixelAt(image, 0, 2));
});

Deno.test("packing depends on no pixel that is not kept", () => {
  for (const { image, lattice, name } of latticeCases({ seed: 7, perPair: 2 })) {
    const mask = keptMask(image, lattice);
    const other = {
      ...image,
      data: image.data.map((value, at) => mask[Math.floor(at / image.channels)] ? value : ~value),
    };
    assertEquals(packImage(other, lattice).data, packImage(image, lattice).data, name);
  }
});

Deno.test("cells split from an image join to the same image", () => {
  for (const { image, lattice, name } of latticeCases({ seed: 8, perPair: 2 })) {
    const step = lattice.name;
    const { channels } = image;
    const size = { width: image.width, height: image.height };
    assertEquals(
      joinCells(splitCells(image, step), { step, size, channels }).data,
      image.data,
      name,
    );
  }
});

Deno.test("the kept cells of an image and of what is packed of it are the same", () => {
  for (const { image, name } of latticeCases({ seed: 9, perPair: 2 })) {
    for (const step of STEPS) {
      const packed = packImage(image, resolveLattice({ lattice: step }));
      assertEquals(keptCells(packed, { step, size: image }), splitCells(image, step).kept, name);
    }
  }
});

Deno.test("kept cells outside an odd image repeat the row's last kept pixel, or the row above", () => {
  const image = noiseImage({ width: 3, height: 3, channels: 1, seed: 2 });
  const { data } = splitCells(image, "quincunx").kept;
  const second = (x: number, y: number) => data[(4 + y * 2 + x) * 4];
  assertEquals(second(1, 0), pixelAt(image, 1, 1)[0], "outside on the right: the same row");
  assertEquals(second(0, 1), pixelAt(image, 0, 2)[0], "outside below: the row above");
  assertEquals(second(1, 1), pixelAt(image, 2, 2)[0], "outside at the corner: the row above");
});

Deno.test("the fixed interpolation averages the nearest kept neighbours", () => {
  const offsets = (step: StepName, missing: number) =>
    GEOMETRIES[step].base[missing]!.map(({ phase, dx, dy, weight }) => {
      const cell = STEP_CELLS[step];
      const [x, y] = cell.kept[phase]!;
      const [fromX, fromY] = cell.missing[missing]!;
      return [dx * cell.width + x - fromX, dy * cell.height + y - fromY, weight];
    }).toSorted(([ax, ay], [bx, by]) => ay! - by! || ax! - bx!);
  const direct = [[0, -1, 0.25], [-1, 0, 0.25], [1, 0, 0.25], [0, 1, 0.25]];
  const diagonal = [[-1, -1, 0.25], [1, -1, 0.25], [-1, 1, 0.25], [1, 1, 0.25]];
  assertEquals(offsets("quincunx", 0), direct);
  assertEquals(offsets("quincunx", 1), direct);
  assertEquals(offsets("grid", 0), [[-1, 0, 0.5], [1, 0, 0.5]]);
  assertEquals(offsets("grid", 1), [[0, -1, 0.5], [0, 1, 0.5]]);
  assertEquals(offsets("grid", 2), diagonal);
  assertEquals(offsets("rows", 0), [[0, -1, 0.5], [0, 1, 0.5]]);
});

Deno.test("kept and missing phases are a cell's pixels, each once", () => {
  for (const step of STEPS) {
    const { width, height, kept, missing } = STEP_CELLS[step];
    const phases = new Set([...kept, ...missing].map(([x, y]) => `${x},${y}`));
    assertEquals(phases.size, width * height);
    assert([...kept, ...missing].every(([x, y]) => x < width && y < height));
  }
});

Deno.test("cells and packed images of another size are refused", () => {
  const image = noiseImage({ width: 6, height: 6, channels: 3, seed: 2 });
  const { kept, missing } = splitCells(image, "grid");
  const size = { width: 9, height: 6 };
  assertThrows(
    () => joinCells({ kept, missing }, { step: "grid", size, channels: 3 }),
    LatticeError,
  );
  assertThrows(() => keptCells(image, { step: "grid", size }), LatticeError, "5×3");
  assertEquals(packedSize(size, "grid"), { width: 5, height: 3 });
});
