import { assert, assertEquals } from "npm:deno-std@1.4.0/assert/mod.js";
import config from "../deno.json" with { type: "json" };
import { TemporaryFolder } from "./support/temporary_folder.ts";
import { runDeno } from "./support/run.ts";

const ROOT = new URL("../", import.meta.url);

/** One line of the tree that `deno compile` prints: a file, or a folder that went in whole. */
interface Embedded {
  readonly path: string;
  readonly bytes: number;
}

/**
 * Runs the task `compile` with another output, and lists what went in.
 *
 * The runtime that an executable is built on is fetched by Deno on first use; the Deno that runs this test stands in for
 * it, as what is embedded does not depend on it.
 */
async function compileTask(output: string): Promise<Embedded[]> {
  const args = config.tasks.compile.command.split(/\s+/).slice(1);
  args[args.indexOf("--output") + 1] = output;
  const env = { DENORT_BIN: Deno.execPath() };
  const { code, stdout, stderr } = await runDeno(args, { cwd: ROOT, env });
  const text = stdout + stderr;
  assertEquals(code, 0, text);
  return parseTree(text);
}

function parseTree(text: string): Embedded[] {
  const units: Record<string, number> = { B: 1, KB: 1024, MB: 1024 ** 2 };
  const folders: string[] = [];
  const files: Embedded[] = [];
  for (const line of text.split("\n")) {
    const match = /^([│ ]*)[├└]─([┬─]) (.+?)(?: \(([\d.]+)(B|KB|MB)(?: - .*)?\))?$/.exec(line);
    if (!match) continue;
    const depth = match[1]!.length / 2;
    const path = [...folders.slice(0, depth), match[3]!].join("/");
    if (match[2] === "┬") folders.splice(depth, Infinity, match[3]!);
    else files.push({ path, bytes: Number(match[4]) * units[match[5]!]! });
  }
  return files;
}

function holds(embedded: readonly Embedded[], path: string): boolean {
  return embedded.some((entry) =>
    entry.path === path || (entry.path.endsWith("/*") && path.startsWith(entry.path.slice(0, -1)))
  );
}

function listFiles(folder: string, ending: string): string[] {
  return [...Deno.readDirSync(new URL(folder, ROOT))].flatMap((entry) => {
    const path = `${folder}${entry.name}`;
    if (entry.isDirectory) return listFiles(`${path}/`, ending);
    return path.endsWith(ending) ? [path] : [];
  });
}

/** The packages of a lock file, as `name@version` and their digests. */
async function readLock(path: string): Promise<Map<string, string>> {
  const { npm } = JSON.parse(await Deno.readTextFile(new URL(path, ROOT)));
  const packages = Object.entries(npm as Record<string, { integrity: string }>);
  return new Map(packages.map(([name, { integrity }]) => [name, integrity]));
}

Deno.test("what the program is locked to is a part of what the tests are locked to", async () => {
  const [program, all] = [await readLock("deno.lock"), await readLock("tests/deno.lock")];
  for (const [name, integrity] of program) assertEquals(integrity, all.get(name), name);
  const tests = [...all.keys()].filter((name) => !program.has(name));
  assert(tests.some((name) => name.startsWith("imagescript@")), `only ${tests} are the tests' own`);
});

Deno.test("a compiled program has every shader, all weights and its worker inside", async () => {
  using folder = new TemporaryFolder();
  const embedded = await compileTask(`${folder.path}/nnc`);
  const shaders = [...listFiles("gpu/", ".wgsl"), ...listFiles("train/", ".wgsl")];
  const weights = listFiles("weights/", ".safetensors");
  assert(shaders.length > 0 && weights.length > 0);
  const page = ["cli/comparison/page.css", "cli/comparison/page.js"];
  const missing = [
    "nnc.ts",
    "codec/worker.ts",
    "codec/pack.ts",
    "weights/shipped_networks.ts",
    ...page,
    ...shaders,
    ...weights,
  ]
    .filter((path) => !holds(embedded, path));
  assertEquals(missing, []);
  const testsOnly = embedded.filter(({ path }) => /\b(deno-std|imagescript)\b/.test(path));
  assertEquals(testsOnly, [], "packages of the tests went in");
  const size = weights.reduce((sum, path) => sum + Deno.statSync(new URL(path, ROOT)).size, 0);
  const inside = embedded
    .filter(({ path }) => path.startsWith("weights/"))
    .reduce((sum, { bytes }) => sum + bytes, 0);
  assert(inside >= size, `${size} bytes of weights, but only ${inside} went in`);
});
