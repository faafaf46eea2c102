import { assert, assertEquals, assertMatch } from "npm:deno-std@1.4.0/assert/mod.js";
import { checkOptions } from "../cli/options.ts";
import { parseArguments } from "../cli/parser.ts";
import { Workplace } from "./support/run_nnc.ts";
import { runDeno } from "./support/run.ts";

const ROOT = new URL("../", import.meta.url);
const readme = await Deno.readTextFile(new URL("README.md", ROOT));

function blocks(language: string): string[] {
  const fences = readme.matchAll(/^```(\S+)[^\n]*\n(.*?)^```$/gms);
  return [...fences].filter((match) => match[1] === language).map((match) => match[2]!);
}

Deno.test("every command line of the README is one that the program understands", () => {
  const lines = blocks("sh").join("\n").split("\n").map((line) => line.replace(/\s+#.*$/, ""));
  const commands = lines.flatMap((line) => /(?:\.\/nnc|nnc\.ts) (.*)$/.exec(line)?.[1] ?? []);
  assert(commands.length >= 10, `only ${commands.length} were found`);
  for (const command of commands) {
    const parsed = parseArguments(command.replace(/ > .*$/, "").split(/\s+/), "1.0.0");
    if ("text" in parsed) throw new Error(`"${command}" does nothing`);
    checkOptions(parsed.values);
  }
});

Deno.test("every file that the README points to is there", () => {
  const links = [...readme.matchAll(/\]\(([^)#:]+)\)/g)].map((match) => match[1]!);
  assert(links.length >= 4);
  for (const link of links) assert(Deno.statSync(new URL(link, ROOT)).size > 0, link);
});

Deno.test("the README's program runs and restores a photo", async () => {
  using place = new Workplace();
  await place.addScene("photo.png");
  const [program] = blocks("ts");
  Deno.writeTextFileSync(
    place.path("example.ts"),
    program!.replace("./mod.ts", new URL("mod.ts", ROOT).href),
  );
  const args = ["run", "--quiet", "--allow-read", "example.ts"];
  const { code, stdout, stderr } = await runDeno(args, { cwd: place.folder });
  assertEquals(code, 0, stderr);
  assertMatch(stdout, /^40 \d+\n[\d.]+ dB\n$/);
});

Deno.test("the README's permissions are those of deno.json", async () => {
  const { permissions } = JSON.parse(await Deno.readTextFile(new URL("deno.json", ROOT)));
  assertEquals(permissions.nnc, { read: true, write: true, env: { ignore: true } });
  assertEquals(permissions.integrate, {
    read: true,
    write: true,
    env: ["HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME"],
    run: ["update-mime-database"],
  });
});
