import { assertEquals } from "npm:deno-std@1.4.0/assert/mod.js";
import { TemporaryFolder } from "./support/temporary_folder.ts";
import { runDeno } from "./support/run.ts";

const OPEN_DEVICE = `
  const { openDevice } = await import(${
  JSON.stringify(new URL("../engine.ts", import.meta.url).href)
});
  (await openDevice())?.gpu.destroy();
  console.log(Deno.env.get("XDG_RUNTIME_DIR") ?? "missing");
`;

async function openDevice(environment: Record<string, string>) {
  const { XDG_RUNTIME_DIR: _, ...others } = Deno.env.toObject();
  const { stdout, stderr } = await runDeno(["eval", "--quiet", OPEN_DEVICE], {
    clearEnv: true,
    env: { ...others, ...environment },
  });
  return { variable: stdout.trim(), said: stderr.trim() };
}

Deno.test("opening a device in a program of one's own prints nothing of XDG_RUNTIME_DIR, and leaves it as it is", async () => {
  assertEquals(await openDevice({}), { variable: "missing", said: "" });
  using folder = new TemporaryFolder();
  const environment = { XDG_RUNTIME_DIR: folder.path };
  assertEquals(await openDevice(environment), { variable: folder.path, said: "" });
});
