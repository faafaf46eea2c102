import { assertEquals, assertStringIncludes, assertThrows } from "npm:deno-std@1.4.0/assert/mod.js";
import { optionOf } from "../cli/command_words.ts";
import { COMMANDS } from "../cli/definitions.ts";
import { checkOptions } from "../cli/options.ts";
import { parseArguments, type ParsedArguments } from "../cli/parser.ts";
import { UsageError } from "../cli/usage_error.ts";
import { nncCommand, Workplace } from "./support/run_nnc.ts";

function parse(...args: string[]): ParsedArguments {
  const parsed = parseArguments(args, "1.2.3");
  if ("text" in parsed) throw new Error(`Only a text came back: ${parsed.text}`);
  return parsed;
}

function textOf(...args: string[]): string {
  const parsed = parseArguments(args, "1.2.3");
  return "text" in parsed ? parsed.text : "";
}

function refusal(...args: string[]): string {
  return assertThrows(() => checkOptions(parse(...args).values), UsageError).message;
}

Deno.test("the letters and words of the 2020 program stand for commands", () => {
  for (
    const [flags, command] of [
      [["-c", "--compress"], "compress"],
      [["-d", "--decompress"], "restore"],
      [["-t", "--train"], "train"],
    ] as const
  ) {
    for (const flag of flags) {
      assertEquals(parse(flag, "a", "b"), { command, operands: ["a", "b"], values: {} });
    }
  }
});

Deno.test("the letter may stand after options and operands", () => {
  const expected = { command: "compress", operands: ["a.jpg"], values: { lattice: "rows" } };
  assertEquals(parse("--lattice", "rows", "-c", "a.jpg"), expected);
  assertEquals(parse("a.jpg", "--lattice", "rows", "-c"), expected);
  assertEquals(parse("--compress=a.jpg", "--lattice=rows"), expected);
});

Deno.test("what follows two dashes is an operand, whatever it looks like", () => {
  assertEquals(parse("-c", "--", "-d", "--force").operands, ["-d", "--force"]);
});

Deno.test("only one thing is done at a time", () => {
  assertStringIncludes(refusal("-c", "-d", "a"), '"-c" and "-d"');
});

Deno.test("a file without a command is answered with the commands to write", () => {
  assertStringIncludes(refusal("photo.jpg"), 'nnc -c "photo.jpg"');
});

Deno.test("a misspelt command is answered with the right one", () => {
  assertStringIncludes(
    refusal("compres", "a.jpg"),
    '"compres" is no command. Did you mean compress?',
  );
  assertStringIncludes(refusal("dekompress"), "Did you mean decompress?");
  assertEquals(refusal("photo.jpg").includes("Did you mean"), false);
  assertStringIncludes(refusal("--compres", "a.jpg"), "Did you mean --compress?");
});

Deno.test("a misspelt option is answered with the right one", () => {
  assertEquals(
    refusal("-c", "a", "--lattic", "grid"),
    'Unknown option "--lattic". Did you mean --lattice?',
  );
});

Deno.test("an option of another command is answered with the commands that have it", () => {
  assertEquals(
    refusal("-d", "a.nnc", "--jobs", "2"),
    'Option "--jobs" is one of compress; restore has none of this name',
  );
  assertEquals(
    refusal("decompress", "--patch=3", "a.nnc"),
    'Option "--patch" is one of train; restore has none of this name',
  );
  assertStringIncludes(refusal("info", "a.nnc", "--tier", "max"), "is one of restore, train");
});

Deno.test("a value that an option does not take is refused with those it takes", () => {
  assertEquals(
    refusal("-c", "a", "--lattice", "hexagon"),
    'Option "--lattice" takes one of quincunx, grid, rows; found "hexagon"',
  );
  assertEquals(
    refusal("-c", "a", "--max-pixels", "1e6"),
    'Option "--max-pixels" takes a whole number of at least 1; found "1e6"',
  );
  assertEquals(refusal("-c", "a", "--output="), 'Option "--output" takes a value; found none');
});

Deno.test("counts become numbers, switches true, and texts stay", () => {
  const { values } = parse("-c", "a", "--max-pixels", "100", "--force", "-o", "b");
  assertEquals(checkOptions(values), { "max-pixels": 100, force: true, output: "b" });
});

Deno.test("amounts are positive numbers, and nothing else", () => {
  const amountOf = (text: string) => checkOptions(parse("-d", "a", "--budget", text).values).budget;
  assertEquals(["2", "0.5", ".25", "3.", "007"].map(amountOf), [2, 0.5, 0.25, 3, 7]);
  for (const text of ["0", "0.0", "1e3", "0x10", "NaN", "1,5", " 1", ".", "9".repeat(400)]) {
    assertStringIncludes(refusal("-d", "a", `--budget=${text}`), "takes a positive number");
  }
});

Deno.test("a command without its operands is refused", () => {
  assertStringIncludes(refusal("-d"), 'argument "file"');
  assertStringIncludes(refusal("compare", "one.png"), 'argument "image2"');
});

Deno.test("the help names every command, and each command's help every option it takes", () => {
  const help = textOf("--help");
  for (const [name, definition] of Object.entries(COMMANDS)) {
    const { options, summary } = definition;
    assertStringIncludes(help, name);
    const own = textOf(name, "--help");
    assertStringIncludes(own, summary);
    for (const option of options) {
      assertStringIncludes(own, `--${option}`);
      assertStringIncludes(
        own.replace(/\s+/g, " "),
        optionOf(definition, option).help,
      );
    }
  }
  for (const flag of ["-c, --compress", "-d, --decompress", "-t, --train"]) {
    assertStringIncludes(help, flag);
  }
});

Deno.test("the help of a command is printed wherever the word for it stands", () => {
  const own = textOf("compress", "--help");
  for (const args of [["help", "compress"], ["-h", "compress"], ["--help", "-c"]]) {
    assertEquals(textOf(...args), own, args.join(" "));
  }
  assertEquals(textOf("help"), textOf("--help"));
});

Deno.test("only the help of restoring speaks of what a file states", () => {
  for (const [name, definition] of Object.entries(COMMANDS)) {
    const { options } = definition;
    if (!options.includes("force")) continue;
    const { help } = optionOf(definition, "force");
    assertEquals(help.includes("--lattice"), name === "restore", name);
  }
});

Deno.test("the version is printed on its own", () => {
  assertEquals(textOf("--version"), "1.2.3\n");
});

Deno.test("a command's letter may be written together with those of switches", async () => {
  using place = new Workplace();
  Deno.mkdirSync(place.path("photos"));
  await place.addScene("photos/a.png");
  const { code, stderr } = await place.run("-cr", "photos", "-o", "out/");
  assertEquals(code, 0, stderr);
  assertEquals([...Deno.readDirSync(place.path("out"))].map(({ name }) => name), ["a.nnc"]);
  const both = await place.exits(2, "-cd", "photos/a.png");
  assertStringIncludes(both.stderr, "Only one thing can be done at a time");
  await place.exits(2, "-compress", "photos/a.png");
});

Deno.test("info reads standard input as other commands do", async () => {
  using place = new Workplace();
  await place.addScene("a.png");
  await place.run("-c", "a.png");
  const child = nncCommand(["info", "-"], { cwd: place.folder, stdin: "piped" }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(Deno.readFileSync(place.path("a.nnc")));
  await writer.close();
  const { code, stdout } = await child.output();
  assertEquals(code, 0);
  assertStringIncludes(new TextDecoder().decode(stdout), "quincunx at ratio 2");
});

Deno.test("a command line that makes no sense is referred to the help of its command, if it names one", async () => {
  using place = new Workplace();
  for (
    const [args, help] of [
      [["-c", "a.png", "--lossles"], "nnc compress --help"],
      [["compress", "a.png", "--ratio", "3"], "nnc compress --help"],
      [["-d", "a.nnc", "--lossless"], "nnc restore --help"],
      [["decompress"], "nnc restore --help"],
      [["trim", "a.nnc"], "nnc trim --help"],
      [["compare", "a.png"], "nnc compare --help"],
      [["photo.jpg"], "nnc --help"],
      [["-c", "-d", "a.png"], "nnc --help"],
    ] as const
  ) {
    const { stderr } = await place.exits(2, ...args);
    assertStringIncludes(stderr, `See: ${help}\n`);
  }
});

Deno.test("a folder is named as one where there is no option for folders", async () => {
  using place = new Workplace();
  Deno.mkdirSync(place.path("photos"));
  for (const args of [["info", "photos"], ["compare", "photos", "photos"]]) {
    const { stderr } = await place.exits(1, ...args);
    assertStringIncludes(stderr, "It is a folder, where a file is expected");
    assertEquals(stderr.includes("recursive"), false);
  }
});
