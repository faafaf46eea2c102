import {
  assert,
  assertEquals,
  assertNotEquals,
  assertRejects,
} from "npm:deno-std@1.4.0/assert/mod.js";
import {
  compress,
  type Engine,
  GpuError,
  type Image,
  keptMask,
  NO_METADATA,
  openEngine,
  restore,
  WeightsError,
} from "../mod.ts";
import { randomNetwork, testInfo, untrainedNetwork } from "./support/networks.ts";

const ROOT = new URL("../", import.meta.url);

function image(width: number, height: number): Image {
  const data = Uint8Array.from(
    { length: width * height * 3 },
    (_, i) => 128 + 110 * Math.sin(i / 5) * Math.cos(i / 77),
  );
  return { width, height, channels: 3, data, metadata: NO_METADATA };
}

/** The declarations that `deno doc` finds in the library. */
async function documentation(): Promise<{
  name: string;
  declarations: { kind: string; jsDoc?: { tags?: { kind: string }[] } }[];
}[]> {
  const { stdout, code } = await new Deno.Command(Deno.execPath(), {
    args: ["doc", "--json", "mod.ts"],
    cwd: ROOT,
  }).output();
  assertEquals(code, 0);
  const { nodes } = JSON.parse(new TextDecoder().decode(stdout));
  const [module] = Object.values(nodes) as [{ symbols: Awaited<ReturnType<typeof documentation>> }];
  return module.symbols;
}

Deno.test("a file restores with no options but a network, on an engine that opens by itself", async () => {
  const original = image(19, 12);
  const network = { network: randomNetwork("rows"), info: testInfo("rows") };
  const file = await compress(original, { lattice: "rows" });
  const restored = await restore(file, { network });
  const kept = keptMask(original, restored.lattice);
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
