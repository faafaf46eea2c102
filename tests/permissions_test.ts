import { assert, assertEquals } from "npm:deno-std@1.4.0/assert/mod.js";
import manifest from "../deno.json" with { type: "json" };
import { nncCommand, Workplace } from "./support/run_nnc.ts";
import { runDeno } from "./support/run.ts";

const ROOT = new URL("../", import.meta.url).pathname;
const WEIGHTS = ["--weights", "net.safetensors"] as const;

/** Runs a program in a folder with some permissions. */
function run(
  permissions: readonly string[],
  { cwd, args }: { cwd: string; args: readonly string[] },
) {
  return runDeno(["run", "--quiet", "--no-prompt", ...permissions, ...args], { cwd });
}

const COMMANDS: readonly (readonly string[])[] = [
  ["compress", "photo.png"],
  ["info", "photo.nnc"],
  ["restore", "photo.nnc", "--output", "gpu.png", ...WEIGHTS],
  ["restore", "photo.nnc", "--output", "cpu.png", "--device", "cpu", ...WEIGHTS],
  ["compare", "photo.png", "cpu.png"],
];

Deno.test("the program is given files to read and write, and nothing else, integrate a little more", () => {
  assertEquals(manifest.permissions, {
    nnc: { read: true, write: true, env: { ignore: true } },
    integrate: {
      read: true,
      write: true,
      env: ["HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME"],
      run: ["update-mime-database"],
    },
  });
});

Deno.test("with these permissions there is no network, no environment and no other program", async () => {
  using place = new Workplace();
  const attempts = {
    network: "fetch('http://127.0.0.1:8080/')",
    listening: "Deno.listen({ port: 0 })",
    program: "new Deno.Command('true').output()",
    library: "Deno.dlopen('libc.so.6', {})",
    system: "Deno.hostname()",
  };
  const set = ["--config", `${ROOT}deno.json`, "-P=nnc"];
  for (const [what, attempt] of Object.entries(attempts)) {
    const script = `try { await ${attempt} } catch (error) { console.log(error.name) }`;
    Deno.writeTextFileSync(place.path("attempt.ts"), script);
    const { stdout } = await run(set, { cwd: place.folder, args: ["attempt.ts"] });
    assertEquals(stdout, "NotCapable\n", what);
  }
  Deno.writeTextFileSync(place.path("attempt.ts"), "console.log(Deno.env.get('HOME'))");
  const { stdout } = await run(set, { cwd: place.folder, args: ["attempt.ts"] });
  assertEquals(stdout, "undefined\n", "environment");
});

Deno.test("compressing, restoring and looking need no more than that", async () => {
  using place = new Workplace();
  await place.addScene("photo.png");
  place.addNetwork("net.safetensors");
  for (const args of COMMANDS) {
    const { code, stderr } = await nncCommand(args, { cwd: place.folder }).output();
    assertEquals(code, 0, `${args.join(" ")}: ${new TextDecoder().decode(stderr)}`);
  }
});

Deno.test("they do not even need files outside the folder that they work in", async () => {
  using place = new Workplace();
  await place.addScene("photo.png");
  // One that workers would do, had they leave to read their module.
  await place.addScene("large.png", { width: 700, height: 500 });
  place.addNetwork("net.safetensors");
  const own = ["--config", `${ROOT}deno.json`, "--ignore-env", "--allow-read=.", "--allow-write=."];
  for (const args of [...COMMANDS, ["compress", "large.png", "--quiet"]]) {
    const command = [`${ROOT}nnc.ts`, ...args];
    const { code, stderr } = await run(own, { cwd: place.folder, args: command });
    assertEquals(code, 0, `${args.join(" ")}: ${stderr}`);
    if (args[0] === "compress") assertEquals(stderr, "");
  }
  const info = await run(["--config", `${ROOT}deno.json`, "--ignore-env", "--allow-read=."], {
    cwd: place.folder,
    args: [`${ROOT}nnc.ts`, "info", "photo.nnc"],
  });
  assertEquals(info.code, 0, `info writes nothing: ${info.stderr}`);
  const outside = await run(own, {
    cwd: place.folder,
    args: [`${ROOT}nnc.ts`, "-c", "/etc/hostname"],
  });
  assertEquals(outside.code, 1);
  assert(outside.stderr.includes("/etc/hostname"), outside.stderr);
});
