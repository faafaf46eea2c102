/**
 * Where a training run leaves its network, and beside it a checkpoint and a log.
 *
 * @module
 */

import { dirname, join } from "node:path";
import { describeError } from "../describe_error.ts";
import { checkFileName } from "../file_names.ts";
import { STANDARD_STREAM } from "../inputs.ts";
import type { Options } from "../options.ts";
import { makeFolderFor } from "../outputs.ts";
import { UsageError } from "../usage_error.ts";
import { exists } from "../write_file.ts";

/** The files of a run. */
export interface TrainingOutputs {
  /** The network, once it is trained; `-` is standard output. */
  readonly network: string;
  /** What a stopped run goes on from. */
  readonly checkpoint: string;
  /** What `nnc curve` draws. */
  readonly log: string;
}

/**
 * Names the files: after `--output`, or in the folder that it names as `name` says. What goes to standard output has its
 * checkpoint and its log in the folder where the program runs.
 *
 * @throws {UsageError} if one is there and may not be replaced.
 * @throws {Error} that names the folder, if that cannot be looked into.
 */
export async function planTrainingOutputs(
  options: Options,
  { name }: { name: string },
): Promise<TrainingOutputs> {
  const network = await placeNetwork(options, name);
  const stem = network === STANDARD_STREAM ? name : network;
  const outputs = { network, checkpoint: `${stem}.checkpoint`, log: `${stem}.log.jsonl` };
  if (options.force) return outputs;
  try {
    await checkFree(outputs, options);
  } catch (error) {
    throw error instanceof UsageError ? error : refuseFolder(outputs, error);
  }
  return outputs;
}

/** The files of a run that trains several networks for one file. */
export interface CoderOutputs {
  /** What they make together; `-` is standard output. */
  readonly coder: string;
  /** The files of each network by its name; its own is kept until the coder is there. */
  readonly parts: ReadonlyMap<string, TrainingOutputs>;
}

/**
 * Names the files as {@link planTrainingOutputs} does, those of each part with its name in them.
 *
 * @throws {UsageError} if one is there and may not be replaced.
 * @throws {Error} that names the folder, if that cannot be looked into.
 */
export async function planCoderOutputs(
  options: Options,
  { name, parts }: { name: string; parts: readonly string[] },
): Promise<CoderOutputs> {
  const coder = await placeNetwork(options, name);
  const stem = coder === STANDARD_STREAM ? name : coder;
  const outputs: CoderOutputs = {
    coder,
    parts: new Map(parts.map((part) => [part, {
      network: `${stem}.${part}.part`,
      checkpoint: `${stem}.${part}.checkpoint`,
      log: `${stem}.${part}.log.jsonl`,
    }])),
  };
  if (options.force) return outputs;
  const all = [...outputs.parts.values()];
  try {
    for (
      const path of options.resume ? [] : all.flatMap((part) => [part.network, part.checkpoint])
    ) {
      if (await exists(path)) throw refuseLeft(path);
    }
    for (const part of all) await checkFree({ ...part, network: coder }, options);
  } catch (error) {
    throw error instanceof UsageError ? error : refuseFolder(all[0]!, error);
  }
  return outputs;
}

async function placeNetwork({ output }: Options, name: string): Promise<string> {
  if (output === undefined || output === STANDARD_STREAM) return output ?? name;
  const info = await Deno.stat(output).catch(() => undefined);
  if (info?.isDirectory || /[/\\]$/.test(output)) return join(output, name);
  checkFileName(output, [".safetensors"]);
  return output;
}

async function checkFree(
  { network, checkpoint, log }: TrainingOutputs,
  { resume }: Options,
): Promise<void> {
  if (network !== STANDARD_STREAM && await exists(network)) {
    throw new UsageError(`"${network}" exists; --force replaces it, --output names another`);
  }
  if (resume) return;
  if (await exists(checkpoint)) throw refuseLeft(checkpoint);
  if (await exists(log)) {
    throw new UsageError(
      `"${log}" exists, the log of another run; --force replaces it, --output names another`,
    );
  }
}

function refuseLeft(path: string): UsageError {
  return new UsageError(
    `"${path}" is left from a run that was stopped; --resume goes on from it, --force starts anew`,
  );
}

/**
 * Makes the folder of a run's files, and looks whether it can be written to, so that no step is done in vain.
 *
 * @throws {Error} that names the folder.
 */
export async function prepareTrainingFolder(
  outputs: Pick<TrainingOutputs, "checkpoint">,
): Promise<void> {
  const { checkpoint } = outputs;
  try {
    await makeFolderFor(checkpoint);
    const dir = dirname(checkpoint);
    await Deno.remove(await Deno.makeTempFile({ dir, prefix: ".nnc-", suffix: ".tmp" }));
  } catch (error) {
    throw refuseFolder(outputs, error);
  }
}

function refuseFolder({ checkpoint }: Pick<TrainingOutputs, "checkpoint">, cause: unknown): Error {
  const folder = dirname(checkpoint);
  return new Error(`The folder "${folder}" cannot be written to. ${describeError(cause)}`, {
    cause,
  });
}
