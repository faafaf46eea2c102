/**
 * Splits a command line into a command, options and operands, and writes the help: the one file that knows
 * the library that does it.
 *
 * @module
 */

import { Command, CommanderError, Option } from "npm:commander@15.1.0";
import { operandNames, optionOf } from "./command_words.ts";
import type { CommandDefinition } from "./command_definition.ts";
import { type CommandName, COMMANDS, SUMMARY } from "./definitions.ts";
import { EXAMPLES } from "./help_texts.ts";
import { type OptionDefinition, OPTIONS } from "./option_definitions.ts";
import { UsageError } from "./usage_error.ts";

/** Columns of the help. */
const HELP_WIDTH = 100;

/** A command line taken apart; option values are unchecked text, or `true` for a flag. */
export interface ParsedArguments {
  /** What to do. */
  readonly command: CommandName;
  /** Files and the like. */
  readonly operands: readonly string[];
  /** Given options by long name. */
  readonly values: Readonly<Record<string, string | true>>;
}

/** What a command line asks for: a command, or a text to print. */
export type Parsed = ParsedArguments | { readonly text: string };

/**
 * Takes a command line apart.
 *
 * @throws {UsageError} if the library cannot make sense of it.
 */
export function parseArguments(args: readonly string[], version: string): Parsed {
  let parsed: ParsedArguments | undefined;
  let text = "";
  const program = new Command("nnc");
  const settle = (command: Command) =>
    command.exitOverride().configureOutput({
      writeOut: (part) => text += part,
      writeErr: () => {},
      getOutHelpWidth: () => HELP_WIDTH,
      getOutHasColors: () => false,
    });
  settle(program)
    .description(SUMMARY)
    .version(version, "-V, --version", "print the version")
    .helpOption("-h, --help", "print this help, or a command's that follows")
    .helpCommand(false);
  for (const [name, definition] of Object.entries(COMMANDS)) {
    const command = program.command(name, { hidden: false });
    settle(command);
    describeCommand(command, { name, definition });
    command.action((...received: unknown[]) => {
      parsed = {
        command: name as CommandName,
        operands: command.args,
        values: received.at(-2) as Record<string, string | true>,
      };
    });
    if (definition.letter) program.addOption(legacyOption(name, definition));
  }
  program.addHelpText("after", exampleText());
  let words: string[] = [];
  try {
    words = nameCommand(helpLast(args));
    checkCommand(words, program);
    program.parse(words, { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return { text };
    const command = commandIn(words);
    throw new UsageError(
      error.code === "commander.unknownOption" && command !== undefined &&
          describeForeign(error.message, command) ||
        reword(error.message),
      { command },
    );
  }
  if (!parsed) throw new UsageError("No command was given");
  return { ...parsed, values: longNames(parsed.values) };
}

/** The help of the whole program. */
export function helpText(version: string): string {
  const parsed = parseArguments(["--help"], version);
  return "text" in parsed ? parsed.text : "";
}

function describeCommand(
  command: Command,
  { name, definition }: { name: string; definition: CommandDefinition },
): void {
  const { operands, alias } = definition;
  command.description(definition.summary).helpOption("-h, --help", "print this help");
  if (alias) command.alias(alias);
  if (operands) {
    for (const operand of operandNames(operands)) command.argument(`<${operand}>`);
  }
  for (const option of definition.options) {
    command.addOption(makeOption(option, optionOf(definition, option)));
  }
  if (definition.notes) {
    command.addHelpText("after", `\n${definition.notes.map(wrap).join("\n\n")}`);
  }
  command.usage(
    `[options]${operands ? ` ${command.registeredArguments.map(operandText).join(" ")}` : ""}`,
  );
  command.name(name);
}

/** Breaks a text into lines of the help's width. */
function wrap(text: string): string {
  const lines = [""];
  for (const word of text.split(" ")) {
    const line = lines.at(-1)!;
    if (line !== "" && line.length + word.length >= HELP_WIDTH) lines.push(word);
    else lines[lines.length - 1] = line === "" ? word : `${line} ${word}`;
  }
  return lines.join("\n");
}

function operandText(argument: { name(): string; variadic: boolean }): string {
  return `<${argument.name()}${argument.variadic ? "..." : ""}>`;
}

function makeOption(name: string, definition: OptionDefinition): Option {
  const short = definition.short ? `-${definition.short}, ` : "";
  const value = definition.kind === "flag" ? "" : ` <${definition.value}>`;
  const choices = definition.kind === "choice" ? `${definition.choices.join(", ")}: ` : "";
  return new Option(`${short}--${name}${value}`, choices + definition.help);
}

function legacyOption(name: string, definition: CommandDefinition): Option {
  const long = definition.alias ?? name;
  return new Option(`-${definition.letter}, --${long}`, `the same as "${name}"`);
}

/** Turns `help compress` and `--help compress` into `compress --help`. */
function helpLast([first, ...rest]: readonly string[]): string[] {
  if (first === undefined) return rest;
  return ["help", "-h", "--help"].includes(first) ? [...rest, "--help"] : [first, ...rest];
}

/** Turns the 2020 program's form, `-c photo.jpg --ratio 4`, into `compress photo.jpg --ratio 4`. */
function nameCommand(args: readonly string[]): string[] {
  const end = args.indexOf("--") < 0 ? args.length : args.indexOf("--");
  const words: string[] = [];
  const found: { flag: string; command: string }[] = [];
  args.slice(0, end).flatMap(separateLetters).forEach((argument) => {
    for (const [command, definition] of Object.entries(COMMANDS)) {
      if (!definition.letter) continue;
      const long = `--${definition.alias ?? command}`;
      if (argument === `-${definition.letter}` || argument === long) {
        found.push({ flag: argument, command });
        return;
      }
      if (argument.startsWith(`${long}=`)) {
        found.push({ flag: long, command });
        words.push(argument.slice(long.length + 1));
        return;
      }
    }
    words.push(argument);
  });
  const commands = new Set(found.map(({ command }) => command));
  if (commands.size > 1) {
    const flags = found.map(({ flag }) => JSON.stringify(flag)).join(" and ");
    throw new UsageError(`Only one thing can be done at a time, found ${flags}`);
  }
  const rest = [...words, ...args.slice(end)];
  return commands.size === 1 ? [...commands, ...rest] : rest;
}

/**
 * Takes `-cr` apart into `-c -r`: a command's letter written together with those of switches. Where another letter is among
 * them, such as that of an option with a value, the word stays as it is.
 */
function separateLetters(argument: string): string[] {
  const letters = /^-([a-z]{2,})$/i.exec(argument)?.[1]?.split("") ?? [];
  const isCommandLetter = (letter: string) =>
    Object.values(COMMANDS).some((command) => command.letter === letter);
  const isSwitch = (letter: string) =>
    Object.values<OptionDefinition>(OPTIONS).some(({ kind, short }) =>
      kind === "flag" && short === letter
    );
  const isCluster = letters.some(isCommandLetter) &&
    letters.every((letter) => isCommandLetter(letter) || isSwitch(letter));
  return isCluster ? letters.map((letter) => `-${letter}`) : [argument];
}

/** What stands in the place of the command may be a misspelt one, or a file. */
function checkCommand(words: readonly string[], program: Command): void {
  const at = words.findIndex((word) => !word.startsWith("-"));
  const first = words[at];
  if (first === undefined || isCommand(first)) return;
  // The library answers an option that no command has, such as --compres.
  if (words.slice(0, at).some(isUnknownOption)) return;
  const similar = suggestCommand(first, program);
  const question = similar === undefined ? "" : ` Did you mean ${similar}?`;
  const it = similar === undefined ? "it" : "a file of this name";
  throw new UsageError(
    `"${first}" is no command.${question} To compress ${it} write: nnc -c "${first}"; to restore it: nnc -d "${first}"`,
  );
}

function isUnknownOption(word: string): boolean {
  return word.startsWith("--") && !(word.slice(2).split("=")[0]! in OPTIONS);
}

/** The library knows which names are similar, and tells it in the error for a word that is none of them. */
function suggestCommand(word: string, program: Command): string | undefined {
  try {
    program.parse([word], { from: "user" });
  } catch (error) {
    return error instanceof Error ? /Did you mean (.+)\?/.exec(error.message)?.[1] : undefined;
  }
  return undefined;
}

function isCommand(word: string): boolean {
  return Object.entries(COMMANDS).some(([name, { alias }]) => word === name || word === alias);
}

/** The command that words ask for; nothing where they name none. */
function commandIn(words: readonly string[]): CommandName | undefined {
  const named = words.find(isCommand);
  const found = Object.entries(COMMANDS).find(([name, { alias }]) =>
    name === named || alias === named
  );
  return found && named !== undefined ? found[0] as CommandName : undefined;
}

/** The library names an option in camelCase; the definitions with dashes. */
function longNames(values: ParsedArguments["values"]): Record<string, string | true> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`),
      value,
    ]),
  );
}

function exampleText(): string {
  const width = Math.max(...EXAMPLES.map(([command]) => command.length));
  const lines = EXAMPLES.map(([command, meaning]) => `  ${command.padEnd(width)}  ${meaning}`);
  return `\nExamples:\n${lines.join("\n")}\n\nEvery command has its own help: nnc compress --help`;
}

/** Says of an option that this command has not, which have it; nothing where none has. */
function describeForeign(message: string, command: CommandName): string | undefined {
  const option = /'--([^'=]+)/.exec(message)?.[1];
  const others = Object.entries(COMMANDS)
    .filter(([, { options }]) => options.some((name) => name === option))
    .map(([name]) => name);
  if (others.length === 0) return undefined;
  return `Option "--${option}" is one of ${others.join(", ")}; ${command} has none of this name`;
}

/** "error: unknown option '--x'" as a sentence of ours. */
function reword(message: string): string {
  const text = message.replace(/^error: /, "").replaceAll("'", '"').replace(/\n\(?/g, ". ")
    .replace(/\)$/, "");
  return text.charAt(0).toUpperCase() + text.slice(1);
}
