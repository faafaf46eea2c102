import { assert, assertEquals } from "npm:deno-std@1.4.0/assert/mod.js";
import { writeFileSafely } from "../cli/write_file.ts";
import { Workplace } from "./support/run_nnc.ts";

const OLD = new Date("2001-02-03T04:05:06Z");
const isWindows = Deno.build.os === "windows";

Deno.test({
  name: "an output has the mode of its input" + (isWindows ? " (skipped: Windows has none)" : ""),
  ignore: isWindows,
  async fn() {
    using place = new Workplace();
    await place.addScene("a.png");
    place.addNetwork("net.safetensors");
    for (const mode of [0o600, 0o664, 0o444]) {
      Deno.chmodSync(place.path("a.png"), mode);
      await place.exits(0, "-c", "a.png", "--force");
      assertEquals(Deno.statSync(place.path("a.nnc")).mode! & 0o777, mode);
    }
    Deno.chmodSync(place.path("a.nnc"), 0o640);
    const cpu = ["--device", "cpu", "--weights", "net.safetensors"];
    await place.exits(0, "-d", "a.nnc", "-o", "b.png", ...cpu);
    assertEquals(Deno.statSync(place.path("b.png")).mode! & 0o777, 0o640);
  },
});

Deno.test("--preserve gives an output the times of its input, which it does not have otherwise", async () => {
  using place = new Workplace();
  await place.addScene("a.png");
  Deno.utimeSync(place.path("a.png"), OLD, OLD);
  await place.exits(0, "-c", "a.png");
  assert(Deno.statSync(place.path("a.nnc")).mtime! > OLD);
  await place.exits(0, "-c", "a.png", "--force", "-p");
  assertEquals(Deno.statSync(place.path("a.nnc")).mtime, OLD);
  assertEquals(Deno.statSync(place.path("a.png")).mtime, OLD);
});

Deno.test("a file system that takes no times is warned of, and the file is written", async () => {
  using place = new Workplace();
  const { utime } = Deno;
  Deno.utime = () => Promise.reject(new Deno.errors.NotSupported("test"));
  const warnings: string[] = [];
  try {
    await writeFileSafely(place.path("a"), {
      bytes: Uint8Array.of(1),
      replace: false,
      attributes: { atime: OLD, mtime: OLD },
      onWarning: (message) => warnings.push(message),
    });
  } finally {
    Deno.utime = utime;
  }
  assertEquals(place.list(), ["a"]);
  assertEquals(warnings, ["The file system does not let the times of the output be set"]);
});
