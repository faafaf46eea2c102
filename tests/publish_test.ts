import { assertEquals, assertStringIncludes } from "npm:deno-std@1.4.0/assert/mod.js";
import config from "../deno.json" with { type: "json" };
import { runDeno } from "./support/run.ts";

const ROOT = new URL("../", import.meta.url);

Deno.test("the package could be published as it is", async () => {
  const args = ["publish", "--dry-run", "--allow-dirty"];
  const { code, stdout, stderr } = await runDeno(args, { cwd: ROOT });
  const text = stdout + stderr;
  assertEquals(code, 0, text);
  assertStringIncludes(text, `${config.name}@${config.version}`);
  for (const file of ["mod.ts", "engine.ts", "train.ts", "LICENSE", "weights/", ".wgsl"]) {
    assertStringIncludes(text, file);
  }
  const others = ["tests/", "bench/", "web/", "npm/"].map((name) => new URL(name, ROOT).href);
  assertEquals(others.filter((folder) => text.includes(folder)), []);
  assertEquals(text.match(/warning\[.*/g), null);
});

Deno.test("nothing that is copied with the repository is a link to what one machine has", () => {
  const links = [...Deno.readDirSync(ROOT)].filter(({ isSymlink }) => isSymlink);
  assertEquals(links, []);
});

Deno.test("the licence of deno.json is that of LICENSE", async () => {
  const text = await Deno.readTextFile(new URL("LICENSE", ROOT));
  assertStringIncludes(text, `${config.license} License`);
});
