import {
  assertAlmostEquals,
  assertEquals,
  assertRejects,
  assertThrows,
} from "npm:deno-std@1.4.0/assert/mod.js";
import { compress } from "../codec/compress.ts";
import type { Image } from "../codec/image/image.ts";
import { ALL_LATTICES } from "../codec/lattice/lattice.ts";
import { NO_METADATA } from "../codec/image/metadata.ts";
import { keptMask } from "../codec/lattice/packing.ts";
import { encodePng } from "../codec/png/png.ts";
import { encodeNetwork } from "../weights/network_file.ts";
import { measureQuality } from "../bench/quality.ts";
import { missingMask } from "../bench/quality/kept.ts";
import { BrokenPromise, INTERPOLATOR, measure, type Subject } from "../bench/quality/measure.ts";
import { Arguments, UsageError } from "../bench/program.ts";
import { QUALITY_OPTIONS, qualityOptions } from "../bench/quality/options.ts";
import { testInfo, untrainedNetwork } from "./support/networks.ts";
import { TemporaryFolder } from "./support/temporary_folder.ts";

const QUINCUNX = { name: "quincunx", ratio: 2 } as const;
const parseOptions = (args: readonly string[]) =>
  qualityOptions(new Arguments({ options: QUALITY_OPTIONS }, args));
const RESTORER = {
  engine: INTERPOLATOR,
  network: () => Promise.resolve(untrainedNetwork("quincunx")),
};

function image(width: number, height: number, phase = 0): Image {
  const data = Uint8Array.from(
    { length: width * height * 3 },
    (_, i) => 128 + 100 * Math.sin(phase + i / 7) * Math.cos(i / 90),
  );
  return { width, height, channels: 3, data, metadata: NO_METADATA };
}

async function subject(change: Partial<Subject> = {}): Promise<Subject> {
  const original = image(24, 18);
  const file = await compress(original);
  return { name: "a.png", original, lattice: QUINCUNX, file, ...change };
}

async function withFolder(run: (folder: string) => Promise<void>): Promise<void> {
  using folder = new TemporaryFolder();
  await run(folder.path);
}

Deno.test("the bench averages what it measures, and an untrained network is the interpolation", async () => {
  await withFolder(async (folder) => {
    const sizes: number[] = [];
    for (const [index, side] of [20, 31].entries()) {
      const original = image(side, side, index);
      await Deno.writeFile(`${folder}/${index}.png`, await encodePng(original));
      sizes.push((await compress(original)).length);
    }
    await Deno.writeTextFile(`${folder}/notes.txt`, "no image");
    const weights = `${folder}/own.safetensors`;
    const network = untrainedNetwork("quincunx");
    await Deno.writeFile(weights, encodeNetwork(network, testInfo("quincunx")));
    const options = ["--images", folder, "--weights", weights, "--ratio", "2"];
    options.push("--kernel", "reference");
    const { rows } = await measureQuality(parseOptions(options));
    assertEquals(rows.length, 1, "rows at ratio 2 have no use for these weights");
    const [row] = rows;
    assertEquals([row!.lattice, row!.ratio, row!.tier, row!.images], ["quincunx", 2, "test", 2]);
    assertEquals(row!.bytes, sizes[0]! + sizes[1]!);
    assertAlmostEquals(row!.bitsPerPixel, row!.bytes * 8 / (20 * 20 + 31 * 31), 1e-12);
    assertEquals(row!.restored, row!.interpolated);
    assertEquals(row!.worse, []);
    assertEquals(row!.least.gain, 0);
    const { rows: [first] } = await measureQuality(parseOptions([...options, "--limit", "1"]));
    assertEquals([first!.images, first!.bytes], [1, sizes[0]]);
  });
});

Deno.test("half the pixels carry all the error, so missing pixels score 3 dB lower than all", async () => {
  const { psnr, psnrMissing } = await measure(await subject(), RESTORER);
  assertAlmostEquals(psnr - psnrMissing, 10 * Math.log10(2), 1e-9);
});

Deno.test("a kept pixel that changed is reported instead of a score", async () => {
  const changed = image(24, 18);
  changed.data[0]! ^= 1;
  const broken = await subject({ file: await compress(changed) });
  await assertRejects(() => measure(broken, RESTORER), BrokenPromise, "kept pixel (0, 0) changed");
});

Deno.test("a file that does not come back from its restoration is reported instead of a score", async () => {
  const original = image(24, 18);
  const broken = await subject({ file: await compress(original, { effort: "fast" }) });
  await assertRejects(() => measure(broken, RESTORER), BrokenPromise, "gave another file");
});

Deno.test("what the codec keeps is what the definition of every lattice says", () => {
  for (const lattice of ALL_LATTICES) {
    for (const [width, height] of [[1, 1], [7, 5], [16, 9]] as const) {
      const kept = keptMask({ width, height }, lattice).map((value) => value === 0 ? 1 : 0);
      assertEquals(kept, missingMask({ width, height }, lattice));
    }
  }
});

Deno.test("arguments that cannot be followed are refused", async () => {
  assertThrows(() => parseOptions([]), UsageError, "--images DIR");
  assertThrows(() => parseOptions(["--images", "x", "--limit", "0"]), UsageError, '"0"');
  assertThrows(() => parseOptions(["--images", "x", "--colour"]), UsageError, "--colour");
  assertThrows(() => parseOptions(["--images", "x", "--ratio", "3"]), UsageError, "quincunx 8");
  await withFolder(async (folder) => {
    await assertRejects(() => measureQuality(parseOptions(["--images", folder])), UsageError);
  });
});
