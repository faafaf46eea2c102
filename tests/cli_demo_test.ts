import { assert, assertEquals, assertStringIncludes } from "npm:deno-std@1.4.0/assert/mod.js";
import { compress } from "../codec/compress.ts";
import { psnr } from "../codec/image/metrics.ts";
import { decodeImage } from "../codec/read.ts";
import { KERNEL_NAMES } from "../gpu/kernels/conv_catalogue.ts";
import { SHIPPED_CODERS } from "../weights/shipped_coders.ts";
import { availableTiers } from "../weights/shipped_networks.ts";
import { Workplace } from "./support/run_nnc.ts";

const CPU = ["--device", "cpu", "--weights", "net.safetensors"] as const;

Deno.test("the demonstration leaves its files, and what it says of them is what they are", async () => {
  using place = new Workplace();
  place.addNetwork("net.safetensors");
  const { stdout } = await place.exits(0, "demo", ...CPU, "--json");
  const names = ["original.png", "restored.png", "scene.nnc", "side-by-side.png"];
  assertEquals(place.list("nnc-demo/"), names.map((name) => `nnc-demo/${name}`));
  const said = JSON.parse(stdout);
  const read = (name: string) => Deno.readFileSync(place.path(`nnc-demo/${name}`));
  const [original, restored] = await Promise.all(
    ["original.png", "restored.png"].map((name) => decodeImage(read(name))),
  );
  assertEquals(said.bytesCompressed, read("scene.nnc").length);
  assertEquals(said.bytesOriginal, read("original.png").length);
  assertEquals(said.psnrRestored, psnr(original!, restored!));
  assertEquals(await compress(restored!), read("scene.nnc"));
  assert(said.keptPixelsExact && said.recompressesToTheSameFile);
  assert(said.psnrAveraged > 25 && said.psnrAveraged < 45, `${said.psnrAveraged} dB`);
  const picture = await decodeImage(read("side-by-side.png"));
  assert(picture.width > 4 * 4 * 64, "the picture has four panels");
});

Deno.test("a demonstration in somebody's folder is not replaced unasked", async () => {
  using place = new Workplace();
  place.addNetwork("net.safetensors");
  Deno.writeTextFileSync(place.path("original.png"), "mine");
  const { stderr } = await place.exits(1, "demo", ...CPU, "--output", ".");
  assertStringIncludes(stderr, "--force");
  assertEquals(Deno.readTextFileSync(place.path("original.png")), "mine");
  assertEquals(place.list(), ["net.safetensors", "original.png"]);
});

Deno.test("a demonstration has a folder, and nothing for standard output", async () => {
  using place = new Workplace();
  const { stderr } = await place.exits(2, "demo", "--output", "-");
  assertStringIncludes(stderr, "names a folder");
  assertEquals(place.list(), []);
});

Deno.test("the doctor tells what runs networks and what is shipped", async () => {
  using place = new Workplace();
  const { stdout } = await place.run("doctor", "--json", "--verbose");
  const { findings } = JSON.parse(stdout);
  const found = (name: string) =>
    findings.find((finding: { name: string }) => finding.name === name);
  assertEquals(found("Deno").found, `${Deno.version.deno} on ${Deno.build.target}`);
  assert(found("adapter").found.length > 0);
  assertStringIncludes(found("limits").found, "workgroups of");
  assertStringIncludes(found("engine").found, found("adapter").found);
  for (const kernel of KERNEL_NAMES) {
    assert(/^right, [\d.]+ billion/.test(found(`kernel ${kernel}`).found), kernel);
  }
  for (const kernel of ["forward tiled", "backward winograd", "weights blocks"]) {
    assert(/^right, [\d.]+ billion/.test(found(`training ${kernel}`).found), kernel);
  }
  for (const step of ["quincunx", "grid", "rows"]) assert(found(`network ${step}`), step);
  for (const { name, digest } of SHIPPED_CODERS) assertEquals(found(`coder ${name}`).found, digest);
  for (const tier of availableTiers("quincunx")) {
    assert(/^about [\d.]+ (s|min [\d.]+ s) a megapixel$/.test(found(`tier ${tier}`).found), tier);
  }
});
