/**
 * `nnc compress`: images to `.nnc` files.
 *
 * @module
 */

import type { OfferNetwork } from "../../codec/coded/coder.ts";
import type { CodedHeader } from "../../codec/coded_header.ts";
import { openCoded } from "../../codec/coded_file.ts";
import { encodeWay } from "../../codec/coded_way.ts";
import { compressImage } from "../../codec/compress.ts";
import { checkNotCompressed, readFile, statedPixels } from "../../codec/source.ts";
import { latticeNameAt } from "../../codec/coded_ratio.ts";
import type { Lattice } from "../../codec/lattice/lattice.ts";
import { openWorkers } from "../../codec/workers.ts";
import { coderForWriting } from "../../weights/coder_choice.ts";
import type { Workers } from "../../platform/tasks.ts";
import { runBatch } from "../batch.ts";
import type { BatchTask, WorkContext, Worked } from "../batch_task.ts";
import { RunCoders } from "../coders.ts";
import { openCodingDevice } from "../coding_device.ts";
import { IMAGE_EXTENSIONS, OTHER_PICTURES } from "../extensions.ts";
import { Gate } from "../gate.ts";
import { formatOf, readOptions } from "../image_files.ts";
import type { Invocation } from "../invocation.ts";
import type { Options } from "../options.ts";
import { exactnessOf, type FileFacts } from "../report.ts";
import { chooseForms, type CodingChoice, findCodedOption } from "./coding_choice.ts";
import { chooseLattice } from "./lattice_choice.ts";

/** Pixels of all images that lie in memory at once; a larger one is worked on alone, by all cores. */
const MOST_PIXELS = 2 ** 25;

/** Of the progress on a file, what reading takes; the rest is deflating. */
const READING_SHARE = 0.1;

/** Compresses the operands. */
export async function run(invocation: Invocation): Promise<number> {
  const { options, terminal } = invocation;
  const lattice = chooseLattice(options);
  const formOf = chooseForms(options);
  const coders = new RunCoders(options);
  await coders.check();
  using workers = openWorkers();
  using device = openCodingDevice(options, { terminal, threads: workers.count, draws: false });
  const { jobs = workers.count } = options;
  const gate = new Gate(MOST_PIXELS);
  const code = codedWork(options, { coders, workers, run: device.run.bind(device) });
  const pack = packedWork(options, { lattice, workers });
  return await runBatch(invocation, {
    command: "compress",
    done: "compressed",
    extensions: IMAGE_EXTENSIONS,
    otherKinds: OTHER_PICTURES,
    outputExtension: ".nnc",
    fileEndings: [".nnc", ".png"],
    checkKind: checkNotCompressed,
    jobs,
    async work(source, context) {
      const { coding, defaultFor } = formOf(source);
      if (!coding) checkClassic(options);
      // All cores code one image, so a second one would only take memory.
      const cost = coding ? MOST_PIXELS : statedPixels(source);
      const { bytes, facts } = await gate.pass(cost, async () => {
        context.begin();
        return await (coding ? code(source, { ...context, coding }) : pack(source, context));
      });
      return { bytes, facts: { ...facts, ...defaultFor !== undefined && { defaultFor } } };
    },
  });
}

/** Refuses what a classic file would silently do without, such as a coder of one's own. */
function checkClassic(options: Options): void {
  const fault = findCodedOption(options);
  if (fault !== undefined) throw new Error(fault);
}

/** Keeps the pixels of a lattice. */
function packedWork(
  options: Options,
  { lattice: { name, ratio }, workers }: { lattice: Lattice; workers: Workers },
): BatchTask["work"] {
  const { effort = "default", strip = false } = options;
  return async (source, { warn, progress }) => {
    const pixels = statedPixels(source);
    const compressing = {
      ...readOptions(options),
      lattice: name,
      ratio,
      effort,
      strip,
      workers,
      onProgress: (done: number, total: number) =>
        progress(READING_SHARE + (1 - READING_SHARE) * done / total, pixels),
      onWarning: warn,
    };
    const { bytes, size, lattice: kept } = await compressImage(source, compressing);
    const facts = { ...size, lattice: kept.name, ratio: kept.ratio };
    return { bytes, facts: { ...facts, inputFormat: formatOf(source) } };
  };
}

/** Codes pixels by what a network takes for probable. */
function codedWork(
  options: Options,
  { coders, workers, run }: {
    coders: RunCoders;
    workers: Workers;
    run: OfferNetwork;
  },
): (source: Uint8Array, context: WorkContext & { coding: CodingChoice }) => Promise<Worked> {
  const { effort = "default", strip = false } = options;
  return async (source, { coding, warn, note, progress }) => {
    const { maxError, way, ratio } = coding;
    const reading = { ...readOptions(options, options.lossless), strip, workers, onWarning: warn };
    const image = await readFile(source, reading);
    const { width, height } = image;
    const coder = await coders.forWriting(effort, { isLossy: way !== undefined });
    const bytes = await encodeWay(image, {
      ...coder,
      maxError,
      way,
      findExact: () => coderForWriting(effort),
      ratio,
      run,
      effort,
      workers,
      onProgress: (done, total) => progress(done / total, width * height),
    });
    const { header } = openCoded(bytes);
    // A target may lead to a lossless file, which has another coder.
    const named = header.octaves > 0 ? (await coders.forReading(header)).name : undefined;
    if (named !== undefined && named === options.coder) {
      note(`to restore it takes the coder "${options.coder}", so keep that file with it`);
    }
    const facts = { width, height, ...codedFacts(header, coding), inputFormat: formatOf(source) };
    return { bytes, facts: { ...facts, ...named !== undefined && { coder: named } } };
  };
}

function codedFacts(header: CodedHeader, { ratio }: CodingChoice): Partial<FileFacts> {
  return {
    ...exactnessOf(header),
    ...ratio !== undefined && { lattice: latticeNameAt(ratio), ratio },
  };
}
