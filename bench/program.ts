/**
 * What all benches share: one reader of options, help that follows from them, and results as text or as JSON.
 *
 * @module
 */

import "../platform/deno.ts";
import { parseArgs } from "node:util";
import { UsageError } from "../cli/usage_error.ts";

export { UsageError };

/** An option of a bench. */
export interface BenchOption {
  /** What stands for its value in the help; absent: it is a switch. */
  readonly value?: string | undefined;
  /** Whether it may be repeated. */
  readonly many?: true | undefined;
  readonly help: string;
}

/** What a bench found: for people, and as an object where that is worth having. */
export interface Findings {
  readonly text: string;
  readonly report?: unknown | undefined;
}

/** A bench as a program. */
export interface Bench {
  /** What stands before the options in the help. */
  readonly operands?: string | undefined;
  readonly options: Readonly<Record<string, BenchOption>>;
  /** Throws {@link UsageError} if the arguments cannot be followed. */
  run(args: Arguments): Promise<Findings>;
}

/** Arguments by the names of options. */
export class Arguments {
  readonly operands: readonly string[];
  readonly #values: Readonly<Record<string, unknown>>;

  /**
   * Reads the arguments of a bench.
   *
   * @throws {UsageError} if an option is unknown, lacks its value, or there are operands where none are taken.
   */
  constructor({ options, operands }: Pick<Bench, "options" | "operands">, args: readonly string[]) {
    const known = Object.entries({ ...options, json: JSON_OPTION }).map(([name, option]) => {
      const type = option.value === undefined ? "boolean" as const : "string" as const;
      return [name, { type, multiple: option.many ?? false }];
    });
    try {
      const { values, positionals } = parseArgs({
        args: [...args],
        options: Object.fromEntries(known),
        allowPositionals: operands !== undefined,
      });
      this.operands = positionals;
      this.#values = values;
    } catch (cause) {
      throw new UsageError((cause as Error).message, { cause });
    }
  }

  flag(name: string): boolean {
    return this.#values[name] === true;
  }

  text(name: string): string | undefined {
    return this.#values[name] as string | undefined;
  }

  /** The values of an option that may be repeated; absent where it is not given. */
  list(name: string): readonly string[] | undefined {
    return this.#values[name] as string[] | undefined;
  }

  /** A number above 0, or a whole one. Throws {@link UsageError} if it is none. */
  number(name: string, { whole = false } = {}): number | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const value = Number(text);
    if (value > 0 && (Number.isInteger(value) || !whole)) return value;
    const expected = whole ? "a whole number of at least 1" : "a number above 0";
    throw new UsageError(`"--${name}" must be ${expected}, found "${text}"`);
  }

  /** One of some words. Throws {@link UsageError} if it is another. */
  choice<Word extends string>(name: string, words: readonly Word[]): Word | undefined {
    const text = this.text(name);
    const word = words.find((one) => one === text);
    if (word === text) return word;
    throw new UsageError(`"--${name}" must be one of ${words.join(", ")}; found "${text}"`);
  }
}

const JSON_OPTION: BenchOption = { help: "print JSON" };

/** How a bench is used. */
export function describeUsage(name: string, { operands, options }: Bench): string {
  const rows = Object.entries({ ...options, json: JSON_OPTION }).map((
    [option, { value, help }],
  ) => [
    `--${option}${value === undefined ? "" : ` ${value}`}`,
    help,
  ]);
  const width = Math.max(...rows.map(([words]) => words!.length));
  const lines = rows.map(([words, help]) => `  ${words!.padEnd(width)}  ${help}`);
  const synopsis = ["deno task bench", name, ...operands ? [operands] : [], "[options]"];
  return [synopsis.join(" "), "", ...lines].join("\n");
}

/** Runs a bench and prints what it found; gives the exit status. */
export async function runBench(
  name: string,
  { bench, args }: { bench: Bench; args: readonly string[] },
): Promise<number> {
  try {
    const given = new Arguments(bench, args);
    const { text, report = text } = await bench.run(given);
    console.log(given.flag("json") ? JSON.stringify(report, null, 2) : text);
    return 0;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    if (!(error instanceof UsageError)) {
      console.error(`Nothing is reported. ${error.message}`);
      return 1;
    }
    console.error(`${error.message}\n\n${describeUsage(name, bench)}`);
    return 2;
  }
}
