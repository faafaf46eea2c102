/**
 * `nnc curve`: training logs as a picture.
 *
 * @module
 */

import { basename } from "node:path";
import { type LogPoint, parseTrainingLog } from "../../train/training_log.ts";
import { describeError } from "../describe_error.ts";
import { checkFileName } from "../file_names.ts";
import { STANDARD_STREAM } from "../inputs.ts";
import { EXIT, type Invocation } from "../invocation.ts";
import { isOneOf, makeFolderFor } from "../outputs.ts";
import { readFileBounded, writeStandardOutput } from "../streams.ts";
import { drawTrainingCurve, type NamedLog } from "../training/curve.ts";
import { UsageError } from "../usage_error.ts";
import { exists, writeFileSafely } from "../write_file.ts";

/** Draws the operands. */
export async function run({ operands, options, terminal }: Invocation): Promise<number> {
  const { output = "curve.svg", force = false } = options;
  if (output === STANDARD_STREAM) terminal.keepOutputForData();
  else await checkOutput(output, { operands, force });
  const logs = await readLogs(operands);
  const bytes = new TextEncoder().encode(drawTrainingCurve(logs));
  if (output === STANDARD_STREAM) {
    await writeStandardOutput(bytes);
    return EXIT.done;
  }
  await makeFolderFor(output);
  await writeFileSafely(output, { bytes, replace: force });
  const validations = logs.map(({ points }) => points.length);
  const count = validations.reduce((sum, some) => sum + some, 0);
  const runs = logs.length === 1 ? "one run" : `${logs.length} runs`;
  terminal.result(`${output}: ${runs}, ${count} validations`, {
    command: "curve",
    status: "done",
    logs: operands,
    validations,
    output,
    bytes: bytes.length,
  });
  return EXIT.done;
}

async function checkOutput(
  path: string,
  { operands, force }: { operands: readonly string[]; force: boolean },
): Promise<void> {
  checkFileName(path, [".svg"]);
  if (!await exists(path)) return;
  if (await isOneOf(path, operands)) {
    throw new UsageError(`The picture "${path}" would replace one of the logs; name another file`);
  }
  if (!force) {
    throw new UsageError(`"${path}" exists; --force replaces it, --output names another`);
  }
}

async function readLogs(paths: readonly string[]): Promise<NamedLog[]> {
  const names = paths.map((path) => basename(path).replace(/(\.safetensors)?\.log\.jsonl$/, ""));
  const unique = new Set(names).size === names.length;
  const logs: NamedLog[] = [];
  for (const [index, path] of paths.entries()) {
    logs.push({ name: shorten(unique ? names[index]! : path), points: await readPoints(path) });
  }
  return logs;
}

async function readPoints(path: string): Promise<readonly LogPoint[]> {
  try {
    const { points } = parseTrainingLog(new TextDecoder().decode(await readFileBounded(path)));
    if (points.length === 0) throw new Error("It holds no validation yet");
    return points;
  } catch (cause) {
    throw new Error(`The log "${path}" cannot be drawn. ${describeError(cause)}`, { cause });
  }
}

/** What does not fit the picture gives way, from its start: the ends of paths tell more. */
function shorten(name: string): string {
  const letters = [...name];
  return letters.length <= MOST_LETTERS ? name : `…${letters.slice(1 - MOST_LETTERS).join("")}`;
}

const MOST_LETTERS = 50;
