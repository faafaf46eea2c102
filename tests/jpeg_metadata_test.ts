import { assert, assertEquals, assertStringIncludes } from "npm:deno-std@1.4.0/assert/mod.js";
import { inflateSync } from "node:zlib";
import { compress } from "../codec/compress.ts";
import { ALL_LATTICES } from "../codec/lattice/lattice.ts";
import { encodePng } from "../codec/png/png.ts";
import { decodeImage } from "../codec/read.ts";
import { restore } from "../codec/restore.ts";
import { noiseImage, randomEngine } from "./support/images.ts";
import {
  commentSegment,
  concat,
  exifOf,
  exifSegment,
  extensionSegments,
  iptcOf,
  type JpegSegment,
  latin1,
  photoshopSegment,
  resource,
  withSegments,
  writeJpeg,
  xmpPacket,
  xmpSegment,
} from "./support/jpeg_writer.ts";
import { assertStrictPng } from "./support/png_structure.ts";

const JPEG = await writeJpeg(noiseImage({ width: 24, height: 18, channels: 3, seed: 3 }));
const IPTC = iptcOf([[120, "A harbour"], [25, "boats"], [25, "water"], [116, "Somebody"]]);
const RESOURCES = concat([resource(0x040a, Uint8Array.of(1)), resource(0x0404, IPTC)]);

/** The text chunks of a JPEG with segments, and what is said of it. */
async function read(segments: readonly JpegSegment[]) {
  const warnings: string[] = [];
  const onWarning = (message: string) => warnings.push(message);
  const { metadata } = await decodeImage(withSegments(JPEG, segments), { onWarning });
  const texts = metadata.chunks.map(({ type, data }) => {
    const [keyword] = String.fromCharCode(...data).split("\0");
    return { type, keyword, data: data.subarray(keyword!.length + 1) };
  });
  return { texts, warnings };
}

/** The bytes that a raw profile of ImageMagick's stands for. */
function rawProfile(data: Uint8Array): { name: string; bytes: Uint8Array } {
  const text = inflateSync(data.subarray(1)).toString("latin1");
  const [before, name, length, ...lines] = text.split("\n");
  assertEquals(before, "");
  assert(lines.every((line) => line.length <= 72));
  const bytes = Uint8Array.fromHex(lines.join(""));
  assertEquals(Number(length), bytes.length);
  return { name: name!, bytes };
}

Deno.test("IPTC travels with Photoshop's other resources in a raw profile, as other programs keep it", async () => {
  const { texts, warnings } = await read([photoshopSegment(RESOURCES)]);
  assertEquals(warnings, []);
  assertEquals(texts.map(({ type, keyword }) => [type, keyword]), [[
    "zTXt",
    "Raw profile type iptc",
  ]]);
  assertEquals(rawProfile(texts[0]!.data), { name: "iptc", bytes: RESOURCES });
});

Deno.test("resources in several segments are joined, and without IPTC are named for Photoshop", async () => {
  const parts = [RESOURCES.subarray(0, 21), RESOURCES.subarray(21)];
  const joined = await read(parts.map(photoshopSegment));
  assertEquals(rawProfile(joined.texts[0]!.data).bytes, RESOURCES);
  for (const other of [resource(0x0425, new Uint8Array(16)), latin1("8BIM\x04\x04")]) {
    const { texts } = await read([photoshopSegment(other)]);
    assertEquals(texts[0]!.keyword, "Raw profile type 8bim");
    assertEquals(rawProfile(texts[0]!.data), { name: "8bim", bytes: other });
  }
});

Deno.test("comments travel as texts, each in the encoding that it has", async () => {
  const utf8 = new TextEncoder().encode("Grüße\n再见");
  const { texts, warnings } = await read([
    commentSegment("Plain"),
    commentSegment(utf8),
    commentSegment("Gr\xfc\xdfe\0\0"),
    commentSegment("\0\0"),
    commentSegment(""),
    commentSegment("a\0b"),
  ]);
  assertEquals(texts.map(({ type, keyword }) => [type, keyword]), [
    ["tEXt", "Comment"],
    ["iTXt", "Comment"],
    ["tEXt", "Comment"],
  ]);
  const data = texts.map((text) => text.data);
  assertEquals(data, [latin1("Plain"), concat([new Uint8Array(4), utf8]), latin1("Gr\xfc\xdfe")]);
  assertEquals(warnings, ["A comment of the JPEG is left out, 3 bytes: it is no text"]);
});

const DIGEST = "0123456789ABCDEF0123456789ABCDEF";
const NOTE = 'xmlns:xmpNote="http://ns.adobe.com/xmp/note/"';
const MAIN = xmpPacket(`${NOTE} dc:title="main" xmpNote:HasExtendedXMP="${DIGEST}"`);
const EXTENSION = '<x:xmpmeta xmlns:x="adobe:ns:meta/" xmlns:far="urn:far"><rdf:RDF ' +
  'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">' +
  `<rdf:Description rdf:about="" xmlns:own="urn:own"><own:data>${"a".repeat(70_000)}</own:data>` +
  "</rdf:Description><rdf:Description far:more='1'/></rdf:RDF></x:xmpmeta>";

Deno.test("extended XMP is joined to the packet that names it", async () => {
  const { texts, warnings } = await read([
    ...extensionSegments(EXTENSION, DIGEST, 30_000),
    xmpSegment(MAIN),
  ]);
  assertEquals(warnings, []);
  assertEquals(texts.length, 1);
  const packet = String.fromCharCode(...texts[0]!.data.subarray(4));
  const [start, end] = xmpPacket(`${NOTE} dc:title="main"`).split("</rdf:RDF>");
  assert(packet.startsWith(start!), packet.slice(0, 400));
  assert(packet.endsWith(`</rdf:RDF>${end}`));
  const inside = packet.slice(start!.length, -`</rdf:RDF>${end}`.length);
  assertEquals(
    inside.replace(/a{70000}/, "…"),
    '<rdf:Description xmlns:far="urn:far" rdf:about="" xmlns:own="urn:own"><own:data>…</own:data>' +
      `</rdf:Description><rdf:Description xmlns:far="urn:far" far:more='1'/>`,
  );
});

Deno.test("extended XMP of which a part is missing, or that nothing names, is named in a warning", async () => {
  const parts = extensionSegments(EXTENSION, DIGEST, 30_000);
  const cases = [
    [xmpSegment(MAIN), ...parts.slice(1)],
    [xmpSegment(MAIN), ...parts.slice(0, -1)],
    [xmpSegment(xmpPacket("")), ...parts],
    [xmpSegment(MAIN), ...extensionSegments("<no XML", DIGEST, 30_000)],
    parts,
  ];
  for (const segments of cases) {
    const { texts, warnings } = await read(segments);
    assertEquals(warnings.length, 1, warnings.join());
    assertStringIncludes(warnings[0]!, "extended XMP is left out");
    const packet = String.fromCharCode(...texts[0]?.data ?? []);
    assert(!packet.includes("HasExtendedXMP"), "what is not there is not claimed");
  }
});

Deno.test("what has no place in a PNG is named with its bytes", async () => {
  const quality = latin1("Ducky\0\x01\0\x04\0\0\0\x3c\0\0");
  const copyright = latin1("Ducky\0\x03\0\x06\0\0\0\x01\0A\0\0");
  const { warnings } = await read([
    { marker: 0xeb, data: latin1("JP\0\x01\0\0\0\x01jumb") },
    { marker: 0xe1, data: latin1("FLIR\0thermal") },
    { marker: 0xe1, data: latin1("FLIR\0more") },
    { marker: 0xe5, data: latin1("\x1b[2J\u0085") },
    { marker: 0xec, data: quality },
    { marker: 0xec, data: copyright },
    { marker: 0xee, data: latin1("Adobe\0d\0\0\0\0\x01") },
    { marker: 0xe7, data: new Uint8Array(0) },
  ]);
  assertEquals(warnings, [
    `The JPEG's APP11 ("JP"), JUMBF: content credentials or such is left out, 12 bytes: no PNG has a place for it`,
    `The JPEG's APP1 ("FLIR") is left out, 21 bytes: no PNG has a place for it`,
    `The JPEG's APP5 ("[2J") is left out, 5 bytes: no PNG has a place for it`,
    `The JPEG's APP12 ("Ducky") is left out, ${copyright.length} bytes: no PNG has a place for it`,
  ]);
});

Deno.test("what is there twice or malformed is named", async () => {
  const { texts, warnings } = await read([
    exifSegment(exifOf(1)),
    exifSegment(exifOf(6)),
    xmpSegment(xmpPacket("")),
    xmpSegment(xmpPacket("a:b='second'")),
  ]);
  assertEquals(texts.map(({ type }) => type), ["eXIf", "iTXt"]);
  assertEquals(warnings.map((warning) => warning.slice(0, 22)), [
    "The JPEG has Exif data",
    "The JPEG has XMP more ",
  ]);
  const malformed = await read([exifSegment(latin1("no Exif at all"))]);
  assertStringIncludes(malformed.warnings[0]!, "Exif data is left out, 14 bytes");
});

const RICH = withSegments(JPEG, [
  exifSegment(exifOf(6)),
  xmpSegment(MAIN),
  ...extensionSegments(EXTENSION, DIGEST, 30_000),
  photoshopSegment(RESOURCES),
  commentSegment("Plain"),
  commentSegment(new TextEncoder().encode("Grüße")),
]);

Deno.test("captions, comments and extended XMP are the same after any number of generations", async () => {
  const { metadata } = await decodeImage(RICH);
  for (const { name: lattice, ratio } of ALL_LATTICES) {
    const choice = { lattice, ratio };
    const first = await compress(RICH, choice);
    assertStrictPng(first);
    for (let generation = 0, file = first; generation < 5; generation++) {
      const restored = await restore(file, randomEngine(generation));
      assertEquals(restored.metadata, metadata);
      file = await compress(await encodePng(restored, { effort: "fast" }), choice);
      assertEquals(file, first);
    }
  }
});

Deno.test("stripping leaves captions, comments and XMP out", async () => {
  const stripped = await restore(await compress(RICH, { strip: true }), randomEngine(1));
  assertEquals(stripped.metadata.chunks, []);
});
