/**
 * `nnc restore`: `.nnc` files to whole images.
 *
 * @module
 */

import { placedSteps } from "../../codec/lattice/pyramid.ts";
import type { OpenOptions } from "../../codec/file_shape.ts";
import { openNncFile } from "../../codec/nnc_file.ts";
import { encodePng } from "../../codec/png/png.ts";
import { restore } from "../../codec/restore.ts";
import { decodeCoded, type DecodeOptions } from "../../codec/coded_decoder.ts";
import { isCodedFile, openCoded } from "../../codec/coded_file.ts";
import { ContainerError } from "../../codec/container_error.ts";
import type { Image } from "../../codec/image/image.ts";
import { RunCoders } from "../coders.ts";
import { runBatch } from "../batch.ts";
import { NNC_EXTENSIONS } from "../extensions.ts";
import { pixelLimit } from "../image_files.ts";
import type { Invocation } from "../invocation.ts";
import { EngineSession } from "../engine_session.ts";
import { RunNetworks } from "../networks.ts";
import type { Options } from "../options.ts";
import { TierPicker } from "../tier_picker.ts";
import { openWorkers } from "../../codec/workers.ts";
import { chooseBudget } from "./budget_choice.ts";
import { chooseLattice, chooseSize } from "./lattice_choice.ts";

/** Of the progress on a file, what drawing takes; the rest is writing. */
const DRAWING_SHARE = 0.95;

/** Restores the operands. */
export async function run(invocation: Invocation): Promise<number> {
  const { options, terminal } = invocation;
  const stated = readStatements(options);
  const budget = chooseBudget(options);
  const picker = budget === undefined ? undefined : new TierPicker({ budget });
  const session = new EngineSession(options, terminal);
  const coders = new RunCoders(options);
  const networks = new RunNetworks(options);
  using workers = openWorkers();
  await networks.checkFor();
  await coders.check();
  try {
    return await runBatch(invocation, {
      command: "restore",
      done: "restored",
      extensions: NNC_EXTENSIONS,
      outputExtension: ".png",
      fileEndings: [".png"],
      checkKind: (source) => isCodedFile(source) || openNncFile(source, stated),
      async work(source, { warn, note, progress }) {
        const write = (image: Image, before: number) =>
          encodePng(image, {
            effort: options.effort ?? "fast",
            workers,
            onProgress: (done, total) =>
              progress(before + (1 - before) * done / total, image.width * image.height),
          });
        if (isCodedFile(source)) {
          checkUncontradicted(options);
          const { header } = openCoded(source);
          const coder = await coders.forReading(header);
          const { image, maxError } = await readWhole(source, {
            ...coder,
            ...pixelLimit(options),
            workers,
            onWarning: warn,
            onProgress: (done, total) => progress(DRAWING_SHARE * done / total),
          });
          const { width, height } = image;
          const bytes = await write(image, DRAWING_SHARE);
          const named = header.octaves > 0 ? { coder: coder.name } : {};
          return { bytes, facts: { width, height, maxError, inputFormat: "NNC", ...named } };
        }
        const file = openNncFile(source, { ...stated, onWarning: warn });
        const pixels = file.size.width * file.size.height;
        await networks.checkFor(placedSteps(file.lattice));
        const { image, chosen, device, picked } = await session.use(async (engine) => {
          const picked = await picker?.pick(engine, file);
          if (picked) note(picked.reason);
          const chosen = networks.forFile(picked?.facts.tier);
          const image = await restore(file, {
            engine,
            network: chosen.network,
            selfEnsemble: chosen.selfEnsemble,
            onProgress: (done, total) => progress(DRAWING_SHARE * done / total, pixels),
          });
          return { image, chosen, device: engine.description, picked };
        });
        const bytes = await write(image, DRAWING_SHARE);
        const { width, height, lattice } = image;
        return {
          bytes,
          facts: {
            width,
            height,
            lattice: lattice.name,
            ratio: lattice.ratio,
            inputFormat: "NNC",
            networks: Object.fromEntries(chosen.used),
            device,
            ...picked?.facts,
          },
        };
      },
    });
  } finally {
    session.close();
  }
}

/** A coded file has all pixels, so whatever is stated of those it keeps is wrong. */
function checkUncontradicted(options: Options): void {
  const stated = (["lattice", "ratio", "size"] as const).find((name) =>
    options[name] !== undefined
  );
  if (stated === undefined || options.force) return;
  throw new ContainerError(
    `The file is a coded one, which keeps all pixels and says so; leave out "--${stated}"`,
  );
}

/** A coded file that must be whole: nothing is drawn for what is missing of one. */
async function readWhole(
  source: Uint8Array,
  options: DecodeOptions,
): Promise<{ image: Image; maxError: number }> {
  const { image, spacing, header } = await decodeCoded(source, options);
  if (spacing > 1) {
    const { width, height } = header.size;
    throw new ContainerError(
      `The file was cut off: of ${width}×${height} pixels it still has ${image.width}×${image.height}, every ` +
        `${spacing}th of every ${spacing}th row. Get the file again`,
    );
  }
  return { image, maxError: header.maxError };
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
