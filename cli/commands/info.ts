/**
 * `nnc info`: what a file holds and whether it is intact.
 *
 * @module
 */

import { type Facts, probe } from "../../codec/probe.ts";
import { isCodedFile } from "../../codec/is_coded_file.ts";
import { describeCoded } from "../info_coded.ts";
import { describeError } from "../describe_error.ts";
import { pixelLimit } from "../image_files.ts";
import { EXIT, type Invocation } from "../invocation.ts";
import { STANDARD_STREAM } from "../inputs.ts";
import { readFileBounded, readStandardInput } from "../streams.ts";
import { formatCount } from "../figures.ts";

/** Tells about the operands. */
export async function run({ operands, options, terminal }: Invocation): Promise<number> {
  let failed = 0;
  for (const path of operands) {
    const report = { command: "info", input: path };
    try {
      const bytes = path === STANDARD_STREAM
        ? await readStandardInput()
        : await readFileBounded(path);
      const warnings: string[] = [];
      const onWarning = (message: string) => warnings.push(message);
      if (isCodedFile(bytes)) {
        const facts = describeCoded(bytes, { path, ...pixelLimit(options), onWarning });
        terminal.result(facts.lines, {
          ...report,
          status: "done",
          bytes: bytes.length,
          ...facts.report,
          warnings,
        });
        for (const warning of warnings) terminal.note(`Warning: "${path}": ${warning}.`);
        continue;
      }
      const facts = probe(bytes, { ...pixelLimit(options), onWarning });
      terminal.result(
        describeFacts(facts, { path, bytes: bytes.length }),
        { ...report, status: "done", bytes: bytes.length, ...facts, warnings },
      );
      for (const warning of warnings) terminal.note(`Warning: "${path}": ${warning}.`);
    } catch (error) {
      failed++;
      const reason = describeError(error);
      terminal.error(`"${path}" failed. ${reason}.`);
      if (terminal.json) terminal.result("", { ...report, status: "failed", error: reason });
    }
  }
  return failed > 0 ? EXIT.failed : EXIT.done;
}

const COLOURS = { 1: "grey", 2: "grey with alpha", 3: "RGB", 4: "RGB with alpha" } as const;

const STATES = {
  matches: "the kept pixels are those that were compressed",
  differs: "THE KEPT PIXELS WERE CHANGED since they were compressed",
  absent: "unknown, as the file has no checksum",
} as const;

function describeFacts(facts: Facts, file: { path: string; bytes: number }): string[] {
  const { width, height, packedWidth, packedHeight, metadata } = facts;
  const bits = (8 * file.bytes / (width * height)).toFixed(2);
  const source = facts.hasChunk ? "" : " (assumed: the file does not say)";
  const rows = [
    ["lattice", `${facts.lattice} at ratio ${facts.ratio}${source}`],
    ["original", `${width}×${height}, ${COLOURS[facts.channels]}${source}`],
    ["kept", `${packedWidth}×${packedHeight}`],
    ["size", `${formatCount(file.bytes)} bytes, ${bits} bits for each original pixel`],
    ["state", STATES[facts.checksum]],
    ["metadata", metadata.length > 0 ? metadata.join(", ") : "none"],
  ] as const;
  return [file.path, ...rows.map(([name, value]) => `  ${name.padEnd(9)} ${value}`)];
}
