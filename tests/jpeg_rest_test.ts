import { assert, assertEquals, assertStringIncludes } from "npm:deno-std@1.4.0/assert/mod.js";
import { DEFAULT_QUALITY } from "../codec/coded_quality.ts";
import { findChunk } from "../codec/png/metadata.ts";
import { decodeImage } from "../codec/read.ts";
import { compressCoded } from "../weights/coded.ts";
import { noiseImage } from "./support/images.ts";
import {
  concat,
  exifOf,
  exifSegment,
  latin1,
  pictureIndexSegment,
  videoOf,
  withSegments,
  writeJpeg,
  xmpPacket,
  xmpSegment,
} from "./support/jpeg_writer.ts";
import { Workplace } from "./support/run_nnc.ts";

const PHOTO = await writeJpeg(noiseImage({ width: 24, height: 18, channels: 3, seed: 3 }));
const SMALL = await writeJpeg(noiseImage({ width: 9, height: 7, channels: 3, seed: 4 }));

const HDRGM = 'xmlns:hdrgm="http://ns.adobe.com/hdr-gain-map/1.0/"';
const CONTAINER = 'xmlns:Container="http://ns.google.com/photos/1.0/container/" ' +
  'xmlns:Item="http://ns.google.com/photos/1.0/container/item/"';
const CAMERA = 'xmlns:GCamera="http://ns.google.com/photos/1.0/camera/"';
const DIRECTORY = "<Container:Directory><rdf:Seq>" +
  '<rdf:li rdf:parseType="Resource"><Container:Item Item:Semantic="Primary" Item:Mime="image/jpeg"/></rdf:li>' +
  '<rdf:li rdf:parseType="Resource"><Container:Item Item:Semantic="GainMap" Item:Length="900"/></rdf:li>' +
  "</rdf:Seq></Container:Directory>";

/** Decodes a file, and returns its XMP and what is said of it. */
async function read(file: Uint8Array): Promise<{ warnings: string[]; xmp: string | undefined }> {
  const warnings: string[] = [];
  const image = await decodeImage(file, { onWarning: (message) => warnings.push(message) });
  const text = findChunk(image.metadata, "iTXt");
  const xmp = text && String.fromCharCode(...text).replace(/^XML:com\.adobe\.xmp\0{5}/, "");
  return { warnings, xmp };
}

Deno.test("the video of a motion photo is named with its bytes, and the photo no longer claims it", async () => {
  const attributes = `${CAMERA} GCamera:MotionPhoto="1" GCamera:MotionPhotoVersion="1" ` +
    'GCamera:MotionPhotoPresentationTimestampUs="500000" GCamera:hdrp="kept"';
  const video = videoOf(4000);
  const { warnings, xmp } = await read(
    concat([withSegments(PHOTO, [xmpSegment(xmpPacket(attributes))]), video]),
  );
  assertEquals(warnings, [
    `What follows the JPEG's end is left out: the video of a motion photo, ${video.length} bytes`,
  ]);
  assertEquals(xmp, xmpPacket(`${CAMERA} GCamera:hdrp="kept"`));
});

Deno.test("a maker's marks around the video are named apart from it", async () => {
  const [head, video, tail] = [latin1("MotionPhoto_Data"), videoOf(300), latin1("SEFHxxxxSEFT")];
  const { warnings } = await read(concat([PHOTO, head, video, tail]));
  assertEquals(warnings, [
    `What follows the JPEG's end is left out: 2 times other data, ${
      head.length + tail.length
    } bytes`,
    `What follows the JPEG's end is left out: the video of a motion photo, ${video.length} bytes`,
  ]);
});

Deno.test("an Ultra HDR gain map is named, and neither it nor its directory is claimed any more", async () => {
  const gainMap = withSegments(SMALL, [xmpSegment(xmpPacket(`${HDRGM} hdrgm:Version="1.0"`))]);
  const photo = withSegments(PHOTO, [
    exifSegment(exifOf(1)),
    xmpSegment(xmpPacket(`${HDRGM} ${CONTAINER} hdrgm:Version="1.0"`, DIRECTORY)),
    { marker: 0xe2, data: latin1("urn:iso:std:iso:ts:21496:-1\0\0\0\0\0") },
  ]);
  const { warnings, xmp } = await read(concat([photo, gainMap]));
  assertEquals(warnings, [
    `What follows the JPEG's end is left out: a gain map (Ultra HDR), ${gainMap.length} bytes`,
  ]);
  assertEquals(xmp, xmpPacket(`${HDRGM} ${CONTAINER}`));
});

Deno.test("claims written as elements, in other letters and under other prefixes, go as well", async () => {
  const declared = "xmlns:a='http://ns.adobe.com/hdr-gain-map/1.0/' " +
    "xmlns:b='http://ns.google.com/photos/1.0/container/'";
  const elements =
    "\n<a:Version>1.0</a:Version><dc:rights>kept &lt; <![CDATA[<a:Version>]]></dc:rights>" +
    "<b:Directory><rdf:Bag><rdf:li><b:Directory/></rdf:li></rdf:Bag></b:Directory><!-- <a:Version> -->";
  const { xmp } = await read(withSegments(PHOTO, [xmpSegment(xmpPacket(declared, elements))]));
  const left = "\n<dc:rights>kept &lt; <![CDATA[<a:Version>]]></dc:rights><!-- <a:Version> -->";
  assertEquals(xmp, xmpPacket(declared, left));
});

Deno.test("XMP that claims nothing, and XMP that is no XML, stays as it is", async () => {
  const harmless = xmpPacket(`${HDRGM} dc:title="Gr\xc3\xbc\xc3\x9fe"`, "<dc:x a='&quot;'/>");
  const broken = [
    "no XML at all",
    `<x ${HDRGM} hdrgm:Version="1.0"`,
    `<x ${HDRGM}><hdrgm:Version></x>`,
    "<!-- never ends",
  ];
  for (const packet of [harmless, ...broken]) {
    const { xmp } = await read(withSegments(PHOTO, [xmpSegment(packet)]));
    assertEquals(xmp, packet);
  }
});

Deno.test("Apple's gain map is named", async () => {
  const packet = xmpPacket("", "<apdi:T>urn:com:apple:photo:2020:aux:hdrgainmap</apdi:T>");
  const gainMap = withSegments(SMALL, [xmpSegment(packet)]);
  const own = xmpPacket(
    'xmlns:HDRGainMap="http://ns.apple.com/HDRGainMap/1.0/" HDRGainMap:HDRGainMapVersion="65536"',
  );
  const { warnings, xmp } = await read(
    concat([withSegments(PHOTO, [xmpSegment(own)]), gainMap]),
  );
  assertEquals(warnings, [
    `What follows the JPEG's end is left out: a gain map (Apple HDR), ${gainMap.length} bytes`,
  ]);
  assertEquals(xmp, xmpPacket('xmlns:HDRGainMap="http://ns.apple.com/HDRGainMap/1.0/"'));
});

Deno.test("the pictures of an MPO are named by what its index says of them", async () => {
  const names = new Map([
    [0x020002, "a picture for the other eye (MPO)"],
    [0x010002, "a preview picture"],
    [0x030000, "another picture (MPO)"],
    [0x050000, "a gain map (HDR)"],
  ]);
  for (const [type, name] of names) {
    const index = (offset: number) =>
      withSegments(PHOTO, [pictureIndexSegment([{ type, size: SMALL.length, offset }])]);
    // Offsets count from behind "MPF" and its zero: SOI, a marker and its length come before.
    const behind = index(0).length - (2 + 4 + 4);
    const { warnings } = await read(concat([index(behind), SMALL]));
    const expected = `What follows the JPEG's end is left out: ${name}, ${SMALL.length} bytes`;
    assertEquals(warnings, [expected]);
  }
  const { warnings } = await read(concat([PHOTO, SMALL, new Uint8Array(40), SMALL]));
  assertEquals(warnings, [
    `What follows the JPEG's end is left out: 2 times another picture, ${2 * SMALL.length} bytes`,
  ]);
});

Deno.test("padding behind the end is nothing", async () => {
  for (const filling of [0, 255]) {
    const { warnings } = await read(concat([PHOTO, new Uint8Array(5000).fill(filling)]));
    assertEquals(warnings, []);
  }
});

Deno.test("whatever follows, a file is read in time, and its pixels are the same", async () => {
  const expected = await decodeImage(PHOTO);
  const starts = concat(Array(30_000).fill(Uint8Array.of(0xff, 0xd8, 0xff, 0xe0)));
  const boxes = concat(Array(30_000).fill(concat([Uint8Array.of(0, 0, 0, 8), latin1("ftyp")])));
  const index = pictureIndexSegment([{ type: 0, size: 1, offset: 1 }]);
  const damaged = withSegments(PHOTO, [{ marker: 0xe2, data: index.data.fill(0xff, 8) }]);
  for (const file of [concat([PHOTO, starts]), concat([PHOTO, boxes, starts]), damaged]) {
    assertEquals(await decodeImage(file, { onWarning: () => {} }), expected);
  }
});

Deno.test("what stays behind stands among the warnings of --json", async () => {
  using place = new Workplace();
  Deno.writeFileSync(place.path("a.jpg"), concat([PHOTO, videoOf(100)]));
  const { stdout } = await place.exits(0, "-c", "a.jpg", "--json");
  const { warnings } = JSON.parse(stdout);
  assert(warnings.length >= 1);
  assertStringIncludes(warnings[0], "the video of a motion photo");
  const file = await compressCoded(PHOTO, { quality: DEFAULT_QUALITY });
  assertEquals(Deno.readFileSync(place.path("a.nnc")), new Uint8Array(file));
});
