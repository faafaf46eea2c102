/**
 * `nnc info`: what a file holds and whether it is intact.
 *
 * @module
 */

import { type Facts, probe } from "../../codec/probe.ts";
import { isCodedFile, probeCoded } from "../../codec/coded_file.ts";
import { findShippedCoder } from "../../weights/shipped_coders.ts";
import { describeGuarantee } from "../report.ts";
import { describeError } from "../describe_error.ts";
import { pixelLimit } from "../image_files.ts";
import { EXIT, type Invocation } from "../invocation.ts";
import { STANDARD_STREAM } from "../inputs.ts";
import { readFileBounded, readStandardInput } from "../streams.ts";
import { formatCount } from "../terminal.ts";

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
        const facts = describeCoded(bytes, path);
        terminal.result(facts.text, {
          ...report,
          status: "done",
          bytes: bytes.length,
          ...facts.report,
          warnings,
        });
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

/** What a coded file guarantees and holds, step by step; its pixels are not decoded. */
function describeCoded(bytes: Uint8Array, path: string): { text: string; report: object } {
  const { header, shown, steps, metadata } = probeCoded(bytes);
  const { width, height } = header.size;
  const bits = (8 * bytes.length / (width * height)).toFixed(2);
  const isStored = header.octaves === 0;
  const coded = steps.map((count) => `${formatCount(count)}`).join(", ");
  const rows = [
    ["keeps", `all pixels, ${describeGuarantee(header.maxError)}`],
    ["original", `${width}×${height}`],
    ["shows", `${shown.width}×${shown.height}`],
    ["size", `${formatCount(bytes.length)} bytes, ${bits} bits for each original pixel`],
    [
      "coded",
      isStored ? "nothing: a PNG of all pixels is smaller" : `${coded} bytes, step by step`,
    ],
    ["coder", isStored ? "none" : describeCoder(header.coder)],
    ["metadata", metadata.length > 0 ? metadata.join(", ") : "none"],
  ] as const;
  return {
    text: [path, ...rows.map(([name, value]) => `  ${name.padEnd(9)} ${value}`)].join("\n"),
    report: {
      width,
      height,
      maxError: header.maxError,
      packedWidth: shown.width,
      packedHeight: shown.height,
      steps,
      coder: isStored ? "" : header.coder.toHex(),
      metadata,
    },
  };
}

/** By name where it is shipped; of any other the digest is all that a file says. */
function describeCoder(digest: Uint8Array): string {
  const text = digest.toHex();
  const shipped = findShippedCoder(digest);
  return shipped
    ? `${shipped.name}, ${text}`
    : `${text}, which is not shipped: to restore it takes --coder`;
}

const COLOURS = { 1: "grey", 2: "grey with alpha", 3: "RGB", 4: "RGB with alpha" } as const;

const STATES = {
  matches: "the kept pixels are those that were compressed",
  differs: "THE KEPT PIXELS WERE CHANGED since they were compressed",
  absent: "unknown, as the file has no checksum",
} as const;

function describeFacts(facts: Facts, file: { path: string; bytes: number }): string {
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
  return [file.path, ...rows.map(([name, value]) => `  ${name.padEnd(9)} ${value}`)].join("\n");
}
