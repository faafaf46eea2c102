/**
 * Runs every check and every test, whatever fails, and ends with a line that counts them: `deno task ok`.
 *
 * The static checks (format, lint, types, documentation) count as one each. Arguments go to `deno test`, so
 * `./test tests/lattice_test.ts` runs the checks and one file of tests.
 *
 * @module
 */

import { type Counts, countTests } from "./support/junit.ts";

const root = new URL("../", import.meta.url);
const sources = [
  "mod.ts",
  "engine.ts",
  "train.ts",
  "nnc.ts",
  "cli",
  "npm",
  "web",
  "train",
  "codec",
  "weights",
  "gpu",
  "platform",
];

/** As the launcher has it (cli/setup.sh), for those who run this without it. */
const env = Deno.build.os === "linux"
  ? { DENO_WEBGPU_BACKEND: "vulkan", ...Deno.env.toObject() }
  : {};

/** Minutes after which a check that has not ended never will: all tests take about ten. */
const MOST_MINUTES = 45;

async function deno(args: string[]): Promise<number> {
  const command = new Deno.Command(Deno.execPath(), { args, cwd: root, env, stdin: "null" });
  const child = command.spawn();
  const watch = setTimeout(() => {
    console.log(`\nThis did not end within ${MOST_MINUTES} minutes: the last line above hangs`);
    child.kill("SIGKILL");
  }, MOST_MINUTES * 60_000);
  const { code } = await child.status;
  clearTimeout(watch);
  return code;
}

async function check(name: string, args: string[]): Promise<Counts> {
  console.log(`\n── ${name} ──`);
  const passed = await deno(args) === 0;
  return { passed: passed ? 1 : 0, failed: passed ? 0 : 1, skipped: 0 };
}

async function test(args: string[]): Promise<Counts> {
  console.log("\n── tests ──");
  const report = await Deno.makeTempFile({ suffix: ".xml" });
  try {
    const code = await deno(["test", "-A", "--frozen", "--doc", `--junit-path=${report}`, ...args]);
    return countTests(await Deno.readTextFile(report), code);
  } finally {
    await Deno.remove(report);
  }
}

async function listSources(): Promise<string[]> {
  const files: string[] = [];
  const walk = async (path: string) => {
    if (path.endsWith(".ts")) {
      files.push(path);
      return;
    }
    for await (const entry of Deno.readDir(new URL(path, root))) {
      // AssemblyScript is no TypeScript, whatever its name ends in.
      if (entry.name === "dist" || entry.name === "assembly") continue;
      if (entry.isDirectory || entry.name.endsWith(".ts")) await walk(`${path}/${entry.name}`);
    }
  };
  for (const source of sources) await walk(source);
  return files.sort();
}

const results = [
  await check("format", ["fmt", "--check", "--quiet"]),
  await check("lint", ["lint", "--quiet"]),
  await check("types", ["check", "--frozen", "--quiet"]),
  await check("documentation", ["doc", "--lint", "--quiet", ...await listSources()]),
  await test(Deno.args),
];
const sum = (kind: keyof Counts) => results.reduce((total, counts) => total + counts[kind], 0);
const skipped = sum("skipped") > 0 ? `, ${sum("skipped")} skipped` : "";
console.log(`\n${sum("passed")} passed, ${sum("failed")} failed${skipped}`);
Deno.exit(sum("failed") === 0 ? 0 : 1);
