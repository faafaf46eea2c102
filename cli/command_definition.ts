/**
 * What is to be known of a command.
 *
 * @module
 */

import type { OptionName } from "./option_definitions.ts";

/** Name of a command's operands, how many there must be, and what they may be. */
export interface OperandsDefinition {
  /** What one is: a word for the help. */
  readonly name: string;
  /** How many there are at least. */
  readonly least: number;
  /** How many there are at most; any number when absent. */
  readonly most?: number | undefined;
  /** Endings of the files that are meant; any file when absent. */
  readonly endings?: readonly string[] | undefined;
  /** The words that are allowed, where operands are no files. */
  readonly choices?: readonly string[] | undefined;
}

/** One command. */
export interface CommandDefinition {
  /** What it does: a sentence without its period. */
  readonly summary: string;
  /** The letter of the 2020 program, and its word where that is not the command's name. */
  readonly letter?: string | undefined;
  /** Another name, the 2020 program's. */
  readonly alias?: string | undefined;
  /** What stands after the options. */
  readonly operands?: OperandsDefinition | undefined;
  /** The options it takes. */
  readonly options: readonly OptionName[];
  /** What options do where they mean something of its own: phrases for the help. */
  readonly helps?: Readonly<Partial<Record<OptionName, string>>> | undefined;
  /** What else is worth knowing: sentences for the help. */
  readonly notes?: readonly string[] | undefined;
}
