import { assertEquals, assertStringIncludes } from "npm:deno-std@1.4.0/assert/mod.js";
import { bashCompletion } from "../cli/completions/bash.ts";
import { fishCompletion } from "../cli/completions/fish.ts";
import { zshCompletion } from "../cli/completions/zsh.ts";
import { type CommandName, COMMANDS } from "../cli/definitions.ts";
import { EXIT_MEANINGS } from "../cli/help_texts.ts";
import { type OptionDefinition, OPTIONS } from "../cli/option_definitions.ts";
import { manualPage } from "../cli/manual.ts";
import { Workplace } from "./support/run_nnc.ts";
import { isInstalled, run } from "./support/run.ts";

const COMMAND_NAMES = Object.keys(COMMANDS) as CommandName[];

async function output(command: string, args: string[], cwd = "."): Promise<string> {
  const { code, stdout, stderr } = await run(command, { args, cwd });
  assertEquals([code, stderr], [0, ""], `${command}: ${stderr}`);
  return stdout;
}

/** A test that needs a program which not every machine has; its name says when it was left out. */
async function testWith(program: string, name: string, fn: () => Promise<void>): Promise<void> {
  const ignore = !await isInstalled(program);
  Deno.test({ name: name + (ignore ? ` (skipped: ${program} is not installed)` : ""), ignore, fn });
}

/** What each shell offers for command lines that end at the cursor. */
type Complete = (lines: readonly (readonly string[])[], cwd?: string) => Promise<string[][]>;

const completeInBash: Complete = async (lines, cwd) => {
  const queries = lines.map((words) => {
    const quoted = words.map((word) => `'${word}'`).join(" ");
    return `COMP_WORDS=(${quoted}); COMP_CWORD=${words.length - 1}; COMPREPLY=(); _nnc;
      printf '%s\\n' "\${COMPREPLY[@]}" ----`;
  });
  return sections(await output("bash", ["-c", [bashCompletion(), ...queries].join("\n")], cwd));
};

const completeInFish: Complete = async (lines, cwd) => {
  const queries = lines.map((words) => `complete -C '${words.join(" ")}'\necho ----`);
  const text = await output("fish", [
    "--no-config",
    "-c",
    [fishCompletion(), ...queries].join("\n"),
  ], cwd);
  return sections(text).map((offers) => offers.map((offer) => offer.replace(/\t.*/, "")));
};

function sections(text: string): string[][] {
  return text.split("----\n").slice(0, -1).map((part) =>
    part.split("\n").filter((line) => line !== "").sort()
  );
}

function choicesOf(definition: OptionDefinition): readonly string[] | undefined {
  return definition.kind === "choice" ? definition.choices : undefined;
}

const SHELLS: readonly (readonly [shell: string, complete: Complete])[] = [
  ["bash", completeInBash],
  ["fish", completeInFish],
];

for (const [shell, complete] of SHELLS) {
  await testWith(shell, `${shell} completes the name of every command`, async () => {
    const [all, some] = await complete([["nnc", ""], ["nnc", "comp"]]);
    for (const name of COMMAND_NAMES) assertEquals(all!.includes(name), true, name);
    assertEquals(some, ["compare", "completions", "compress"]);
  });

  await testWith(
    shell,
    `${shell} completes every option of every command, and their words`,
    async () => {
      const cases = COMMAND_NAMES.flatMap((command) =>
        COMMANDS[command].options.map((option) => ({ command, option }))
      );
      const offers = await complete(
        cases.map(({ command, option }) => ["nnc", command, `--${option}`]),
      );
      cases.forEach(({ command, option }, index) =>
        assertEquals(offers[index]!.includes(`--${option}`), true, `${command} --${option}`)
      );
      const valued = cases.flatMap(({ command, option }) => {
        const choices = choicesOf(OPTIONS[option]);
        return choices ? [{ command, option, choices }] : [];
      });
      const words = await complete(
        valued.map(({ command, option }) => ["nnc", command, `--${option}`, ""]),
      );
      valued.forEach(({ choices, option }, index) =>
        assertEquals(words[index], choices.toSorted(), option)
      );
    },
  );

  await testWith(
    shell,
    `${shell} knows the letters of the 2020 program and takes options after files`,
    async () => {
      const [lattice, none, ratio, shells] = await complete([
        ["nnc", "-c", "--la"],
        ["nnc", "-d", "--eff"],
        ["nnc", "--compress", "a.png", "--ratio", ""],
        ["nnc", "completions", ""],
      ]);
      assertEquals(lattice, ["--lattice"]);
      assertEquals(none, ["--effort"]);
      assertEquals(ratio, ["16", "2", "4", "8"]);
      assertEquals(shells, ["bash", "fish", "zsh"]);
    },
  );
}

Deno.test("bash completes images for compress, our files for restore, any for --output", async () => {
  using place = new Workplace();
  for (const name of ["a photo.JPG", "b.png", "c.nnc", "d.txt", "e.NNC.png"]) {
    Deno.writeTextFileSync(place.path(name), "");
  }
  Deno.mkdirSync(place.path("folder"));
  const offers = await completeInBash([
    ["nnc", "-c", ""],
    ["nnc", "restore", ""],
    ["nnc", "-c", "b.png", "-o", ""],
    ["nnc", "-c", "--weights", "=", ""],
    ["nnc", "-c", "--", "b"],
    ["nnc", "doctor", ""],
  ], place.folder);
  const all = ["a photo.JPG", "b.png", "c.nnc", "d.txt", "e.NNC.png", "folder"];
  assertEquals(offers, [
    ["a photo.JPG", "b.png", "e.NNC.png", "folder"],
    ["c.nnc", "e.NNC.png", "folder"],
    all,
    all,
    ["b.png"],
    [],
  ]);
});

await testWith("zsh", "zsh takes the script, which names every command and option", async () => {
  const script = zshCompletion();
  const loaded = 'autoload -Uz compinit; compinit -u -D; eval "$1"; print -r -- $_comps[nnc]';
  assertEquals(await output("zsh", ["-f", "-c", loaded, "zsh", script]), "_nnc\n");
  for (const [name, { options }] of Object.entries(COMMANDS)) {
    assertStringIncludes(script, `command=${name} `);
    for (const option of options) assertStringIncludes(script, `--${option}`);
  }
});

Deno.test("the program prints what the library makes, and refuses shells that it does not know", async () => {
  using place = new Workplace();
  const scripts = { bash: bashCompletion(), zsh: zshCompletion(), fish: fishCompletion() };
  for (const [shell, script] of Object.entries(scripts)) {
    assertEquals((await place.run("completions", shell)).stdout, script);
  }
  const { stderr } = await place.exits(2, "completions", "tcsh");
  assertStringIncludes(stderr, 'There are completions for bash, zsh, fish; found "tcsh"');
});

Deno.test("the manual has every command, option and exit status", async () => {
  using place = new Workplace();
  const { stdout } = await place.run("man");
  const plain = stdout.replaceAll("\\-", "-");
  for (const [name, { summary, options }] of Object.entries(COMMANDS)) {
    assertStringIncludes(plain, `.B nnc ${name}\n`);
    assertStringIncludes(plain, `${summary}.`);
    for (const option of options) assertStringIncludes(plain, `\\fB--${option}\\fR`);
  }
  for (const [status, meaning] of EXIT_MEANINGS) {
    assertStringIncludes(plain, `.TP\n${status}\n${meaning}`);
  }
});

await testWith("mandoc", "mandoc finds nothing to warn of in the manual", async () => {
  using place = new Workplace();
  Deno.writeTextFileSync(place.path("nnc.1"), manualPage("1.2.3"));
  assertEquals(await output("mandoc", ["-T", "lint", "-W", "warning", place.path("nnc.1")]), "");
  const page = await output("mandoc", ["-T", "html", place.path("nnc.1")]);
  for (const text of ["NNC 1.2.3", "--skip-existing"]) assertStringIncludes(page, text);
});
