import { assert, assertEquals, assertStringIncludes } from "npm:deno-std@1.4.0/assert/mod.js";
import { encodePng } from "../codec/png/png.ts";
import { shippedTiers } from "../weights/shipped_networks.ts";
import { encodeNetwork } from "../weights/network_file.ts";
import { randomNetwork, testInfo } from "./support/networks.ts";
import { renderScene } from "./support/scene.ts";
import { runColdly, serveSources } from "./support/source_server.ts";
import { TemporaryFolder } from "./support/temporary_folder.ts";

/** Small networks under the names of the shipped ones, so that the test is quick and needs no trained file. */
function smallWeights(): Map<string, Uint8Array<ArrayBuffer>> {
  const files = new Map<string, Uint8Array<ArrayBuffer>>();
  for (const step of ["quincunx", "grid", "rows"] as const) {
    for (const tier of shippedTiers(step)) {
      const bytes = encodeNetwork(randomNetwork(step), { ...testInfo(step), tier });
      files.set(`weights/${step}-${tier}.safetensors`, bytes);
    }
  }
  return files;
}

Deno.test("the library works from a URL, with leave to reach its server and nothing else", async () => {
  await using server = serveSources(smallWeights());
  const { code, stdout, stderr } = await runColdly(
    `import { compress, encodePng, keptMask, probe, restore } from "${server.urlOf("mod.ts")}";
    const [width, height] = [33, 21];
    const data = Uint8Array.from({ length: width * height * 3 }, (_, i) => i * i % 251);
    const image = { width, height, channels: 3, data, metadata: { chunks: [] } };
    const file = await compress(await encodePng(image), { ratio: 2 });
    const restored = await restore(file);
    const kept = keptMask(image, restored.lattice);
    console.log(JSON.stringify({
      facts: probe(file),
      keptUnchanged: data.every((value, i) => !kept[Math.floor(i / 3)] || restored.data[i] === value),
      drawn: restored.data.some((value, i) => !kept[Math.floor(i / 3)] && value !== data[i]),
      again: (await compress(restored, { ratio: 2 })).every((byte, i) => byte === file[i]),
    }));`,
    { flags: [`--allow-import=${server.host}`, `--allow-net=${server.host}`] },
  );
  assertEquals(code, 0, stderr);
  const { facts, ...promises } = JSON.parse(stdout);
  assertEquals(promises, { keptUnchanged: true, drawn: true, again: true });
  assertEquals([facts.lattice, facts.width, facts.height], ["quincunx", 33, 21]);
  assert(server.requested.has("weights/quincunx-standard.safetensors"));
  assert([...server.requested].some((path) => path.endsWith(".wgsl")), "no shader was fetched");
  assert([...server.requested].every((path) => !/^(cli|tests|bench)\//.test(path)));
  const others = [...server.requested].filter((path) =>
    path.endsWith(".safetensors") && !path.includes("quincunx")
  );
  assertEquals(others, [], "only the weights that are needed are fetched");
});

Deno.test("the program works from a URL, with leave to its server and the folder it works in", async () => {
  await using server = serveSources(smallWeights());
  using folder = new TemporaryFolder();
  const photo = { ...renderScene({ width: 64, height: 48 }), metadata: { chunks: [] } };
  await Deno.writeFile(`${folder.path}/photo.png`, await encodePng(photo));
  const reach = [`--allow-import=${server.host}`, `--allow-net=${server.host}`];
  const flags = [...reach, "--allow-read=.", "--allow-write=.", "--ignore-env"];
  const program = new URL(server.urlOf("nnc.ts"));
  const compare = ["compare", "photo.png", "back.png", "--report", "page.html"];
  for (
    const args of [["-c", "photo.png"], ["-d", "photo.nnc", "--output", "back.png"], compare]
  ) {
    const { code, stdout, stderr } = await runColdly(program, { flags, args, cwd: folder.path });
    assertEquals(code, 0, stderr);
    assertStringIncludes(stdout, args.at(-1)!);
  }
  const files = [...Deno.readDirSync(folder.path)].map(({ name }) => name).sort();
  assertEquals(files, ["back.png", "page.html", "photo.nnc", "photo.png"]);
});
