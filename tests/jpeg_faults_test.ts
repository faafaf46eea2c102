import {
  assert,
  assertEquals,
  assertRejects,
  assertStringIncludes,
} from "npm:deno-std@1.4.0/assert/mod.js";
import { compress } from "../codec/compress.ts";
import { ImageError } from "../codec/image/image_error.ts";
import { decodeImage } from "../codec/read.ts";
import { concat, latin1, markersOf, withBytesAt, writeJpeg } from "./support/jpeg_writer.ts";
import { sceneImage, Workplace } from "./support/run_nnc.ts";

const SCENE = sceneImage({ width: 43, height: 29 });
const BASELINE = await writeJpeg(SCENE, { quality: 90 });
const PROGRESSIVE = await writeJpeg(SCENE, { quality: 90, progressive: true });

/** Reads a file and returns what is said of it; its pixels must be those of an intact one. */
async function warningsOf(file: Uint8Array, intact: Uint8Array): Promise<string[]> {
  const warnings: string[] = [];
  const onWarning = (message: string) => warnings.push(message);
  const image = await decodeImage(file, { onWarning });
  assertEquals(image, await decodeImage(intact));
  assertEquals(await compress(file), await compress(intact));
  return warnings;
}

/** Where SOS begins, with its number of components behind its length. */
function scanOf(jpeg: Uint8Array): number {
  return markersOf(jpeg).find((at) => jpeg[at + 1] === 0xda)!;
}

Deno.test("an intact JPEG is read without a word", async () => {
  for (const jpeg of [BASELINE, PROGRESSIVE]) assertEquals(await warningsOf(jpeg, jpeg), []);
});

Deno.test("stray bytes before any marker are passed over with a warning", async () => {
  for (const jpeg of [BASELINE, PROGRESSIVE]) {
    const markers = markersOf(jpeg);
    const places = [...markers].filter((at) => !followsScan(jpeg, at));
    for (const at of places) {
      for (const stray of [[0], [1, 2, 3], [0, 0xff, 0, 7], [0xff, 0x01]]) {
        const file = withBytesAt(jpeg, at, Uint8Array.from(stray));
        const [warning, more] = await warningsOf(file, jpeg);
        assertEquals(
          warning,
          `The JPEG has ${stray.length} bytes between its segments that belong to none; they are left out`,
        );
        assertEquals(more, undefined);
      }
    }
  }
});

/** Whether a marker is the first behind a scan's bytes. */
function followsScan(jpeg: Uint8Array, at: number): boolean {
  const markers = markersOf(jpeg);
  return jpeg[markers[markers.indexOf(at) - 1]! + 1] === 0xda;
}

Deno.test("bytes too many at the end of a scan are left out with a warning, wherever the scan is", async () => {
  const expected = [
    "Bytes too many at the end of a scan of the JPEG are left out; damaged files look like that, too",
  ];
  for (const jpeg of [BASELINE, PROGRESSIVE]) {
    const behind = markersOf(jpeg).filter((at) => followsScan(jpeg, at));
    // The decoder is silent about a few, which it has loaded already when the picture is done.
    for (const surplus of [2, 4, 8, 30, 300]) {
      const bytes = Uint8Array.from({ length: surplus }, (_, at) => at % 200);
      for (const at of behind) {
        const warnings = await warningsOf(withBytesAt(jpeg, at, bytes), jpeg);
        if (surplus > 8 || warnings.length > 0) assertEquals(warnings, expected);
      }
      const everywhere = behind.toReversed().reduce(
        (file, at) => withBytesAt(file, at, bytes),
        jpeg,
      );
      const warnings = await warningsOf(everywhere, jpeg);
      if (surplus > 8 || warnings.length > 0) assertEquals(warnings, expected);
    }
  }
});

Deno.test("a damaged scan is not taken for one with bytes too many because another has them", async () => {
  const behind = markersOf(PROGRESSIVE).filter((at) => followsScan(PROGRESSIVE, at));
  const [first, second] = behind as [number, number];
  const cut = concat([PROGRESSIVE.subarray(0, second - 9), PROGRESSIVE.subarray(second)]);
  await assertRejects(() => decodeImage(cut), ImageError, "pixels are missing");
  const both = withBytesAt(cut, first, Uint8Array.of(0, 0, 0));
  await assertRejects(() => decodeImage(both), ImageError, "pixels are missing");
});

Deno.test("fill bytes are no fault", async () => {
  const fill = Uint8Array.of(0xff, 0xff, 0xff);
  for (const at of markersOf(BASELINE)) {
    assertEquals(await warningsOf(withBytesAt(BASELINE, at, fill), BASELINE), []);
  }
});

Deno.test("a JPEG that lacks nothing but its end marker is read with a warning", async () => {
  for (const jpeg of [BASELINE, PROGRESSIVE]) {
    for (const lost of [1, 2]) {
      const [warning] = await warningsOf(jpeg.subarray(0, jpeg.length - lost), jpeg);
      assertEquals(warning, "The JPEG lacks its end marker, and nothing else");
    }
    const comment = Uint8Array.of(0xff, 0xfe, 0, 100, 65);
    const [warning] = await warningsOf(concat([jpeg.subarray(0, jpeg.length - 2), comment]), jpeg);
    assertEquals(warning, "The JPEG lacks its end marker, and nothing else");
  }
});

Deno.test("a progressive JPEG that ends between two scans, without an end marker, is refused", async () => {
  for (const at of markersOf(PROGRESSIVE).filter((place) => followsScan(PROGRESSIVE, place))) {
    if (PROGRESSIVE[at + 1] === 0xd9) continue;
    await assertRejects(() => decodeImage(PROGRESSIVE.subarray(0, at)), ImageError, "cut off");
  }
});

Deno.test("a scan that was cut off is refused, whether zeros or an end marker were put behind it", async () => {
  for (const jpeg of [BASELINE, PROGRESSIVE]) {
    const cut = jpeg.subarray(0, jpeg.length - 30);
    for (const tail of [[], [0xff, 0xd9], Array(2000).fill(0)]) {
      const file = concat([cut, Uint8Array.from(tail)]);
      await assertRejects(() => decodeImage(file), ImageError, "cut off");
    }
  }
});

Deno.test("a JPEG that is refused is not said to lack its end marker and nothing else", async () => {
  for (const jpeg of [BASELINE, PROGRESSIVE]) {
    for (const read of [decodeImage, compress]) {
      const warnings: string[] = [];
      const onWarning = (message: string) => warnings.push(message);
      const cut = jpeg.subarray(0, jpeg.length - 30);
      await assertRejects(() => read(cut, { onWarning }), ImageError, "cut off");
      assertEquals(warnings, []);
    }
  }
});

Deno.test("a JPEG without a scan of its colours is refused", async () => {
  const at = scanOf(PROGRESSIVE);
  const next = markersOf(PROGRESSIVE).find((place) => place > at)!;
  // The first scan alone, and of its three components the first alone.
  const scan = PROGRESSIVE.slice(0, next);
  assertEquals(scan[at + 4], 3);
  const luma = concat([
    scan.subarray(0, at),
    Uint8Array.of(0xff, 0xda, 0, 8, 1, scan[at + 5]!, scan[at + 6]!, 0, 0, scan[at + 13]!),
    scan.subarray(at + 14),
    Uint8Array.of(0xff, 0xd9),
  ]);
  await assertRejects(() => decodeImage(luma), ImageError, "no scan of component 2");
});

Deno.test("parameters of a scan that its kind does not have are not heeded", async () => {
  const at = scanOf(BASELINE);
  assertEquals([...BASELINE.subarray(at + 11, at + 14)], [0, 63, 0]);
  const [warning, more] = await warningsOf(BASELINE.with(at + 12, 0), BASELINE);
  assertStringIncludes(warning!, "not heeded");
  assertEquals(more, undefined);
});

Deno.test("a version of JFIF that is not known hides no damage", async () => {
  assertEquals(latin1("JFIF"), BASELINE.subarray(6, 10));
  const newer = BASELINE.with(11, 7);
  const [warning] = await warningsOf(newer, BASELINE);
  assertStringIncludes(warning!, "version of JFIF");
  const end = newer.length - 2;
  const cut = concat([newer.subarray(0, end - 20), newer.subarray(end)]);
  await assertRejects(() => decodeImage(cut), ImageError, "pixels are missing");
});

Deno.test("what is wrong with a JPEG that is read stands among the warnings of --json", async () => {
  using place = new Workplace();
  const stray = withBytesAt(BASELINE, markersOf(BASELINE)[1]!, Uint8Array.of(1, 2, 3));
  Deno.writeFileSync(place.path("a.jpg"), stray);
  Deno.writeFileSync(place.path("b.jpg"), stray.subarray(0, stray.length - 100));
  const { stdout } = await place.exits(1, "-c", "a.jpg", "b.jpg", "--json");
  const [read, refused] = stdout.trimEnd().split("\n").map((line) => JSON.parse(line));
  assertEquals(read.status, "done");
  assert(read.warnings.some((warning: string) => warning.includes("has 3 bytes between")), stdout);
  assertEquals(refused.status, "failed");
  assertStringIncludes(refused.error, "cut off");
});
