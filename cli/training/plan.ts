/**
 * What `nnc train` trains: the part that differs between networks that draw and coder networks.
 *
 * @module
 */

import type { Checkpoint } from "../../train/checkpoint.ts";
import type { AnyRecipe } from "../../train/coder_recipe.ts";
import type { RunOptions, RunResult } from "../../train/train_options.ts";

/** A run, ready to be started. */
export interface PlannedRun {
  /** What is run, complete. */
  readonly recipe: AnyRecipe;
  /** Runs it, from its start or from the checkpoint that it was planned with. */
  run(options: RunOptions): Promise<RunResult>;
  /** The file of the network that came out, given what it learnt from in words. */
  encode(result: RunResult, data: string): Uint8Array<ArrayBuffer>;
}

/** What the options ask for. */
export interface TrainingPlan {
  /** Where the network goes if the options do not say. */
  readonly output: string;
  /** What is trained, for JSON. */
  readonly facts: { readonly lattice: string | null; readonly coder: string | null };
  /**
   * Refuses a checkpoint of another kind of run.
   *
   * @throws {UsageError}
   */
  checkCheckpoint(recipe: AnyRecipe, path: string): void;
  /** Finds the network that the run starts from, if it does not go on from a checkpoint. */
  prepare(resume: Checkpoint | undefined): Promise<PlannedRun>;
  /** What a score is of, for people. */
  readonly judged: string;
  /** How the network is used, for people; empty where there is nothing to say. */
  describeUse(output: string): string;
}
