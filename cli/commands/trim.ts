/**
 * `nnc trim`: coded files to smaller ones of fewer pixels.
 *
 * @module
 */

import { latticeNameAt } from "../../codec/coded_ratio.ts";
import { openCoded } from "../../codec/coded_file.ts";
import { trimCoded } from "../../codec/coded_trim.ts";
import type { Ratio } from "../../codec/lattice/lattice.ts";
import { findShippedCoder } from "../../weights/shipped_coders.ts";
import { runBatch } from "../batch.ts";
import { NNC_EXTENSIONS } from "../extensions.ts";
import { pixelLimit } from "../image_files.ts";
import type { Invocation } from "../invocation.ts";
import type { Options } from "../options.ts";
import { UsageError } from "../usage_error.ts";
import { exactnessOf } from "../report.ts";

/** Trims the operands. */
export async function run(invocation: Invocation): Promise<number> {
  const { options } = invocation;
  const ratio = requireRatio(options);
  return await runBatch(invocation, {
    command: "trim",
    done: "trimmed",
    extensions: NNC_EXTENSIONS,
    outputExtension: `.ratio${ratio}.nnc`,
    fileEndings: [".nnc", ".png"],
    checkKind: openCoded,
    work(source, { warn }) {
      const { bytes, header } = trimCoded(source, {
        ratio,
        ...pixelLimit(options),
        onWarning: warn,
      });
      const facts = {
        ...header.size,
        lattice: latticeNameAt(ratio),
        ratio,
        ...exactnessOf(header),
        coder: findShippedCoder(header.coder)?.name ?? header.coder.toHex(),
        inputFormat: "NNC",
      };
      return Promise.resolve({ bytes, facts });
    },
  });
}

function requireRatio({ ratio }: Options): Ratio {
  if (ratio === undefined) {
    throw new UsageError('"trim" takes "--ratio" with 2, 4, 8 or 16: how much is to be left');
  }
  return Number(ratio) as Ratio;
}
