import { assert, assertEquals } from "npm:deno-std@1.4.0/assert/mod.js";
import { gzipSync } from "node:zlib";
import { bundleWeb, WEB_ENTRIES } from "./support/web_site.ts";
import { TemporaryFolder } from "./support/temporary_folder.ts";

/** Bytes that a bundle takes at most, compressed as servers do. */
const LIMITS: Readonly<Record<string, number>> = { "reader.js": 40_960, "nnc_image.js": 8_192 };

Deno.test("the bundles for browsers are small, and need nothing that a strict policy forbids", async () => {
  using folder = new TemporaryFolder();
  await bundleWeb(folder.path, WEB_ENTRIES);
  for (const [name, limit] of Object.entries(LIMITS)) {
    const text = await Deno.readTextFile(`${folder.path}/${name}`);
    const size = gzipSync(text, { level: 9 }).length;
    assert(size <= limit, `${name} takes ${size} bytes, more than ${limit}`);
    assertEquals(text.match(/\beval\(|new Function\(|\bWebAssembly\b|\bDeno\./g) ?? [], [], name);
  }
});

Deno.test("an average file's weights are beside the bundle, small as well", async () => {
  for (const [tier, limit] of [["draft", 24_000], ["standard", 150_000]] as const) {
    const path = new URL(`../weights/quincunx-${tier}.safetensors`, import.meta.url);
    const size = gzipSync(await Deno.readFile(path), { level: 9 }).length;
    assert(size <= limit, `${tier} takes ${size} bytes, more than ${limit}`);
  }
});
