import {
  assert,
  assertEquals,
  assertNotEquals,
  assertRejects,
} from "npm:deno-std@1.4.0/assert/mod.js";
import config from "../deno.json" with { type: "json" };
import { type Engine, openEngine } from "../engine.ts";
import {
  compress,
  compressCoded,
  encodePng,
  GpuError,
  type Image,
  ImageError,
  isCodedFile,
  keptMask,
  maxError,
  NO_METADATA,
  readCoded,
  restore,
  WeightsError,
} from "../mod.ts";
import { decodeCoderFile, encodeCoderFile } from "../weights/coder_file.ts";
import { randomCoder } from "./support/exact_networks.ts";
import { sceneImage } from "./support/run_nnc.ts";
import { randomNetwork, testInfo, untrainedNetwork } from "./support/networks.ts";
import { runDeno } from "./support/run.ts";

const ROOT = new URL("../", import.meta.url);

function image(width: number, height: number): Image {
  const data = Uint8Array.from(
    { length: width * height * 3 },
    (_, i) => 128 + 110 * Math.sin(i / 5) * Math.cos(i / 77),
  );
  return { width, height, channels: 3, data, metadata: NO_METADATA };
}

const ENTRIES = Object.values(config.exports);

/** What a command of Deno tells as JSON. */
async function ask(...args: string[]) {
  const { stdout, code } = await runDeno(args, { cwd: ROOT });
  assertEquals(code, 0, args.join(" "));
  return JSON.parse(stdout);
}

/** Something that `deno doc` finds in the library. */
interface Documented {
  name: string;
  declarations: { kind: string; jsDoc?: { tags?: { kind: string }[] | undefined } | undefined }[];
}

/** The declarations of all entries of the library. */
async function documentation(): Promise<Documented[]> {
  const all = await Promise.all(ENTRIES.map(async (entry) => {
    const { nodes } = await ask("doc", "--json", entry);
    const [module] = Object.values(nodes) as [{ symbols: Documented[] }];
    return module.symbols;
  }));
  return all.flat();
}

Deno.test("a file restores with no options but a network, on an engine that opens by itself", async () => {
  const original = image(19, 12);
  const network = { network: randomNetwork("rows"), info: testInfo("rows") };
  const file = await compress(original, { lattice: "rows" });
  const restored = await restore(file, { network });
  const kept = keptMask(original, restored.lattice!);
  const same = original.data.map((value, i) => Number(value === restored.data[i]));
  assert(same.every((equal, i) => equal || !kept[Math.floor(i / 3)]));
  assertEquals(await compress(restored, { lattice: "rows" }), file);
});

Deno.test("an engine and a network of one's own are used, and the engine stays open", async () => {
  const engine = await openEngine({ device: "cpu" });
  const file = await compress(image(16, 10), { ratio: 4 });
  const info = testInfo("grid");
  const plain = await restore(file, {
    engine,
    network: { network: untrainedNetwork("grid"), info },
  });
  const drawn = await restore(file, { engine, network: { network: randomNetwork("grid"), info } });
  assertNotEquals(plain.data, drawn.data);
  engine.close();
});

Deno.test("a tier that is not shipped is refused by the library", async () => {
  const engine = await openEngine({ device: "cpu" });
  const file = await compress(image(4, 4));
  await assertRejects(() => restore(file, { engine, tier: "gold" }), WeightsError, '"gold"');
  engine.close();
});

Deno.test("a failure of the device reaches the caller as it is", async () => {
  const failure = new GpuError("lost", "The device was lost");
  const engine: Engine = {
    description: "a device that fails",
    kernel: "none",
    software: true,
    verdicts: [],
    restoreCells: () => Promise.reject(failure),
    close: () => {},
  };
  const network = { network: untrainedNetwork("quincunx"), info: testInfo("quincunx") };
  const file = await compress(image(4, 4));
  assertEquals(await restore(file, { engine, network }).catch((error) => error), failure);
});

Deno.test("an aborted restoration rejects with the reason", async () => {
  const engine = await openEngine({ device: "cpu" });
  const network = { network: untrainedNetwork("quincunx"), info: testInfo("quincunx") };
  const file = await compress(image(40, 40));
  const signal = AbortSignal.abort(new Error("Enough"));
  await assertRejects(() => restore(file, { engine, network, signal }), Error, "Enough");
  engine.close();
});

Deno.test("who restores loads no trainer, and no entry loads the command line", async () => {
  const top = new Map<string, Set<string>>();
  for (const entry of ENTRIES) {
    const { modules } = await ask("info", "--json", entry) as { modules: { specifier: string }[] };
    const paths = modules.map(({ specifier }) => specifier)
      .filter((specifier) => specifier.startsWith(ROOT.href))
      .map((specifier) => specifier.slice(ROOT.href.length));
    assert(paths.includes(entry.slice(2)), entry);
    top.set(entry, new Set(paths.map((path) => path.replace(/\/.*/, ""))));
  }
  const below = ["codec", "gpu", "platform", "weights"];
  assertEquals([...top.get("./mod.ts")!].sort(), [...below, "mod.ts"].sort());
  assertEquals([...top.get("./engine.ts")!].sort(), [...below, "engine.ts"].sort());
  assertEquals([...top.get("./train.ts")!].sort(), [...below, "train", "train.ts"].sort());
});

Deno.test("every name is exported by one entry", async () => {
  const names = (await documentation()).map(({ name }) => name);
  assertEquals(names.length, new Set(names).size);
});

Deno.test("every type of the library is used in an example", async () => {
  const text = await Deno.readTextFile(new URL("docs/library.md", ROOT));
  const blocks = [...text.matchAll(/^```ts\n(.*?)^```$/gms)].map((match) => match[1]!).join("\n");
  const names = (await documentation())
    .filter(({ declarations }) => declarations.some(({ kind }) => /interface|typeAlias/.test(kind)))
    .map(({ name }) => name);
  assert(names.length > 40, `only ${names.length} types were found`);
  const used = (name: string) => new RegExp(`[^\\w]${name}\\b(?!,)`).test(blocks);
  assertEquals(names.filter((name) => !used(name)), []);
});

Deno.test("every function, class and constant of the library has an example", async () => {
  const kinds = ["function", "class", "variable"];
  const symbols = (await documentation()).filter(({ declarations }) =>
    declarations.some(({ kind }) => kinds.includes(kind))
  );
  assert(symbols.length > 30, `only ${symbols.length} were found`);
  const without = symbols.filter(({ declarations }) =>
    !declarations.some(({ jsDoc }) => jsDoc?.tags?.some(({ kind }) => kind === "example"))
  );
  assertEquals(without.map(({ name }) => name), []);
});

Deno.test("a coded file restores from any part of it, and is read undrawn, with a coder of one's own, too", async () => {
  const original = sceneImage({ width: 64, height: 56 });
  const coder = await decodeCoderFile(encodeCoderFile(randomCoder(5), { tier: "mine" }));
  for (const options of [{}, { maxError: 2 }, { coder, ratio: 4 as const }]) {
    const warnings: string[] = [];
    const shares: number[] = [];
    const file = await compressCoded(await encodePng(original), {
      ...options,
      onWarning: (message) => warnings.push(message),
      onProgress: (done, total) => shares.push(done / total),
    });
    assertEquals([warnings, shares.at(-1)], [[], 1]);
    assert(isCodedFile(file));
    const network = { network: untrainedNetwork("grid"), info: testInfo("grid") };
    const reading = {
      ...options,
      network,
      onProgress: (done: number, total: number) => shares.push(done / total),
    };
    const restored = await restore(file, reading);
    const { maxError: most = 0, ratio } = options as { maxError?: number; ratio?: number };
    assertEquals([restored.maxError, restored.lattice?.ratio, shares.at(-1)], [most, ratio, 1]);
    if (ratio === undefined) assert(maxError(original, restored) <= most);
    assertEquals(await compressCoded(restored, options), file);
    const start = await readCoded(file.subarray(0, file.length - 500), options);
    assertEquals([start.maxError, start.original], [most, { width: 64, height: 56 }]);
    assertEquals(start.data.slice(0, 3), restored.data.slice(0, 3));
    const whole = await restore(file.subarray(0, file.length - 500), reading);
    assertEquals([whole.width, whole.height, whole.hasChunk], [64, 56, true]);
  }
});

Deno.test("writing and reading coded files ends with the reason of who aborts, and with the coder that is missing", async () => {
  const original = sceneImage({ width: 64, height: 56 });
  const signal = AbortSignal.abort(new Error("Enough"));
  await assertRejects(() => compressCoded(original, { signal }), Error, "Enough");
  const file = await compressCoded(original);
  await assertRejects(() => readCoded(file, { signal }), Error, "Enough");
  await assertRejects(() => restore(file, { signal }), Error, "Enough");
  await assertRejects(() => compressCoded(file), ImageError, "NNC file already");
  await assertRejects(() => compress(file), ImageError, "NNC file already");
  const coder = await decodeCoderFile(encodeCoderFile(randomCoder(5), { tier: "mine" }));
  const own = await compressCoded(original, { coder, ratio: 2 });
  await assertRejects(() => restore(own), WeightsError, 'give it as "coder"');
});
