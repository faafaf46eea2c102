/**
 * Runs one bench by its name, `deno task bench NAME …`: a bench is a file of this folder, run as a program.
 *
 * @module
 */

const [name, ...args] = Deno.args;
const folder = new URL("./", import.meta.url);
const names = [...Deno.readDirSync(folder)]
  .filter((entry) => entry.name.endsWith(".ts") && entry.name !== "run.ts")
  .map((entry) => entry.name.slice(0, -".ts".length))
  .sort();
if (name === undefined || !names.includes(name)) {
  console.error(`Name one of the benches ${names.join(", ")}; found ${JSON.stringify(name ?? "")}`);
  Deno.exit(2);
}
const path = new URL(`${name}.ts`, folder).pathname;
const command = new Deno.Command(Deno.execPath(), { args: ["run", "-A", path, ...args] });
Deno.exit((await command.spawn().status).code);
