/**
 * Checks the values of options, and gives them their types.
 *
 * @module
 */

import { type OptionDefinition, type OptionName, OPTIONS } from "./option_definitions.ts";
import { UsageError } from "./usage_error.ts";

/** The options of a command line, checked. Absent where not given. */
export type Options = {
  readonly [Name in OptionName]?: OptionValue<(typeof OPTIONS)[Name]> | undefined;
};

/** The path of a coder; where `--coder` is a switch, as for training, none. */
export function coderPath({ coder }: Pick<Options, "coder">): string | undefined {
  return coder === true ? undefined : coder;
}

/** What an option's definition makes of its text. */
export type OptionValue<Definition> = Definition extends { kind: "flag" } ? true
  : Definition extends { isSwitchFor: string } ? string | true
  : Definition extends { kind: "count" | "amount" } ? number
  : Definition extends { kind: "choice"; choices: readonly (infer Choice)[] } ? Choice
  : string;

/**
 * Checks every given option against its definition.
 *
 * @throws {UsageError} if a value is not one that the option takes.
 */
export function checkOptions(values: Readonly<Record<string, string | true>>): Options {
  const checked: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(values)) {
    checked[name] = checkValue(name, { value, definition: OPTIONS[name as OptionName] });
  }
  return checked as Options;
}

function checkValue(
  name: string,
  { value, definition }: { value: string | true; definition: OptionDefinition },
): unknown {
  if (definition.kind === "flag" || value === true) return true;
  if (definition.kind === "choice" && !definition.choices.includes(value)) {
    throw new UsageError(
      `Option "--${name}" takes one of ${definition.choices.join(", ")}; found "${value}"`,
    );
  }
  if (definition.kind === "count") {
    const count = Number(value);
    const { least, most = Number.MAX_SAFE_INTEGER } = definition;
    if (!/^\d+$/.test(value) || !(count >= least && count <= most)) {
      const range = definition.most === undefined
        ? `of at least ${least}`
        : `from ${least} to ${most}`;
      throw new UsageError(`Option "--${name}" takes a whole number ${range}; found "${value}"`);
    }
    return count;
  }
  if (definition.kind === "amount") {
    const amount = Number(value);
    const { range: [least, most] = [Number.MIN_VALUE, Number.MAX_VALUE] } = definition;
    if (!/^(\d+(\.\d*)?|\.\d+)$/.test(value) || !(amount >= least && amount <= most)) {
      const what = definition.range
        ? `a number from ${least} to ${most}`
        : "a positive number such as 2 or 0.5";
      throw new UsageError(`Option "--${name}" takes ${what}; found "${value}"`);
    }
    return amount;
  }
  if (value === "") throw new UsageError(`Option "--${name}" takes a value; found none`);
  return value;
}
