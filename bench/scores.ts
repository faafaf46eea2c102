/**
 * From a trained network to the file that is shipped, and its scores again:
 * `deno task bench scores FILE … --kodak DIR --validation DIR`.
 *
 * A network is written as `weights/<step>-<tier>.safetensors`: as 16-bit floats, with its recipe, its data and its scores on
 * both sets. It is refused if it was not trained by the repository's recipe of that name, or if rounding costs 0.01 dB.
 *
 * @module
 */

import type { StepName } from "../codec/lattice/steps.ts";
import { coarseTiers, shippedTiers } from "../weights/shipped_networks.ts";
import { decodeNetwork } from "../weights/network_file.ts";
import { type Arguments, type Bench, UsageError } from "./program.ts";
import { MAX_PREFIX, readScores, SCORED_SETS } from "./scores/keys.ts";
import { addMaxScores, dropMaxScores, type ScoreOptions, shipNetwork } from "./scores/ship.ts";
import { readSource } from "./scores/source.ts";
import { STEPS } from "./weights/files.ts";

const WEIGHTS = new URL("../weights/", import.meta.url).pathname;

interface Options extends Omit<ScoreOptions, "folders"> {
  readonly files: readonly string[];
  readonly tiers: readonly string[];
  readonly output: string;
  /** The set of validation may be missing where nothing but `max` is scored. */
  readonly folders: Partial<ScoreOptions["folders"]> & Pick<ScoreOptions["folders"], "kodak">;
}

/** Writes the files and gives what is to be said of each. */
async function run({ files, tiers, output, folders, ...options }: Options): Promise<string[]> {
  const said: string[] = [];
  const { kodak, "cid22-validation": validation } = folders;
  for (const path of [...files, ...tiers.filter(hasFiles).flatMap(filesOf)]) {
    if (validation === undefined) throw new UsageError('Both sets are needed: "--validation DIR"');
    const source = readSource(await Deno.readFile(path));
    const scored = { ...options, folders: { kodak, "cid22-validation": validation } };
    const { name, bytes } = await shipNetwork(source, scored);
    said.push(await replaceFile(`${output}/${name}.safetensors`, bytes));
  }
  if (tiers.every(hasFiles)) return said;
  for (const step of STEPS) {
    const averaged = bestPathsOf(step);
    for (const path of shippedTiers(step).flatMap((tier) => pathsOf(step, tier))) {
      const source = readSource(await Deno.readFile(path));
      const { name, bytes } = averaged.includes(path)
        ? await addMaxScores(source, { ...options, folders })
        : dropMaxScores(source);
      said.push(await replaceFile(`${output}/${name}.safetensors`, bytes));
    }
  }
  return said;
}

/** All tiers but `max` have files of their own. */
function hasFiles(tier: string): boolean {
  return tier !== "max";
}

/** The shipped files of a tier. */
function filesOf(tier: string): string[] {
  const found = STEPS.flatMap((step) => pathsOf(step, tier));
  if (found.length === 0) throw new UsageError(`No network of the tier "${tier}" is shipped`);
  return found;
}

/** The files of a step and tier, the one for its coarse step last. */
function pathsOf(step: StepName, tier: string): string[] {
  const isIn = (tiers: readonly string[]) => tiers.includes(tier);
  const names = [
    ...isIn(shippedTiers(step)) ? [`${step}-${tier}`] : [],
    ...isIn(coarseTiers(step)) ? [`${step}-${tier}-coarse`] : [],
  ];
  return names.map((name) => `${WEIGHTS}${name}.safetensors`);
}

/** The files that `max` averages the views of: the best of a step, and the best for its coarse step, where there is one. */
function bestPathsOf(step: StepName): string[] {
  const paths = shippedTiers(step).flatMap((tier) => pathsOf(step, tier));
  const isCoarse = (path: string) => path.endsWith("-coarse.safetensors");
  return [paths.findLast((path) => !isCoarse(path)), paths.findLast(isCoarse)]
    .filter((path) => path !== undefined);
}

/** The new file is there whole or not at all. */
async function replaceFile(path: string, bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  await Deno.writeFile(`${path}.new`, bytes);
  await Deno.rename(`${path}.new`, path);
  const { scores } = decodeNetwork(bytes).info;
  const lines = ["", MAX_PREFIX].flatMap((prefix) =>
    SCORED_SETS.flatMap((set) => {
      const found = readScores(scores, { set, prefix });
      if (!found) return [];
      const { psnr, ssim, averaging, worst } = found;
      return `  ${prefix}${set}: ${psnr} dB (averaging ${averaging.psnr}), SSIM ${ssim} ` +
        `(${averaging.ssim}), worst image ${worst} dB above averaging`;
    })
  );
  return [`${path}, ${bytes.length} bytes`, ...lines].join("\n");
}

function readArguments(args: Arguments): Options {
  const [kodak, validation] = [args.text("kodak"), args.text("validation")];
  const tiers = args.list("tier") ?? [];
  if (kodak === undefined) throw new UsageError('Both sets are needed: "--kodak DIR"');
  if (args.operands.length + tiers.length === 0) {
    throw new UsageError("Name trained files, or a tier that is shipped");
  }
  return {
    files: args.operands,
    tiers,
    output: args.text("output") ?? WEIGHTS.replace(/\/$/, ""),
    folders: { kodak, ...(validation !== undefined && { "cid22-validation": validation }) },
    limit: args.number("limit", { whole: true }),
    kernel: args.text("kernel"),
    onProgress: (line) => console.error(line),
  };
}

/** The bench as a program. */
export const bench: Bench = {
  operands: "FILE …",
  options: {
    tier: {
      value: "NAME",
      many: true,
      help: "a shipped tier, or max, to score again; may be repeated",
    },
    kodak: { value: "DIR", help: "the 24 images of the Kodak suite" },
    validation: {
      value: "DIR",
      help: "the 41 validation references of CID22; not needed for max alone",
    },
    output: { value: "DIR", help: "the folder to write to; default: weights" },
    kernel: { value: "NAME", help: "a kernel of the engine, in place of its own choice" },
    limit: { value: "N", help: "the first N images of every folder, for a trial" },
  },
  run: async (args) => ({ text: (await run(readArguments(args))).join("\n") }),
};
