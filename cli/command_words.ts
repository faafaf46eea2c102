/**
 * What a command line says of commands, by their definitions: the words for them, their operands, and the options that they take.
 *
 * @module
 */

import type { CommandDefinition, OperandsDefinition } from "./command_definition.ts";
import { type CommandName, COMMANDS } from "./definitions.ts";
import { type OptionDefinition, type OptionName, OPTIONS } from "./option_definitions.ts";

/** An option as a command takes it: with the command's own help, where it has one, and without a value where it is a switch. */
export function optionOf(command: CommandDefinition, name: OptionName): OptionDefinition {
  const definition: OptionDefinition = OPTIONS[name];
  const help = command.helps?.[name] ?? definition.help;
  const isSwitch = definition.kind === "text" && definition.isSwitchFor !== undefined &&
    COMMANDS[definition.isSwitchFor] === command;
  return isSwitch ? { kind: "flag", help } : { ...definition, help };
}

/** `image1` and `image2`; `shell`; `file...` for any number. */
export function operandNames({ name, most }: OperandsDefinition): string[] {
  if (most === undefined) return [`${name}...`];
  if (most === 1) return [name];
  return Array.from({ length: most }, (_, index) => `${name}${index + 1}`);
}

/** The words that ask for a command: its name, its other name, and the forms of the 2020 program. */
export function commandWords(name: CommandName): string[] {
  const { alias, letter } = COMMANDS[name];
  const legacy = letter ? [`-${letter}`, `--${alias ?? name}`] : [];
  return [name, ...alias ? [alias] : [], ...legacy];
}
