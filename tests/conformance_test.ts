import "../platform/deno.ts";
import { deepEqual, equal } from "node:assert/strict";
import { decodeCoded } from "../codec/coded_decoder.ts";
import { openCoded } from "../codec/coded_file.ts";
import { restoreCoded } from "../codec/coded_restore.ts";
import { coderForReading } from "../weights/coder_choice.ts";
import {
  CONFORMANCE_CASES,
  type ConformanceEntry,
  conformanceEntry,
  digestOfKnown,
  writeConformance,
} from "./conformance/cases.ts";
import index from "./conformance/files/index.json" with { type: "json" };
import { randomEngine } from "./support/images.ts";

const FOLDER = new URL("conformance/files/", import.meta.url);
const ENTRIES = index as readonly ConformanceEntry[];

const readFile = (name: string) => Deno.readFileSync(new URL(name, FOLDER));

Deno.test("every conformance file decodes to the pixels of its checksum", async () => {
  for (const { file, sha256, ...expected } of ENTRIES) {
    const bytes = readFile(file);
    const { header } = openCoded(bytes);
    const coder = await coderForReading(header.coder);
    const image = await restoreCoded(await decodeCoded(bytes, coder), randomEngine(1));
    const found = {
      bytes: bytes.length,
      width: image.width,
      height: image.height,
      channels: image.channels,
      bits: image.low ? 16 : 8,
      maxError: header.maxError,
      octaves: header.octaves,
      ratio: expected.ratio,
      metadata: image.metadata.chunks.map(({ type }) => type),
    };
    deepEqual(found, expected, file);
    // Of lossy files the decoder has verified what stands for their bins.
    if (!header.lossy) equal(await digestOfKnown(image, expected.ratio), sha256, file);
  }
});

Deno.test("conformance files are those that are written today; if the format was meant to change, run deno task conformance", async () => {
  const names = [...Deno.readDirSync(FOLDER)].map(({ name }) => name).sort();
  deepEqual(names, [...ENTRIES.map(({ file }) => file), "index.json"].sort());
  equal(ENTRIES.length, CONFORMANCE_CASES.length);
  for (const [at, one] of CONFORMANCE_CASES.entries()) {
    const bytes = await writeConformance(one);
    deepEqual(ENTRIES[at], await conformanceEntry(one, bytes), one.name);
    deepEqual(bytes, readFile(`${one.name}.nnc`), one.name);
  }
});
