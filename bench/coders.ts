/**
 * Makes the coder that is shipped of four trained networks: rounds them to whole numbers that are exact everywhere, by
 * what photos reach in them.
 *
 * @module
 */

import { networkInput } from "../codec/coded/coder.ts";
import { splitCells } from "../codec/lattice/cells.ts";
import { CODER_CELLS, type CoderStep } from "../codec/lattice/coder_steps.ts";
import type { Raster } from "../codec/lattice/raster.ts";
import { decodeImage } from "../codec/read.ts";
import type { ExactNetwork } from "../gpu/exact_network.ts";
import { quantiseNetwork, type QuantiseOptions } from "../train/quantise.ts";
import { coderInputLimits, decodeCoderFile, encodeCoderFile } from "../weights/coder_file.ts";
import { INPUT_UNIT, MEAN_UNIT, WIDTH_UNIT } from "../weights/coder_units.ts";
import { decodeCoderWeights } from "../weights/coder_weights.ts";
import { MEAN_STEPS, SLOPE_STEPS } from "../codec/entropy/phase_coder.ts";
import { CLASSES_PER_OCTAVE, SCALES } from "../codec/entropy/scales.ts";
import { WIDTH_STEPS } from "../codec/coded/coder.ts";
import { SHIPPED_CODERS, type ShippedCoder } from "../weights/shipped_coders.ts";
import { dirname } from "node:path";
import { type Bench, UsageError } from "./program.ts";

/** Side of what is cut from the middle of a photo. */
const CROP = 192;

/** Where the shipped coders lie. */
const CODERS = new URL("../weights/coders", import.meta.url).pathname;

/** Those there may be, from fast to small. */
const LADDER = ["swift", "deep"];

/** The program. */
export const bench: Bench = {
  operands: "PHOTO …",
  options: {
    from: { value: "DIR", help: "where coder-TIER-{diagonal,quincunx}[-coarse].safetensors lie" },
    tier: { value: "NAME", help: "swift, deep, or a name of one's own" },
    output: { value: "FILE", help: "the coder" },
    data: { value: "TEXT", help: "what it was trained on; default: as the first network says" },
  },
  async run(args) {
    const [from, tier, output] = ["from", "tier", "output"].map((name) => args.text(name));
    if (!from || !tier || !output || args.operands.length === 0) {
      throw new UsageError('"--from", "--tier", "--output" and at least one photo are needed');
    }
    const crops = await Promise.all(args.operands.map(cropOf));
    const network = (step: CoderStep, ending: string) =>
      roundNetwork(`${from}/coder-${tier}-${step}${ending}.safetensors`, { step, crops });
    const first = network("diagonal", "");
    const data = args.text("data") ?? first.data;
    const bytes = encodeCoderFile({
      fine: { diagonal: first.network, quincunx: network("quincunx", "").network },
      coarse: {
        diagonal: network("diagonal", "-coarse").network,
        quincunx: network("quincunx", "-coarse").network,
      },
    }, { tier, ...(data !== undefined && { data }) });
    await Deno.writeFile(output, bytes);
    const { digest } = await decodeCoderFile(bytes);
    const report = { output, bytes: bytes.length, digest: digest.toHex() };
    await list(output, { name: tier, digest: report.digest });
    return { text: `${output}: ${bytes.length} bytes, coder ${report.digest}`, report };
  },
};

/** Puts a coder that is written where the shipped ones lie on their list, in the place of an earlier one of its name. */
async function list(output: string, coder: ShippedCoder): Promise<void> {
  if (dirname(await Deno.realPath(output)) !== CODERS) return;
  const others = SHIPPED_CODERS.filter(({ name }) => name !== coder.name);
  const ladder = [...others, coder].sort((a, b) => LADDER.indexOf(a.name) - LADDER.indexOf(b.name));
  const lines = ladder.map((entry) =>
    `  ${JSON.stringify(entry).replace(/([{:,])/g, "$1 ").replace("}", " }")}`
  );
  await Deno.writeTextFile(`${CODERS}/shipped.json`, `[\n${lines.join(",\n")}\n]\n`);
}

/** The middle of a photo, of three channels. */
async function cropOf(path: string): Promise<Raster> {
  const { width, height, channels, data } = await decodeImage(await Deno.readFile(path));
  const side = Math.min(CROP, width, height);
  const [left, top] = [Math.floor((width - side) / 2), Math.floor((height - side) / 2)];
  const crop = new Uint8Array(side * side * 3);
  for (let pixel = 0; pixel < side * side; pixel++) {
    const at = ((top + Math.floor(pixel / side)) * width + left + pixel % side) * channels;
    for (let colour = 0; colour < 3; colour++) {
      crop[pixel * 3 + colour] = data[at + (channels < 3 ? 0 : colour)]!;
    }
  }
  return { width: side, height: side, channels: 3, data: crop };
}

/** A trained network in whole numbers: units of `coder_units.ts` become those of `codec/coded/coder.ts`. */
function roundNetwork(
  path: string,
  { step, crops }: { step: CoderStep; crops: readonly Raster[] },
): { network: ExactNetwork; data: string | undefined } {
  const { network, info } = decodeCoderWeights(Deno.readFileSync(path));
  if (info.step !== step) {
    throw new UsageError(`"${path}" is for the step "${info.step}", expected "${step}"`);
  }
  const { kept, missing } = CODER_CELLS[step];
  const inputScales = [
    ...new Array<number>(3 * kept.length).fill(INPUT_UNIT),
    WIDTH_UNIT * WIDTH_STEPS,
  ];
  const perPhase = (mean: number, scale: number, slope: number) =>
    missing.flatMap(() => [mean, mean, mean, scale, scale, scale, slope, slope, slope]);
  const options: QuantiseOptions = {
    inputScales,
    inputLimits: coderInputLimits(step),
    outputScales: perPhase(MEAN_UNIT * MEAN_STEPS, CLASSES_PER_OCTAVE, SLOPE_STEPS),
    outputOffsets: perPhase(0, -CLASSES_PER_OCTAVE * Math.log2(SCALES[0]!), 0),
    samples: crops.map((crop) => {
      const known = splitCells(crop, step === "diagonal" ? "grid" : "quincunx").kept;
      const input = Float64Array.from(
        networkInput(known, 0),
        (value, at) => value / inputScales[at % inputScales.length]!,
      );
      return { shape: known, input };
    }),
  };
  return { network: quantiseNetwork(network, options), data: info.data };
}
