/**
 * `nnc compare`: how two images differ, in numbers and on a page.
 *
 * @module
 */

import { compareFiles, type Comparison } from "../comparison/measure.ts";
import { writePage } from "../comparison/page.ts";
import { describeError } from "../describe_error.ts";
import { checkFileName } from "../file_names.ts";
import { EXIT, type Invocation } from "../invocation.ts";
import { isOneOf, makeFolderFor } from "../outputs.ts";
import { exists, writeFileSafely } from "../write_file.ts";

/** Compares the two operands. */
export async function run(invocation: Invocation): Promise<number> {
  const { operands, options, terminal } = invocation;
  const { report, force = false } = options;
  if (report !== undefined) await checkReport(report, { operands, force });
  const comparison = await compareFiles([operands[0]!, operands[1]!], options);
  if (report !== undefined) await writeReport(report, { comparison, force });
  const lines = comparison.scores.map(({ name, text }) => `${name.padEnd(14)} ${text}`);
  if (report !== undefined) lines.push(`report         ${report}`);
  terminal.result(lines, makeFacts(comparison, report));
  return EXIT.done;
}

function makeFacts({ first, second, measures }: Comparison, report: string | undefined) {
  return {
    command: "compare",
    status: "done",
    images: [first.path, second.path],
    bytes: [first.bytes, second.bytes],
    width: first.image.width,
    height: first.image.height,
    ...measures,
    // JSON has no infinity: equal images have no error to state.
    psnr: Number.isFinite(measures.psnr) ? measures.psnr : null,
    ...(report === undefined ? {} : { report }),
  };
}

/** Looks before anything is read, as the images may be large. */
async function checkReport(
  path: string,
  options: { operands: readonly string[]; force: boolean },
): Promise<void> {
  if (await isOneOf(path, options.operands)) {
    throw new Error(`The report "${path}" would replace one of the images; name another file`);
  }
  checkFileName(path, [".html"]);
  if (!options.force && await exists(path)) {
    throw new Error(`The report "${path}" exists; --force replaces it, or name another file`);
  }
}

async function writeReport(
  path: string,
  { comparison, force }: { comparison: Comparison; force: boolean },
): Promise<void> {
  const bytes = new TextEncoder().encode(await writePage(comparison));
  try {
    await makeFolderFor(path);
    await writeFileSafely(path, { bytes, replace: force });
  } catch (cause) {
    throw new Error(`The report "${path}" cannot be written. ${describeError(cause)}`, { cause });
  }
}
