/**
 * Sound files of every kind that is read, small, made by code.
 *
 * @module
 */

import { deflateSync } from "node:zlib";
import { compress } from "../../codec/compress.ts";
import { ALL_LATTICES } from "../../codec/lattice/lattice.ts";
import { initialiseNetwork } from "../../train/initialise.ts";
import { flattenNetwork } from "../../train/parameters.ts";
import { type Checkpoint, encodeCheckpoint } from "../../train/checkpoint.ts";
import { DEFAULT_RECIPE } from "../../train/recipe.ts";
import { encodeNetwork } from "../../weights/network_file.ts";
import { noiseImage } from "../support/images.ts";
import {
  commentSegment,
  concat,
  exifOf,
  exifSegment,
  extensionSegments,
  iptcOf,
  jfifSegment,
  latin1,
  markersOf,
  photoshopSegment,
  pictureIndexSegment,
  profileSegments,
  resource,
  videoOf,
  withBytesAt,
  withSegments,
  writeJpeg,
  xmpPacket,
  xmpSegment,
} from "../support/jpeg_writer.ts";
import { randomNetwork, testInfo } from "../support/networks.ts";
import { type RawChunk, rawChunks, writeRawPng } from "../support/png_writer.ts";
import { sceneImage } from "../support/run_nnc.ts";
import { createRandom } from "../support/scene.ts";
import { codedFiles, coders } from "./coded_corpus.ts";
import type { Sample } from "./sample.ts";

const SIZES = [[1, 1], [13, 9], [8, 8], [17, 6], [3, 21]] as const;

/** Every sound file, in an order that never changes. */
export async function buildCorpus(): Promise<Sample[]> {
  return [
    ...pngs(),
    ...oddPngs(),
    ...await jpegs(),
    ...await nncs(),
    ...weights(),
    checkpoint(),
    ...await codedFiles(METADATA),
    ...coders(),
  ];
}

const METADATA: readonly RawChunk[] = [
  { type: "gAMA", data: Uint8Array.of(0, 0, 177, 143) },
  { type: "iCCP", data: Uint8Array.of(...latin1("icc\0\0"), ...latin1("compressed")) },
  { type: "pHYs", data: Uint8Array.of(0, 0, 11, 19, 0, 0, 11, 19, 1) },
  { type: "eXIf", data: exifOf(1) },
  { type: "tEXt", data: latin1("Title\0scene") },
  { type: "iTXt", data: latin1("Title\0\0\0en\0\0scene") },
];

function pngs(): Sample[] {
  const kinds = [
    ...[1, 2, 4, 8].map((bitDepth) => ({ colourType: 0, bitDepth, samples: 1 })),
    ...[1, 2, 4, 8].map((bitDepth) => ({ colourType: 3, bitDepth, samples: 1 })),
    { colourType: 2, bitDepth: 8, samples: 3 },
    { colourType: 4, bitDepth: 8, samples: 2 },
    { colourType: 6, bitDepth: 8, samples: 4 },
    { colourType: 0, bitDepth: 16, samples: 1 },
    { colourType: 2, bitDepth: 16, samples: 3 },
    { colourType: 6, bitDepth: 16, samples: 4 },
  ];
  const random = createRandom(1);
  return kinds.flatMap((kind) =>
    [false, true].flatMap((interlaced) =>
      [false, true].map((rich) => {
        const { colourType, bitDepth, samples } = kind;
        const [width, height] = SIZES[Math.floor(random() * SIZES.length)]!;
        const values = Uint16Array.from(
          { length: width * height * samples },
          () => random() * 2 ** bitDepth,
        );
        const colours = { type: "PLTE", data: new Uint8Array(3 * 2 ** bitDepth).fill(7) };
        const key = { type: "tRNS", data: new Uint8Array(colourType === 3 ? 2 : 2 * samples) };
        const chunks = [
          ...colourType === 3 ? [colours] : [],
          ...rich && colourType < 4 ? [key] : [],
          ...rich ? METADATA : [],
        ];
        const split = rich ? 20 : 2 ** 20;
        const png = { ...kind, width, height, values, interlaced, chunks, split };
        const name = `PNG of type ${colourType}, ${bitDepth} bits, ${interlaced}, ${rich}`;
        return { name, format: "png" as const, bytes: writeRawPng(png) };
      })
    )
  );
}

/** PNGs that other programs read with a warning, and so must we. */
function oddPngs(): Sample[] {
  const values = Uint8Array.from({ length: 9 * 8 }, (_, at) => at % 4);
  const indexed = { width: 9, height: 8, bitDepth: 2, colourType: 3, samples: 1, values };
  const palette = { type: "PLTE", data: Uint8Array.of(1, 2, 3, 4, 5, 6) };
  const grey = { ...indexed, bitDepth: 8, colourType: 0, chunks: METADATA };
  const file = writeRawPng(grey);
  const still = { type: "acTL", data: Uint8Array.of(0, 0, 0, 1, 0, 0, 0, 0) };
  // Rows beyond the header's, which states half of them.
  const taller = rawChunks([
    { type: "IHDR", data: Uint8Array.of(0, 0, 0, 9, 0, 0, 0, 4, 8, 0, 0, 0, 0) },
    { type: "IDAT", data: new Uint8Array(deflateSync(new Uint8Array(10 * 8))) },
    { type: "IEND", data: new Uint8Array(0) },
  ]);
  const pixels = new Uint8Array(deflateSync(new Uint8Array(3 * 8)));
  const split = rawChunks([
    { type: "IHDR", data: Uint8Array.of(0, 0, 0, 2, 0, 0, 0, 8, 8, 0, 0, 0, 0) },
    { type: "IDAT", data: pixels.subarray(0, 5) },
    { type: "tEXt", data: latin1("Title\0scene") },
    { type: "IDAT", data: pixels.subarray(5) },
    palette,
    { type: "IEND", data: new Uint8Array(0) },
  ]);
  const title = file.findLastIndex((_, at) =>
    latin1("scene").every((byte, i) => file[at + i] === byte)
  );
  const files = {
    "PNG of colours beyond the palette": writeRawPng({ ...indexed, chunks: [palette] }),
    "PNG of a single frame": writeRawPng({ ...grey, chunks: [still] }),
    "PNG of too many rows": taller,
    "PNG of chunks in odd places": split,
    "PNG without an end": file.subarray(0, -12),
    "PNG with something behind": concat([file, latin1("something")]),
    "PNG with a wrong checksum": file.with(title, 0),
  };
  return Object.entries(files).map(([name, bytes]) => ({ name, format: "png", bytes }));
}

async function jpegs(): Promise<Sample[]> {
  const image = sceneImage({ width: 35, height: 19 });
  const colour = await writeJpeg(image);
  const profile = new Uint8Array(600).fill(9);
  profile.set(latin1("RGB "), 16);
  const segments = [
    jfifSegment({ x: 300, y: 300, unit: 1 }),
    exifSegment(exifOf(6)),
    ...profileSegments(profile, 3),
  ];
  const files: Record<string, Uint8Array> = {
    "baseline JPEG": colour,
    "progressive JPEG": await writeJpeg(image, { progressive: true }),
    "progressive subsampled JPEG": await writeJpeg(image, { progressive: true, subsampling: 2 }),
    "subsampled JPEG": await writeJpeg(image, { subsampling: 2 }),
    "grey JPEG": await writeJpeg(image, { grey: true }),
    "grey progressive JPEG": await writeJpeg(image, { grey: true, progressive: true }),
    "JPEG with Exif and a profile": withSegments(colour, segments),
    ...await oddJpegs(colour),
  };
  return Object.entries(files).map(([name, bytes]) => ({ name, format: "jpeg", bytes }));
}

/** JPEGs with much beside their pixels, behind their end, or wrong around their scans. */
async function oddJpegs(colour: Uint8Array): Promise<Record<string, Uint8Array>> {
  const small = await writeJpeg(sceneImage({ width: 16, height: 8 }));
  const digest = "0123456789ABCDEF".repeat(2);
  const declared = 'xmlns:hdrgm="http://ns.adobe.com/hdr-gain-map/1.0/" ' +
    'xmlns:c="http://ns.google.com/photos/1.0/container/"';
  const packet = xmpPacket(
    `${declared} hdrgm:Version="1.0" xmpNote:HasExtendedXMP="${digest}"`,
    "<c:Directory><rdf:Seq/></c:Directory><dc:rights>mine</dc:rights>",
  );
  const captions = [
    xmpSegment(packet),
    ...extensionSegments(xmpPacket('xmlns:a="urn:a"', "<a:b>more</a:b>"), digest, 90),
    photoshopSegment(resource(0x0404, iptcOf([[120, "A harbour"]]))),
    commentSegment("a comment"),
    { marker: 0xeb, data: latin1("JP\0\x01") },
  ];
  const index = pictureIndexSegment([{ type: 0x010002, size: 100, offset: 200 }]);
  const stray = Uint8Array.of(1, 2, 0xff, 0, 3);
  return {
    "JPEG with captions": withSegments(colour, captions),
    "motion photo": concat([colour, videoOf(200)]),
    "JPEG of several pictures": concat([
      withSegments(colour, [index]),
      small,
      latin1("more"),
      small,
    ]),
    "JPEG with stray bytes": withBytesAt(colour, markersOf(colour)[2]!, stray),
    "JPEG without an end": colour.subarray(0, -2),
    "JPEG with bytes too many": withBytesAt(colour, colour.length - 2, new Uint8Array(40)),
  };
}

async function nncs(): Promise<Sample[]> {
  const samples: Sample[] = [];
  for (const { name: lattice, ratio } of ALL_LATTICES) {
    for (const channels of [1, 2, 3, 4] as const) {
      const chunks = channels > 2 ? METADATA : [];
      const image = noiseImage({ width: 14 + channels, height: 11, channels, seed: 5, chunks });
      const bytes = await compress(image, { lattice, ratio, effort: "fast" });
      samples.push({ name: `${lattice} ${ratio}, ${channels}`, format: "nnc", bytes });
    }
  }
  return samples;
}

function weights(): Sample[] {
  return (["quincunx", "grid", "rows"] as const).flatMap((step) =>
    (["F32", "F16"] as const).map((dtype) => {
      const info = { ...testInfo(step), recipe: "{}", licence: "CC0", scores: { psnr: 30 } };
      const network = randomNetwork(step, { channels: 4, blocks: dtype === "F32" ? 1 : 0 });
      const bytes = encodeNetwork(network, info, { dtype });
      return { name: `${dtype} weights for ${step}`, format: "weights" as const, bytes };
    })
  );
}

function checkpoint(): Sample {
  const recipe = { ...DEFAULT_RECIPE, channels: 4, blocks: 0, seed: 9 };
  const architecture = { inputs: 6, outputs: 6, channels: 4, blocks: 0 };
  const parameters = flattenNetwork(initialiseNetwork(architecture, { seed: 1 }));
  const moments = new Float32Array(parameters.length * 2).fill(0.5);
  const clip = new Float32Array([1, 2, 3]);
  const state = { parameters, moments, averages: parameters, clip, step: 7, random: 9 };
  const content: Checkpoint = { recipe, state, best: { parameters, score: 33.5 }, before: 31 };
  return { name: "checkpoint", format: "checkpoint", bytes: encodeCheckpoint(content) };
}
