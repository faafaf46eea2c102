/**
 * The manual page, in the language of troff with the macros that every man program has.
 *
 * @module
 */

import { commandWords, operandNames } from "./command_words.ts";
import { type CommandName, COMMANDS, SUMMARY } from "./definitions.ts";
import { EXAMPLES, EXIT_MEANINGS } from "./help_texts.ts";
import { type OptionDefinition, type OptionName, OPTIONS } from "./option_definitions.ts";

/** When what the page says last changed, as man pages state it. */
const DATE = "2026-11-25";

/** The page of the whole program. */
export function manualPage(version: string): string {
  const names = Object.keys(COMMANDS) as CommandName[];
  const used = new Set(names.flatMap((name) => COMMANDS[name].options));
  return [
    `.TH NNC 1 ${DATE} "NNC ${version}" "User Commands"`,
    ".SH NAME",
    `nnc \\- ${escape(lowerFirst(SUMMARY).replace(/\.$/, ""))}`,
    ".SH SYNOPSIS",
    ...names.flatMap(synopsis),
    ".SH DESCRIPTION",
    ".B nnc",
    "stores some of an image's pixels, exactly as they are, in a file that any PNG viewer opens, and restores the",
    "others with a convolution network.",
    "What is restored compresses to the same file, byte for byte.",
    "Inputs are never overwritten, other files only with",
    `.BR ${escape("--force")} .`,
    "A single dash stands for standard input or output, and",
    `.B ${escape("--")}`,
    "ends the options.",
    ".SH COMMANDS",
    ...names.flatMap(describeCommand),
    ".SH OPTIONS",
    ...[...used].flatMap(describeOption),
    ".SH EXIT STATUS",
    ...EXIT_MEANINGS.flatMap(([status, meaning]) => [".TP", String(status), escape(meaning)]),
    ".SH EXAMPLES",
    ...EXAMPLES.flatMap(([command, meaning]) => [".TP", `.B ${escape(command)}`, escape(meaning)]),
    "",
  ].join("\n");
}

function synopsis(name: CommandName): string[] {
  const { operands } = COMMANDS[name];
  const rest = operands
    ? ` ${operandNames(operands).map((word) => `\\fI${word}\\fR`).join(" ")}`
    : "";
  return [`.B nnc ${name}`, `[options]${rest}`, ".br"].slice(0, name === "man" ? 2 : 3);
}

function describeCommand(name: CommandName): string[] {
  const { summary, options, helps = {}, notes = [] } = COMMANDS[name];
  const words = commandWords(name).map((word) => `\\fB${escape(word)}\\fR`).join(", ");
  const taken = options.map((option) => `\\fB${escape(`--${option}`)}\\fR`).join(", ");
  return [
    ".TP",
    words,
    `${escape(summary)}.`,
    ...taken ? [`Takes ${taken}.`] : [],
    ...notes.map(escape),
    ...Object.entries(helps).flatMap(describeOwnOption),
  ];
}

/** What an option does for one command alone. */
function describeOwnOption([name, help]: readonly [name: string, help: string]): string[] {
  return [".br", `\\fB${escape(`--${name}`)}\\fR: ${escape(help)}.`];
}

function describeOption(name: OptionName): string[] {
  const definition: OptionDefinition = OPTIONS[name];
  const { short, help } = definition;
  const words = [...short ? [`-${short}`] : [], `--${name}`]
    .map((word) => `\\fB${escape(word)}\\fR`).join(", ");
  const value = definition.kind === "flag" ? "" : ` \\fI${definition.value}\\fR`;
  const choices = definition.kind === "choice" && definition.choices.length > 1
    ? [`One of ${definition.choices.join(", ")}.`]
    : [];
  return [".TP", words + value, `${escape(upperFirst(help))}.`, ...choices];
}

/** Backslashes and dashes are special everywhere, dots and quotes at the start of a line. */
function escape(text: string): string {
  return text.replaceAll("\\", "\\e").replaceAll("-", "\\-").replace(/^([.'])/, "\\&$1")
    .replaceAll("…", "...").replaceAll("×", "x");
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

function upperFirst(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
