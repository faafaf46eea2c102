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
import { parseArgs } from "node:util";
import { coarseTiers, shippedTiers } from "../weights/shipped_networks.ts";
import { decodeNetwork } from "../weights/network_file.ts";
import { UsageError } from "./quality/options.ts";
import { MAX_PREFIX, readScores, SCORED_SETS } from "./scores/keys.ts";
import { addMaxScores, dropMaxScores, type ScoreOptions, shipNetwork } from "./scores/ship.ts";
import { readSource } from "./scores/source.ts";
import { STEPS } from "./weights/files.ts";

const USAGE = `deno task bench scores FILE … --kodak DIR --validation DIR [options]
deno task bench scores --tier NAME … --kodak DIR --validation DIR [options]

  FILE               a trained network, or a checkpoint of training, of which the best weights are taken
  --tier NAME        the shipped files of a tier, "max" included, to be scored again; may be repeated
  --kodak DIR        the 24 images of the Kodak suite
  --validation DIR   the 41 validation references of CID22; may be left out where only "max" is scored
  --output DIR       the folder to write to; default: weights
  --kernel NAME      a kernel of the engine, in place of its own choice
  --limit N          the first N images of every folder, for a trial`;

const WEIGHTS = new URL("../weights/", import.meta.url).pathname;

interface Arguments extends Omit<ScoreOptions, "folders"> {
  readonly files: readonly string[];
  readonly tiers: readonly string[];
  readonly output: string;
  /** The set of validation may be missing where nothing but `max` is scored. */
  readonly folders: Partial<ScoreOptions["folders"]> & Pick<ScoreOptions["folders"], "kodak">;
}

async function run({ files, tiers, output, folders, ...options }: Arguments): Promise<void> {
  const { kodak, "cid22-validation": validation } = folders;
  for (const path of [...files, ...tiers.filter(hasFiles).flatMap(filesOf)]) {
    if (validation === undefined) throw new UsageError('Both sets are needed: "--validation DIR"');
    const source = readSource(await Deno.readFile(path));
    const scored = { ...options, folders: { kodak, "cid22-validation": validation } };
    const { name, bytes } = await shipNetwork(source, scored);
    await replaceFile(`${output}/${name}.safetensors`, bytes);
  }
  if (tiers.every(hasFiles)) return;
  for (const step of STEPS) {
    const averaged = bestPathsOf(step);
    for (const path of shippedTiers(step).flatMap((tier) => pathsOf(step, tier))) {
      const source = readSource(await Deno.readFile(path));
      const { name, bytes } = averaged.includes(path)
        ? await addMaxScores(source, { ...options, folders })
        : dropMaxScores(source);
      await replaceFile(`${output}/${name}.safetensors`, bytes);
    }
  }
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
async function replaceFile(path: string, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
  await Deno.writeFile(`${path}.new`, bytes);
  await Deno.rename(`${path}.new`, path);
  console.log(`${path}, ${bytes.length} bytes`);
  const { scores } = decodeNetwork(bytes).info;
  for (const prefix of ["", MAX_PREFIX]) {
    for (const set of SCORED_SETS) {
      const found = readScores(scores, { set, prefix });
      if (!found) continue;
      const { psnr, ssim, averaging, worst } = found;
      console.log(
        `  ${prefix}${set}: ${psnr} dB (averaging ${averaging.psnr}), SSIM ${ssim} (${averaging.ssim}), ` +
          `worst image ${worst} dB above averaging`,
      );
    }
  }
}

function parse(args: string[]): Arguments {
  const { values, positionals } = parseValues(args);
  const { kodak, validation, tier: tiers = [] } = values;
  if (kodak === undefined) throw new UsageError('Both sets are needed: "--kodak DIR"');
  if (positionals.length + tiers.length === 0) {
    throw new UsageError("Name trained files, or a tier that is shipped");
  }
  const limit = values.limit === undefined ? Infinity : Number(values.limit);
  if (!(limit >= 1)) {
    throw new UsageError(`"--limit" must be a number of at least 1, found "${values.limit}"`);
  }
  return {
    files: positionals,
    tiers,
    output: values.output ?? WEIGHTS.replace(/\/$/, ""),
    folders: { kodak, ...(validation !== undefined && { "cid22-validation": validation }) },
    limit,
    onProgress: (line) => console.error(line),
    ...(values.kernel !== undefined && { kernel: values.kernel }),
  };
}

function parseValues(args: string[]) {
  try {
    const text = { type: "string" } as const;
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        kodak: text,
        validation: text,
        tier: { ...text, multiple: true },
        output: text,
        kernel: text,
        limit: text,
      },
    });
  } catch (cause) {
    throw new UsageError((cause as Error).message, { cause });
  }
}

if (import.meta.main) {
  try {
    await run(parse(Deno.args));
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    console.error(error instanceof UsageError ? `${error.message}\n\n${USAGE}` : error.message);
    Deno.exit(error instanceof UsageError ? 2 : 1);
  }
}
