import { assert, assertEquals } from "npm:deno-std@1.4.0/assert/mod.js";
import { gzipSync } from "node:zlib";
import { bundleWeb, WEB_ENTRIES } from "./support/web_site.ts";
import { TemporaryFolder } from "./support/temporary_folder.ts";

/** Bytes that a bundle takes at most, compressed as servers do. */
const LIMITS: Readonly<Record<string, number>> = { "reader.js": 40_960, "nnc_image.js": 8_192 };

Deno.test("the bundles for browsers are as small as is said, and need nothing that a strict policy forbids", async () => {
  using folder = new TemporaryFolder();
  await bundleWeb(folder.path, WEB_ENTRIES);
  const sizeOf = (name: string) =>
    gzipSync(Deno.readFileSync(`${folder.path}/${name}`), { level: 9 }).length;
  const page = await Deno.readTextFile(new URL("../docs/web.md", import.meta.url));
  const stated = [...page.matchAll(/`(\w+\.js)`[^|(]*(?:\| |\()(\d+) kB/g)];
  assertEquals(stated.length, WEB_ENTRIES.length);
  for (const [, name, kilobytes] of stated) {
    const size = sizeOf(name!) / 1000;
    const isNear = Math.abs(size - Number(kilobytes)) <= Math.max(1, size / 20);
    assert(isNear, `docs/web.md says that ${name} takes ${kilobytes} kB, it takes ${size}`);
  }
  for (const [name, limit] of Object.entries(LIMITS)) {
    const text = await Deno.readTextFile(`${folder.path}/${name}`);
    const size = sizeOf(name);
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
