import { assert, assertEquals, assertRejects } from "npm:deno-std@1.4.0/assert/mod.js";
import { crc32 as nativeCrc32, deflateSync } from "node:zlib";
import { compress } from "../codec/compress.ts";
import { NO_METADATA } from "../codec/image/metadata.ts";
import { crc32 } from "../codec/png/crc32.ts";
import { inflate } from "../codec/png/inflate.ts";
import { inflateSlowly } from "../platform/inflate_slowly.ts";
import { currentPlatform, usePlatform } from "../platform/platform.ts";
import { CODEC_FILES, useCodecsFrom } from "../platform/web.ts";
import { halfToNumber, numberToHalf } from "../weights/half_floats.ts";
import { bundleForBrowsers } from "./support/bundle.ts";
import { renderScene } from "./support/scene.ts";
import { runDeno } from "./support/run.ts";

const ROOT = new URL("../", import.meta.url);

/** The files that may know Deno or Node have it in their names. */
const OWN_FILES = /^platform\/(deno|node)/;

function* listSources(folder: string): Generator<string> {
  for (const { name, isDirectory } of Deno.readDirSync(new URL(folder, ROOT))) {
    if (isDirectory && name === "dist") continue;
    if (isDirectory) yield* listSources(`${folder}${name}/`);
    else if (/\.[jt]s$/.test(name)) yield `${folder}${name}`;
  }
}

/** What a source has of Deno or Node outside its comments. */
function platformUses(source: string): string[] {
  const code = source.replace(/\/\*[^]*?\*\//g, "").replace(/^\s*\/\/.*$/gm, "");
  return code.match(/\bDeno\.\w+|\b(?:from |import\(|import )"node:[^"]*"|\bFloat16Array\b/g) ?? [];
}

Deno.test("below cli/ nothing uses Deno or Node but what is there for them", () => {
  const folders = ["platform/", "gpu/", "codec/", "weights/", "train/", "web/"];
  const sources = [
    "mod.ts",
    "engine.ts",
    "train.ts",
    ...folders.flatMap((at) => [...listSources(at)]),
  ];
  assert(sources.length > 100, `only ${sources.length} files were found`);
  const found = sources.flatMap((path) =>
    platformUses(Deno.readTextFileSync(new URL(path, ROOT))).map((use) => `${path}: ${use}`)
  );
  assertEquals(found.filter((use) => !OWN_FILES.test(use)), []);
  assert(found.length > 5, "not even the files for Deno use it: the search is broken");
});

Deno.test("uses of the platform are found, and examples in comments are not taken for them", () => {
  const source =
    '/** `Deno.cwd()` */\n// Deno.exit()\nimport { a } from "node:zlib";\nDeno.open(b);';
  assertEquals(platformUses(source), ['from "node:zlib"', "Deno.open"]);
});

Deno.test("the reader's bundle for browsers has nothing left to import, and does what it is for", async () => {
  const bundle = await bundleForBrowsers({ path: "web/reader.ts" });
  assertEquals(platformUses(bundle), []);
  assertEquals(bundle.match(/^import\b.*|\brequire\(.*/gm) ?? [], []);
  assert(bundle.length < 400_000, `${bundle.length} bytes: what writes or trains is in it`);
  const path = await Deno.makeTempFile({ suffix: ".js" });
  try {
    await Deno.writeTextFile(path, bundle);
    await restoresIn(path);
  } finally {
    await Deno.remove(path);
  }
});

/** Runs the bundle as a browser would: with nothing of Deno, weights by `fetch` from an address. */
async function restoresIn(bundle: string): Promise<void> {
  const weights = new URL("weights/", ROOT);
  const photo = renderScene({ width: 12, height: 9 });
  const file = await compress({ ...photo, metadata: NO_METADATA }, { effort: "fast" });
  const program = `delete globalThis.Deno;
    const { probe, restore, openEngine } = await import(${JSON.stringify(`file://${bundle}`)});
    const file = Uint8Array.from(atob("${
    btoa(String.fromCharCode(...file))
  }"), (c) => c.charCodeAt(0));
    const engine = await openEngine({ device: "cpu" });
    const image = await restore(file, { engine, tier: "draft", weights: "${weights.href}" });
    console.log(JSON.stringify([(await probe(file)).checksum, image.width, image.height]));`;
  const { stdout, stderr } = await runDeno(["eval", program]);
  assertEquals(stdout.trim(), '["matches",12,9]', stderr);
}

Deno.test("our CRC-32 is zlib's, of every length and in parts", () => {
  const bytes = Uint8Array.from({ length: 1000 }, (_, at) => at * at * 7 + at >> 3);
  for (let length = 0; length < 40; length++) {
    for (const start of [0, 1, 13]) {
      const part = bytes.subarray(start, start + length);
      assertEquals(crc32(part), nativeCrc32(part));
      assertEquals(crc32(part, 0xdeadbeef), nativeCrc32(part, 0xdeadbeef));
    }
  }
  assertEquals(crc32(bytes.subarray(333), crc32(bytes.subarray(0, 333))), nativeCrc32(bytes));
});

Deno.test("zlib and pako inflate to the same bytes; zlib leaves to pako what is not as it should be", () => {
  const plain = Uint8Array.from({ length: 300_000 }, (_, at) => at % 251 ^ at >> 9);
  const stream = new Uint8Array(deflateSync(plain));
  const quick = currentPlatform().inflate;
  assertEquals(quick(stream, plain.length), plain);
  assertEquals(inflateSlowly(stream, plain.length), { bytes: plain, found: plain.length });
  const faulty = {
    "its checksum is wrong": stream.with(stream.length - 1, stream.at(-1)! ^ 1),
    "its checksum is missing": stream.subarray(0, -2),
    "it is cut off": stream.subarray(0, 900),
    "it is damaged": stream.slice().fill(255, 500, 600),
    "it is followed by other bytes": new Uint8Array([...stream, 1, 2, 3]),
    "it is empty": new Uint8Array(0),
  };
  for (const [what, bytes] of Object.entries(faulty)) {
    assertEquals(quick(bytes, plain.length), undefined, what);
    assert(inflateSlowly(bytes, plain.length).fault !== undefined, what);
    assertEquals(inflate(bytes, plain.length), inflateSlowly(bytes, plain.length), what);
  }
  for (const length of [plain.length - 1, plain.length + 1]) {
    assertEquals(quick(stream, length), undefined);
    assertEquals(inflate(stream, length), inflateSlowly(stream, length));
  }
});

Deno.test("every half float is read and written as Float16Array does", () => {
  const halves = Uint16Array.from({ length: 65536 }, (_, bits) => bits);
  const expected = new Float16Array(halves.buffer);
  for (const bits of halves) {
    const value = halfToNumber(bits);
    assert(Object.is(value, expected[bits]!), `${bits} is ${value}`);
    if (!Number.isNaN(value)) assertEquals(numberToHalf(value), bits);
  }
});

Deno.test("numbers between half floats are rounded to the nearest, of two to the even one", () => {
  const one = new Float16Array(1);
  const bits = new Uint16Array(one.buffer);
  const positive = Array.from({ length: 0x7c00 }, (_, half) => halfToNumber(half));
  const between = positive.flatMap((value, half) => {
    const next = positive[half + 1] ?? 65536;
    const middle = (value + next) / 2;
    return [
      middle,
      Math.fround(middle * (1 - 2 ** -20)),
      Math.fround(middle * (1 + 2 ** -20)),
      -middle,
    ];
  });
  for (const value of [...between, 65519.99, 65520, 1e9, Infinity, -Infinity, 1e-9, -0, 2 ** -25]) {
    one[0] = value;
    assertEquals(numberToHalf(value), bits[0]!, String(value));
  }
});

Deno.test("a page's codecs are fetched from its folder, once, and a missing one is named", async () => {
  const before = currentPlatform();
  const asked: string[] = [];
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, (request) => {
    const { pathname } = new URL(request.url);
    asked.push(pathname);
    const isThere = pathname === `/codecs/${CODEC_FILES.oxipng}`;
    // The smallest module there is: its signature and version.
    return isThere
      ? new Response(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0))
      : new Response("not found", { status: 404 });
  });
  try {
    useCodecsFrom("codecs", `http://127.0.0.1:${server.addr.port}/page.html`);
    const { compileCodec } = currentPlatform();
    assertEquals(await compileCodec("oxipng"), await compileCodec("oxipng"));
    await assertRejects(() => compileCodec("mozjpegDecoder"), Error, CODEC_FILES.mozjpegDecoder);
    assertEquals(
      asked,
      [CODEC_FILES.oxipng, CODEC_FILES.mozjpegDecoder].map((at) => `/codecs/${at}`),
    );
  } finally {
    usePlatform(before);
    await server.shutdown();
  }
});
