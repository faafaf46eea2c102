/**
 * What became of a file, as an object for `--json` and as a line for people.
 *
 * @module
 */

import type { CodedHeader } from "../codec/coded_header.ts";
import { describeShare } from "../codec/coded_loss.ts";
import { chromaOf, qualityOf, tuneOf } from "../codec/coded_quality.ts";
import { formatCount, formatSeconds } from "./figures.ts";

/** What the work on a file tells about it. */
export interface FileFacts {
  /** Width of the whole image in pixels. */
  readonly width: number;
  /** Height of the whole image in pixels. */
  readonly height: number;
  /** Name of the lattice; absent where all pixels are kept, or as many as were left of a file. */
  readonly lattice?: string | undefined;
  /** Original pixels over kept pixels; absent where all are kept. */
  readonly ratio?: number | undefined;
  /** Largest error of a kept sample in grey levels, where the file is a coded one; 0 is lossless. */
  readonly maxError?: number | undefined;
  /** Quality of a lossy file, 1 to 100; of others absent. */
  readonly quality?: number | undefined;
  /** What a lossy file's steps of chroma are multiplied with; of others absent. */
  readonly chroma?: number | undefined;
  /** What a lossy file's steps are spread for, `ssim` or `psnr`; of others absent. */
  readonly tune?: string | undefined;
  /** Share of the pixels that are left of a coded file which was cut off or is damaged. */
  readonly share?: number | undefined;
  /** Whether the file is damaged, and was restored from what is left of it. */
  readonly salvaged?: boolean | undefined;
  /** The coder that it is coded with, where it is: the name of a shipped one, or the path of a file. */
  readonly coder?: string | undefined;
  /** What kind of file the input was: `JPEG`, `PNG` or `NNC`. */
  readonly inputFormat: string;
  /** The kind of file that decided what is kept and how, as no option did. */
  readonly defaultFor?: string | undefined;
  /** The networks that drew the missing pixels, by lattice step. */
  readonly networks?: Readonly<Record<string, string>> | undefined;
  /** What the networks ran on. */
  readonly device?: string | undefined;
  /** The tier that `--tier auto` picked. */
  readonly tier?: string | undefined;
  /** Seconds that it was thought to take. */
  readonly estimate?: number | undefined;
  /** Seconds that it was to take at most. */
  readonly budget?: number | undefined;
}

/** What became of a file. Fields that do not apply are absent. */
export interface FileReport extends Partial<FileFacts> {
  /** Name of the command. */
  readonly command: string;
  /** Path of the input; `-` is standard input. */
  readonly input: string;
  /** Path of the output; `-` is standard output. */
  readonly output: string;
  /** `planned` with `--dry-run`, `skipped` with `--skip-existing`. */
  readonly status: "done" | "failed" | "skipped" | "planned";
  /** What went wrong, when failed. */
  readonly error?: string | undefined;
  /** Size of the input. */
  readonly bytesBefore?: number | undefined;
  /** Size of the output. */
  readonly bytesAfter?: number | undefined;
  /** Time from opening the input to the output's final name. */
  readonly seconds?: number | undefined;
  /** Things worth knowing. */
  readonly warnings: readonly string[];
}

/** The sizes of an input and its output. */
export function sizesOf(
  before: Uint8Array,
  after: Uint8Array,
): { bytesBefore: number; bytesAfter: number } {
  return { bytesBefore: before.length, bytesAfter: after.length };
}

/** A report as a line. */
export function describeReport(report: FileReport): string {
  const { input, output, status } = report;
  switch (status) {
    case "failed":
      return `"${input}" failed. ${report.error}.`;
    case "skipped":
      return `${input}: left out, "${output}" exists`;
    case "planned":
      return `${input} → ${output} (not done)`;
    case "done":
      return `${input} → ${output}: ${describeFacts(report).join(", ")}`;
  }
}

function describeFacts(report: FileReport): string[] {
  const { networks, device } = report;
  return [
    `${report.width}×${report.height}`,
    report.lattice === undefined ? "" : `${report.lattice} at ratio ${report.ratio}`,
    describeGuarantee(report),
    report.defaultFor === undefined ? "" : `the default for ${report.defaultFor}s`,
    report.coder === undefined ? "" : `coder ${report.coder}`,
    networks ? `network ${[...new Set(Object.values(networks))].join(" and ")}` : "",
    device ?? "",
    describeSizes(report),
    formatSeconds(report.seconds ?? 0),
  ].filter((fact) => fact !== "");
}

/** How exactly a coded file tells samples: within a largest error, or by a quality. */
export function exactnessOf(
  { maxError, lossy }: Pick<CodedHeader, "maxError" | "lossy">,
): Pick<FileFacts, "maxError" | "quality" | "chroma" | "tune"> {
  return lossy
    ? { quality: qualityOf(lossy), chroma: chromaOf(lossy), tune: tuneOf(lossy) }
    : { maxError };
}

/**
 * What a coded file guarantees: `lossless`, `half of the pixels exact`, `no sample off by more than 2`, `lossy, quality 80`;
 * nothing for others.
 */
export function describeGuarantee(
  { maxError, quality, chroma = 1, tune, ratio = 1, share }: Pick<
    FileFacts,
    "maxError" | "quality" | "chroma" | "tune" | "ratio" | "share"
  >,
): string {
  const isWhole = ratio === 1 && share === undefined;
  const part = share === undefined ? PARTS[ratio] ?? `a ${ratio}th` : describeShare(share);
  if (quality !== undefined) {
    const factor = chroma === 1 ? "" : `, chroma ${chroma}`;
    const even = tune === "psnr" ? ", tuned for psnr" : "";
    const how = `lossy, quality ${quality}${factor}${even}`;
    return isWhole ? how : `${part} of the pixels ${how}`;
  }
  if (maxError === undefined) return "";
  if (isWhole) return maxError === 0 ? "lossless" : `no sample off by more than ${maxError}`;
  return `${part} of the pixels ${maxError === 0 ? "exact" : `off by no more than ${maxError}`}`;
}

const PARTS: Readonly<Record<number, string>> = {
  2: "half",
  4: "a quarter",
  8: "an eighth",
  16: "a sixteenth",
};

/** The sizes, and their relation where it is of interest. */
function describeSizes(report: FileReport): string {
  const { bytesBefore = 0, bytesAfter = 0, command } = report;
  const sizes = `${formatCount(bytesBefore)} → ${formatCount(bytesAfter)} bytes`;
  if (command !== "compress" || bytesBefore === 0) return sizes;
  const share = `${(100 * bytesAfter / bytesBefore).toFixed(1)} %`;
  const growth = explainGrowth(report);
  return growth === undefined ? `${sizes} (${share})` : `${sizes} (${share}: ${growth})`;
}

/**
 * A `.nnc` can be larger than what it is of, above all than a JPEG; that is said, not hidden, and what to do. `undefined` where the
 * output is no larger.
 */
function explainGrowth(report: FileReport, size = ""): string | undefined {
  const { bytesBefore = 0, bytesAfter = 0, command, inputFormat } = report;
  if (command !== "compress" || bytesAfter <= bytesBefore) return undefined;
  return `larger than the ${inputFormat}${size}${explainCause(report)}`;
}

/** The same with both sizes, for a warning; `undefined` where the output is no larger. */
export function warnOfGrowth(report: FileReport): string | undefined {
  const { bytesBefore = 0, bytesAfter = 0 } = report;
  const growth = explainGrowth(report, ` of ${formatCount(bytesBefore)}`);
  return growth && `The output of ${formatCount(bytesAfter)} bytes is ${growth}`;
}

function explainCause({ inputFormat, quality, maxError = 0, defaultFor }: FileReport): string {
  if (inputFormat !== "JPEG") return "";
  if (quality === undefined) {
    return maxError === 0 ? ", as kept pixels are stored without loss" : "";
  }
  return defaultFor === undefined
    ? ""
    : `, which is coarser than quality ${quality}; keep the JPEG, or give a lower "--quality"`;
}
