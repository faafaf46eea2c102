/**
 * `nnc compress`: images to `.nnc` files.
 *
 * @module
 */

import { compress } from "../../codec/compress.ts";
import { CHUNK_TYPE, decodeContainer } from "../../codec/container.ts";
import { readChunks } from "../../codec/png_chunks.ts";
import { runBatch } from "../batch.ts";
import { formatOf, IMAGE_EXTENSIONS, pixelLimit } from "../image_files.ts";
import type { Invocation } from "../invocation.ts";
import type { FileFacts } from "../report.ts";
import { chooseLattice } from "./lattice_choice.ts";

/** Compresses the operands. */
export async function run(invocation: Invocation): Promise<number> {
  const { options } = invocation;
  const { name: lattice, ratio } = chooseLattice(options);
  const { effort = "default" } = options;
  return await runBatch(invocation, {
    command: "compress",
    done: "compressed",
    extensions: IMAGE_EXTENSIONS,
    outputExtension: ".nnc",
    async work(source, { warn }) {
      const limit = pixelLimit(options);
      const bytes = await compress(source, { lattice, ratio, effort, onWarning: warn, ...limit });
      return { bytes, facts: { ...readFacts(bytes), inputFormat: formatOf(source) } };
    },
  });
}

/** What the chunk of a file just written states. */
function readFacts(bytes: Uint8Array): Omit<FileFacts, "inputFormat"> {
  const chunk = readChunks(bytes).find(({ type }) => type === CHUNK_TYPE)!;
  const { size, lattice } = decodeContainer(chunk.data);
  return { width: size.width, height: size.height, lattice: lattice.name, ratio: lattice.ratio };
}
