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
import type { Workers } from "../../platform/tasks.ts";
import { runBatch } from "../batch.ts";
import type { BatchTask } from "../batch_task.ts";
import { RunCoders } from "../coders.ts";
import { openCodingDevice } from "../coding_device.ts";
import { IMAGE_EXTENSIONS, OTHER_PICTURES } from "../extensions.ts";
import { Gate } from "../gate.ts";
import { formatOf, readOptions } from "../image_files.ts";
import type { Invocation } from "../invocation.ts";
import type { Options } from "../options.ts";
import { exactnessOf, type FileFacts } from "../report.ts";
import { UsageError } from "../usage_error.ts";
import { chooseCoding, type CodingChoice } from "./coding_choice.ts";
import { chooseLattice } from "./lattice_choice.ts";

/** Pixels of all images that lie in memory at once; a larger one is worked on alone, by all cores. */
const MOST_PIXELS = 2 ** 25;

/** Of the progress on a file, what reading takes; the rest is deflating. */
const READING_SHARE = 0.1;

/** Compresses the operands. */
export async function run(invocation: Invocation): Promise<number> {
  const { options, terminal } = invocation;
  const lattice = chooseLattice(options);
  const coding = chooseCoding(options);
  if (!coding) refuseCodedOptions(options);
  const coders = new RunCoders(options);
  await coders.check();
  using workers = openWorkers();
  using device = openCodingDevice(options, { terminal, threads: workers.count, draws: false });
  const { jobs = workers.count } = options;
  return await runBatch(invocation, {
    command: "compress",
    done: "compressed",
    extensions: IMAGE_EXTENSIONS,
    otherKinds: OTHER_PICTURES,
    outputExtension: ".nnc",
    fileEndings: [".nnc", ".png"],
    checkKind: checkNotCompressed,
    // All cores code one image, so a second one would only take memory.
    jobs: coding ? 1 : jobs,
    work: coding
      ? codedWork(options, { coding, coders, workers, run: device.run.bind(device) })
      : packedWork(options, { lattice, workers }),
  });
}

function refuseCodedOptions(options: Options): void {
  const name = (["coder", "device", "kernel"] as const).find((name) => options[name] !== undefined);
  if (name === undefined) return;
  throw new UsageError(
    `"--${name}" is for coded files; give "--lossless", "--max-error", "--quality" or "--coded" as well`,
  );
}

/** Keeps the pixels of a lattice. */
function packedWork(
  options: Options,
  { lattice: { name, ratio }, workers }: { lattice: Lattice; workers: Workers },
): BatchTask["work"] {
  const { effort = "default", strip = false } = options;
  const gate = new Gate(MOST_PIXELS);
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
    const { bytes, size, lattice: kept } = await gate.pass(
      pixels,
      () => compressImage(source, compressing),
    );
    const facts = { ...size, lattice: kept.name, ratio: kept.ratio };
    return { bytes, facts: { ...facts, inputFormat: formatOf(source) } };
  };
}

/** Codes pixels by what a network takes for probable. */
function codedWork(
  options: Options,
  { coding, coders, workers, run }: {
    coding: CodingChoice;
    coders: RunCoders;
    workers: Workers;
    run: OfferNetwork;
  },
): BatchTask["work"] {
  const { effort = "default", strip = false } = options;
  const { maxError, way, ratio } = coding;
  return async (source, { warn, note, progress }) => {
    const reading = { ...readOptions(options, options.lossless), strip, workers, onWarning: warn };
    const image = await readFile(source, reading);
    const { width, height } = image;
    const coder = await coders.forWriting(effort, { isLossy: way !== undefined });
    const bytes = await encodeWay(image, {
      ...coder,
      maxError,
      way,
      ratio,
      run,
      effort,
      workers,
      onProgress: (done, total) => progress(done / total, width * height),
    });
    const { header } = openCoded(bytes);
    const isCoded = header.octaves > 0;
    if (isCoded && options.coder !== undefined) {
      note(`to restore it takes the coder "${options.coder}", so keep that file with it`);
    }
    const named = isCoded ? { coder: coder.name } : {};
    const facts = { width, height, ...codedFacts(header, coding), inputFormat: formatOf(source) };
    return { bytes, facts: { ...facts, ...named } };
  };
}

function codedFacts(header: CodedHeader, { ratio }: CodingChoice): Partial<FileFacts> {
  return {
    ...exactnessOf(header),
    ...ratio !== undefined && { lattice: latticeNameAt(ratio), ratio },
  };
}
