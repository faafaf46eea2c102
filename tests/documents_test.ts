import { assert, assertEquals } from "npm:deno-std@1.4.0/assert/mod.js";

const ROOT = new URL("../", import.meta.url);
const read = (name: string) => Deno.readTextFileSync(new URL(name, ROOT));

Deno.test("the decisions are at most thirty, each of four lines", () => {
  const entries = read("docs/decisions.md").split(/^(?=\*\*)/m).slice(1);
  assert(entries.length <= 30, `${entries.length} entries`);
  for (const entry of entries) {
    const [title, ...lines] = entry.replace(/^## .*$/m, "").split("\n").filter((line) =>
      line !== ""
    );
    const names = lines.map((line) => /^- (Chosen|Against|Evidence|Date): \S/.exec(line)?.[1]);
    assertEquals(names, ["Chosen", "Against", "Evidence", "Date"], title);
    assert(!Number.isNaN(Date.parse(lines.at(-1)!.replace("- Date: ", ""))), title);
  }
});

Deno.test("what decisions call evidence is a section of the experiments, or a test", () => {
  const sections = read("docs/experiments.md").split("\n")
    .flatMap((line) => /^##+ (.*)$/.exec(line)?.[1] ?? []);
  const evidence = read("docs/decisions.md").split("\n").filter((line) =>
    line.startsWith("- Evidence")
  );
  const named = evidence.flatMap((line) =>
    [...line.matchAll(/\*([^*]+)\*/g)].map((match) => match[1]!)
  );
  assert(named.length >= 20);
  for (const name of named) {
    assert(sections.some((section) => section.startsWith(name)), `no section is called "${name}"`);
  }
  for (const line of evidence) {
    for (const [path] of line.matchAll(/tests\/\w+\.ts/g)) {
      assert(Deno.statSync(new URL(path, ROOT)));
    }
  }
});

Deno.test("figures are written from before to after, never after of before", () => {
  for (const name of ["decisions", "experiments", "performance"]) {
    const found = read(`docs/${name}.md`).match(/\d+ GF of \d+|\d+ of \d+\.\d+ GF|GF of \d+/g);
    assertEquals(found, null, name);
  }
});
