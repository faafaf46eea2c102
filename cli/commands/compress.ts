/**
 * `nnc compress`: images to `.nnc` files.
 *
 * @module
 */

import { checkNotCompressed, compressImage } from "../../codec/compress.ts";
import { runBatch } from "../batch.ts";
import { IMAGE_EXTENSIONS, OTHER_PICTURES } from "../extensions.ts";
import { formatOf, readOptions } from "../image_files.ts";
import type { Invocation } from "../invocation.ts";
import { openWorkers } from "../workers.ts";
import { chooseLattice } from "./lattice_choice.ts";

/** Compresses the operands. */
export async function run(invocation: Invocation): Promise<number> {
  const { options } = invocation;
  const { name: lattice, ratio } = chooseLattice(options);
  const { effort = "default", strip = false } = options;
  using workers = openWorkers();
  return await runBatch(invocation, {
    command: "compress",
    done: "compressed",
    extensions: IMAGE_EXTENSIONS,
    otherKinds: OTHER_PICTURES,
    outputExtension: ".nnc",
    fileEndings: [".nnc", ".png"],
    checkKind: checkNotCompressed,
    async work(source, { warn, progress }) {
      const { bytes, size, lattice: kept } = await compressImage(source, {
        ...readOptions(options),
        lattice,
        ratio,
        effort,
        strip,
        workers,
        onProgress: (done, total) => progress(done / total),
        onWarning: warn,
      });
      const facts = { ...size, lattice: kept.name, ratio: kept.ratio };
      return { bytes, facts: { ...facts, inputFormat: formatOf(source) } };
    },
  });
}
