import { assertEquals } from "npm:deno-std@1.4.0/assert/mod.js";

const OPEN_DEVICE = `
  const { openDevice } = await import(${
  JSON.stringify(new URL("../engine.ts", import.meta.url).href)
});
  (await openDevice())?.gpu.destroy();
  console.log(Deno.env.get("XDG_RUNTIME_DIR") ?? "missing");
`;

async function openDevice(environment: Record<string, string>) {
  const { XDG_RUNTIME_DIR: _, ...others } = Deno.env.toObject();
  const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["eval", "--quiet", OPEN_DEVICE],
    clearEnv: true,
    env: { ...others, ...environment },
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes).trim();
  return { variable: text(stdout), said: text(stderr) };
}

Deno.test("opening a device in a program of one's own prints nothing of XDG_RUNTIME_DIR, and leaves it as it is", async () => {
  assertEquals(await openDevice({}), { variable: "missing", said: "" });
  const folder = Deno.makeTempDirSync();
  try {
    const environment = { XDG_RUNTIME_DIR: folder };
    assertEquals(await openDevice(environment), { variable: folder, said: "" });
  } finally {
    Deno.removeSync(folder);
  }
});
