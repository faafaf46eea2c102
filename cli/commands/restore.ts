/**
 * `nnc restore`: `.nnc` files to whole images.
 *
 * @module
 */

import { isCodedFile } from "../../codec/is_coded_file.ts";
import type { OpenOptions } from "../../codec/file_shape.ts";
import type { Image } from "../../codec/image/image.ts";
import { latticeSteps } from "../../codec/lattice/lattice.ts";
import { coarseToFine } from "../../codec/lattice/pyramid.ts";
import { openNncFile } from "../../codec/nnc_file.ts";
import { encodePng } from "../../codec/png/png.ts";
import { restore } from "../../codec/restore.ts";
import { thumbnailOf } from "../../codec/thumbnail.ts";
import { openWorkers } from "../../codec/workers.ts";
import { runBatch } from "../batch.ts";
import type { WorkContext } from "../batch_task.ts";
import { RunCoders } from "../coders.ts";
import { openCodingDevice } from "../coding_device.ts";
import { Drawing } from "../drawing.ts";
import { NNC_EXTENSIONS } from "../extensions.ts";
import { pixelLimit } from "../image_files.ts";
import type { Invocation } from "../invocation.ts";
import type { Options } from "../options.ts";
import type { FileFacts } from "../report.ts";
import { restoreCodedFile } from "../restoring_coded.ts";
import { makeCodedThumbnail, makeKeptThumbnail, thumbnailOptions } from "../thumbnails.ts";
import { chooseBudget } from "./budget_choice.ts";
import { chooseLattice, chooseSize } from "./lattice_choice.ts";

/** Of the progress on a file, what drawing takes; the rest is writing. */
const DRAWING_SHARE = 0.95;

/** Restores the operands. */
export async function run(invocation: Invocation): Promise<number> {
  const { terminal } = invocation;
  const options = thumbnailOptions(invocation.options);
  const { thumbnail: longest } = options;
  const stated = readStatements(options);
  using workers = openWorkers();
  using drawing = new Drawing(options, { terminal, budget: chooseBudget(options), workers });
  using device = openCodingDevice(options, { terminal, threads: workers.count, draws: true });
  const coders = new RunCoders(options);
  await drawing.check();
  await coders.check();
  return await runBatch(invocation, {
    command: "restore",
    done: "restored",
    extensions: NNC_EXTENSIONS,
    outputExtension: longest === undefined ? ".png" : ".thumbnail.png",
    // What asks for thumbnails names files without an ending.
    outputIsFile: longest !== undefined,
    fileEndings: [".png"],
    checkKind: (source) => isCodedFile(source) || openNncFile(source, stated),
    async work(source, context) {
      const { progress } = context;
      const onProgress = (done: number, total: number, pixels?: number) =>
        progress(DRAWING_SHARE * done / total, pixels);
      const { image: whole, facts } = isCodedFile(source)
        ? await makeCodedThumbnail(source, { options, coders, workers }) ??
          await restoreCodedFile(source, {
            ...context,
            onProgress,
            options,
            coders,
            drawing,
            device,
            workers,
          })
        : await restoreClassic(source, { ...context, onProgress, stated, drawing, options });
      const image = longest === undefined ? whole : thumbnailOf(whole, longest);
      const bytes = await encodePng(image, {
        effort: options.effort ?? "fast",
        workers,
        onProgress: (done, total) =>
          progress(DRAWING_SHARE + (1 - DRAWING_SHARE) * done / total, image.width * image.height),
      });
      const { width, height } = whole;
      return { bytes, facts: { width, height, inputFormat: "NNC", ...facts } };
    },
  });
}

async function restoreClassic(
  source: Uint8Array,
  { stated, drawing, options, warn, note, onProgress }: Pick<WorkContext, "warn" | "note"> & {
    stated: OpenOptions;
    drawing: Drawing;
    options: Options;
    onProgress: (done: number, total: number, pixels?: number) => void;
  },
): Promise<{ image: Image; facts: Partial<FileFacts> }> {
  const file = openNncFile(source, { ...stated, onWarning: warn });
  const thumbnail = makeKeptThumbnail(file, options);
  if (thumbnail) return thumbnail;
  const { size, lattice } = file;
  const { image, facts } = await drawing.use({
    levels: coarseToFine(size, latticeSteps(lattice)),
    note,
    onProgress: (done, total) => onProgress(done, total, size.width * size.height),
    draw: (drawn) => restore(file, drawn),
  });
  return { image, facts: { lattice: lattice.name, ratio: lattice.ratio, ...facts } };
}

/** What the command line states about the files. */
function readStatements(options: Options): OpenOptions {
  const { lattice, ratio, force = false } = options;
  const size = chooseSize(options);
  // One that there is not is an error of the command line, not of each file.
  chooseLattice(options);
  return {
    ...pixelLimit(options),
    ...(lattice !== undefined && { lattice }),
    ...(ratio !== undefined && { ratio: Number(ratio) }),
    ...(size && { size }),
    override: force,
  };
}
