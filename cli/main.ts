/**
 * From a command line to an exit status.
 *
 * @module
 */

import "../platform/deno.ts";
import manifest from "../deno.json" with { type: "json" };
import { checkDashedNames } from "./dashed_names.ts";
import type { CommandName } from "./definitions.ts";
import { describeError } from "./describe_error.ts";
import { endOnInterrupt, InterruptError } from "./interrupt.ts";
import { type CommandFunction, EXIT } from "./invocation.ts";
import { checkOptions } from "./options.ts";
import { helpText, parseArguments } from "./parser.ts";
import { Terminal } from "./terminal.ts";
import { UsageError } from "./usage_error.ts";

/** A command is loaded when it is run, so that `info` starts without the engine and `--help` without anything. */
const LOADERS: Record<CommandName, () => Promise<{ run: CommandFunction }>> = {
  compress: () => import("./commands/compress.ts"),
  restore: () => import("./commands/restore.ts"),
  trim: () => import("./commands/trim.ts"),
  train: () => import("./commands/train.ts"),
  curve: () => import("./commands/curve.ts"),
  info: () => import("./commands/info.ts"),
  compare: () => import("./commands/compare.ts"),
  doctor: () => import("./commands/doctor.ts"),
  demo: () => import("./commands/demo.ts"),
  integrate: () => import("./commands/integrate.ts"),
  completions: () => import("./commands/completions.ts"),
  man: () => import("./commands/man.ts"),
};

/**
 * Does what a command line asks for.
 *
 * @returns the exit status: 0 all done, 1 something failed, 2 the command line is wrong, 3 nothing to do, 4 damaged files were salvaged
 */
export async function main(args: readonly string[]): Promise<number> {
  const { version } = manifest;
  let terminal = new Terminal();
  let command: CommandName | undefined;
  try {
    if (args.length === 0) {
      terminal.error(helpText(version).trimEnd().split("\n"));
      return EXIT.usage;
    }
    checkDashedNames(args);
    const parsed = parseArguments(args, version);
    if ("text" in parsed) {
      terminal.result(parsed.text.trimEnd().split("\n"), undefined);
      return EXIT.done;
    }
    command = parsed.command;
    const options = checkOptions(parsed.values);
    terminal = new Terminal(options);
    endOnInterrupt(() => terminal.clear());
    const { run } = await LOADERS[command]();
    return await run({ operands: parsed.operands, options, terminal });
  } catch (error) {
    if (error instanceof InterruptError) return error.status;
    if (error instanceof UsageError) {
      const sentence = error.message.replace(/[.?]?$/, (end) => end || ".");
      const about = command ?? error.command;
      terminal.error(`${sentence} See: nnc ${about === undefined ? "" : `${about} `}--help`);
      return EXIT.usage;
    }
    terminal.error(`${describeError(error)}.`);
    if (terminal.verbose && error instanceof Error) terminal.error(error.stack?.split("\n") ?? []);
    return EXIT.failed;
  }
}
