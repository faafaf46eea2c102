import {
  assertEquals,
  assertRejects,
  assertStringIncludes,
  assertThrows,
} from "npm:deno-std@1.4.0/assert/mod.js";
import { deflateSync } from "node:zlib";
import { compress } from "../codec/compress.ts";
import { ImageError } from "../codec/image/image_error.ts";
import { probe } from "../codec/probe.ts";
import { decodeImage } from "../codec/read.ts";
import { restore } from "../codec/restore.ts";
import { averagingEngine } from "./support/images.ts";
import { concat, latin1 } from "./support/jpeg_writer.ts";
import { bigEndian, type RawChunk, rawChunks, writeRawPng } from "./support/png_writer.ts";
import { Workplace } from "./support/run_nnc.ts";

const TEXT: RawChunk = { type: "tEXt", data: latin1("Title\0Harbour") };
const [WIDTH, HEIGHT] = [5, 4];
const PIXELS = Uint8Array.from({ length: WIDTH * HEIGHT * 3 }, (_, at) => at * 37);

/** A PNG of RGB pixels, with chunks before them and after. */
function png(
  options: {
    before?: RawChunk[] | undefined;
    after?: RawChunk[] | undefined;
    idat?: Uint8Array | undefined;
  } = {},
) {
  const { before = [], after = [], idat = deflated() } = options;
  return rawChunks([
    { type: "IHDR", data: Uint8Array.of(...bigEndian(WIDTH), ...bigEndian(HEIGHT), 8, 2, 0, 0, 0) },
    ...before,
    { type: "IDAT", data: idat },
    ...after,
    { type: "IEND", data: new Uint8Array(0) },
  ]);
}

/** Rows without a filter, as many as are asked for: those beyond the image are of nines. */
function deflated(rows = HEIGHT): Uint8Array {
  const stride = WIDTH * 3;
  const filtered = Array.from({ length: rows }, (_, row) => {
    const inside = PIXELS.subarray(row * stride, (row + 1) * stride);
    return Uint8Array.of(0, ...inside.length > 0 ? inside : new Uint8Array(stride).fill(9));
  });
  return new Uint8Array(deflateSync(concat(filtered)));
}

/** The file with the checksum of its first chunk of a type made wrong. */
function withWrongChecksum(file: Uint8Array, type: string): Uint8Array {
  const at = file.findIndex((_, start) =>
    latin1(type).every((byte, i) => file[start + i] === byte)
  );
  const length = new DataView(file.buffer).getUint32(at - 4);
  return file.with(at + 4 + length, file[at + 4 + length]! ^ 1);
}

/** Reads a file whose pixels are all there, and returns what is said of it. */
async function warningsOf(file: Uint8Array): Promise<string[]> {
  const warnings: string[] = [];
  const onWarning = (message: string) => warnings.push(message);
  const image = await decodeImage(file, { onWarning });
  assertEquals(image.data, PIXELS);
  const again: string[] = [];
  await compress(file, { onWarning: (message) => again.push(message) });
  assertEquals(again, warnings, "compressing says the same, once");
  return warnings;
}

Deno.test("an intact PNG is read without a word", async () => {
  const after = [{ type: "tIME", data: new Uint8Array(7) }];
  assertEquals(await warningsOf(png({ before: [TEXT], after })), []);
});

Deno.test("ancillary chunks whose checksum is wrong are left out with a warning", async () => {
  const file = withWrongChecksum(png({ before: [TEXT] }), "tEXt");
  assertEquals(await warningsOf(file), ['The chunk "tEXt" is left out: the checksum is wrong']);
  assertEquals((await decodeImage(file)).metadata.chunks, []);
  const gamma = { type: "gAMA", data: Uint8Array.of(0, 0, 177, 143) };
  const twice = png({ before: [gamma, TEXT], after: [TEXT] });
  const both = withWrongChecksum(withWrongChecksum(twice, "tEXt"), "gAMA");
  assertEquals((await decodeImage(both)).metadata.chunks, [{ ...TEXT, behind: true }]);
  assertEquals((await warningsOf(both)).length, 2);
});

Deno.test("a damaged chunk that pixels depend on is refused", async () => {
  const key = { type: "tRNS", data: new Uint8Array(6) };
  for (const type of ["IHDR", "tRNS", "IDAT", "IEND"]) {
    const file = withWrongChecksum(png({ before: [key] }), type);
    await assertRejects(() => decodeImage(file), ImageError, `"${type}"`);
  }
});

Deno.test("an NNC file whose nnCX is damaged is neither a photo nor a file of 2020", async () => {
  const file = withWrongChecksum(await compress(png()), "nnCX");
  await assertRejects(() => compress(file), ImageError, '"nnCX"');
  await assertRejects(() => restore(file, averagingEngine()), ImageError, '"nnCX"');
  assertThrows(() => probe(file), ImageError, '"nnCX"');
});

Deno.test("a damaged text does not keep an NNC file from being restored", async () => {
  const file = withWrongChecksum(await compress(png({ before: [TEXT] })), "tEXt");
  const warnings: string[] = [];
  const onWarning = (message: string) => warnings.push(message);
  const image = await restore(file, { ...averagingEngine(), onWarning });
  assertEquals([image.checksum, image.metadata.chunks.length, warnings.length], ["matches", 0, 1]);
});

Deno.test("a PNG that lacks nothing but its end is read with a warning", async () => {
  const whole = png();
  for (let lost = 1; lost <= 12; lost++) {
    const [warning] = await warningsOf(whole.subarray(0, whole.length - lost));
    assertStringIncludes(warning!, "nothing is missing but its end");
  }
  const garbage = concat([whole.subarray(0, -12), Uint8Array.of(0, 0, 0, 0, 7, 8, 9, 10, 11)]);
  await assertRejects(() => decodeImage(garbage), ImageError, "cut off");
  const texts = png({ after: [TEXT] });
  const [warning] = await warningsOf(texts.subarray(0, texts.length - 15));
  assertStringIncludes(warning!, 'the chunk "tEXt" and its end are missing');
});

Deno.test("rows and bytes beyond the image are left out with a warning", async () => {
  const [more] = await warningsOf(png({ idat: deflated(HEIGHT + 3) }));
  assertStringIncludes(more!, "more of them than the picture has");
  const [tail] = await warningsOf(png({ idat: concat([deflated(), Uint8Array.of(1, 2, 3)]) }));
  assertStringIncludes(tail!, "3 other bytes follow them");
});

Deno.test("a stream of pixels whose own checksum is missing or wrong is read with a warning", async () => {
  const stream = deflated();
  const [missing] = await warningsOf(png({ idat: stream.subarray(0, -4) }));
  assertStringIncludes(missing!, "their checksum is missing");
  const last = stream.length - 1;
  const [wrong] = await warningsOf(png({ idat: stream.with(last, stream[last]! ^ 1) }));
  assertStringIncludes(wrong!, "incorrect data check");
});

Deno.test("what follows a PNG's end is named with its bytes, unless it is padding", async () => {
  const file = png();
  assertEquals(await warningsOf(concat([file, latin1("video")])), [
    "What follows the PNG's end is left out: 5 bytes",
  ]);
  assertEquals(await warningsOf(concat([file, new Uint8Array(100)])), []);
});

Deno.test("chunks that nothing is known of are named with their bytes", async () => {
  const foreign = { type: "caBX", data: new Uint8Array(9) };
  const [warning, more] = await warningsOf(png({ before: [foreign, foreign] }));
  assertStringIncludes(warning!, '"caBX" is left out');
  assertStringIncludes(warning!, "18 bytes");
  assertEquals(more, undefined);
});

Deno.test("an animation of a single frame is read, one of more is refused", async () => {
  const control = (frames: number) => ({
    type: "acTL",
    data: Uint8Array.of(0, 0, 0, frames, 0, 0, 0, 0),
  });
  const frame = { type: "fcTL", data: new Uint8Array(26) };
  const [warning] = await warningsOf(png({ before: [control(1), frame] }));
  assertStringIncludes(warning!, "a single frame");
  const second = { type: "fdAT", data: deflated() };
  for (
    const file of [
      png({ before: [control(2), frame], after: [frame, second] }),
      // The picture before the animation, and its one frame, are two.
      png({ before: [control(1)], after: [frame, second] }),
      png({ before: [control(3), frame] }),
      withWrongChecksum(png({ before: [control(2), frame], after: [second] }), "acTL"),
    ]
  ) {
    await assertRejects(() => decodeImage(file), ImageError, "save a single frame first");
  }
});

Deno.test("numbers beyond the palette are read as opaque black with a warning", async () => {
  const values = Uint8Array.of(0, 1, 2, 3, 1, 0);
  const palette = { type: "PLTE", data: Uint8Array.of(10, 20, 30, 40, 50, 60) };
  const indexed = { width: 3, height: 2, bitDepth: 2, colourType: 3, samples: 1, values };
  const warnings: string[] = [];
  const onWarning = (message: string) => warnings.push(message);
  const image = await decodeImage(writeRawPng({ ...indexed, chunks: [palette] }), { onWarning });
  const [first, second, black] = [[10, 20, 30], [40, 50, 60], [0, 0, 0]] as const;
  assertEquals([...image.data], [first, second, black, black, second, first].flat());
  assertEquals(warnings.length, 1);
  assertStringIncludes(warnings[0]!, "2 colours, and 2 pixels name others");
  const alpha = { type: "tRNS", data: Uint8Array.of(7, 7, 7, 7) };
  const keyed = await decodeImage(writeRawPng({ ...indexed, chunks: [palette, alpha] }));
  assertEquals([...keyed.data.subarray(4, 12)], [40, 50, 60, 7, 0, 0, 0, 255]);
});

Deno.test("a PNG that is refused is not said to have whole pixels", async () => {
  const rows = new Uint8Array((WIDTH * 3 + 1) * HEIGHT + 5).fill(9);
  const file = png({ idat: deflateSync(rows) });
  for (const read of [decodeImage, compress]) {
    const warnings: string[] = [];
    const onWarning = (message: string) => warnings.push(message);
    await assertRejects(() => read(file, { onWarning }), ImageError, "filters");
    assertEquals(warnings, []);
  }
});

Deno.test("a PNG that states twice what its pixels mean is refused where the two differ", async () => {
  const header = (width: number) => ({
    type: "IHDR",
    data: Uint8Array.of(...bigEndian(width), ...bigEndian(HEIGHT), 8, 2, 0, 0, 0),
  });
  const key = (level: number) => ({ type: "tRNS", data: Uint8Array.of(0, level, 0, 0, 0, 0) });
  for (const [one, other] of [[header(WIDTH), header(2)], [key(1), key(2)]] as const) {
    const repeated = one.type === "IHDR" ? [one] : [one, one];
    const warnings: string[] = [];
    const onWarning = (message: string) => warnings.push(message);
    await decodeImage(png({ before: repeated }), { onWarning });
    assertEquals(warnings, [`The PNG has its chunk "${one.type}" 2 times; one is heeded`]);
    const differing = one.type === "IHDR" ? [other] : [one, other];
    await assertRejects(() => decodeImage(png({ before: differing })), ImageError, "contradict");
  }
});

Deno.test("chunks that are out of place are heeded, with a warning", async () => {
  const palette = { type: "PLTE", data: new Uint8Array(3) };
  const key = { type: "tRNS", data: Uint8Array.of(0, 1, 0, 2, 0, 3) };
  const idat = deflated();
  const split = [TEXT, { type: "IDAT", data: idat.subarray(9) }];
  const cases: [Parameters<typeof png>[0], string[]][] = [
    [{ after: [palette] }, ['"PLTE" after "IDAT"']],
    [{ before: [palette, key] }, []],
    [{ before: [key, palette] }, ['"PLTE" after "tRNS"']],
    [{ before: [palette], after: [key] }, ['"tRNS" after "IDAT"']],
    [{ idat: idat.subarray(0, 9), after: split }, ['"tEXt" amidst those of its pixels']],
    [{ idat: idat.subarray(0, 9), after: split.slice(1) }, []],
  ];
  for (const [parts, expected] of cases) {
    const warnings: string[] = [];
    await decodeImage(png(parts), { onWarning: (message) => warnings.push(message) });
    assertEquals(warnings.length, expected.length);
    for (const [at, part] of expected.entries()) assertStringIncludes(warnings[at]!, part);
  }
});

Deno.test("an iPhone's PNG is refused by name, with what to do", async () => {
  const mark = { type: "CgBI", data: Uint8Array.of(0x50, 0, 0x20, 2) };
  const file = png();
  const whole = [
    rawChunks([mark]).subarray(8),
    file.subarray(8),
  ];
  const first = concat([file.subarray(0, 8), ...whole]);
  for (const apple of [first, png({ before: [mark] })]) {
    for (const read of [decodeImage, compress]) {
      const error = await assertRejects(() => read(apple), ImageError);
      assertStringIncludes(error.message, "Apple's own kind");
      assertStringIncludes(error.message, "-revert-iphone-optimizations");
    }
  }
});

Deno.test("what is wrong with a PNG that is read stands among the warnings of --json", async () => {
  using place = new Workplace();
  Deno.writeFileSync(place.path("a.png"), withWrongChecksum(png({ before: [TEXT] }), "tEXt"));
  const { stdout } = await place.exits(0, "-c", "a.png", "--json");
  assertEquals(JSON.parse(stdout).warnings, [
    'The chunk "tEXt" is left out: the checksum is wrong',
  ]);
});
