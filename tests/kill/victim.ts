/**
 * What is killed again and again, and must never lose or half-write a file.
 *
 * @module
 */

import type { Dice } from "../fuzz/dice.ts";
import { BATCH_KINDS } from "./batch_kinds.ts";
import { BatchVictim } from "./batch_victim.ts";
import { TrainingVictim } from "./training_victim.ts";

/** A command that is killed. */
export interface Victim extends Disposable {
  /** The command. */
  readonly command: string;
  /**
   * Runs it, kills it at a random moment, and looks at every file that is left.
   *
   * @returns whether it was killed; it may have ended before.
   * @throws {Error} if a file is neither whole nor as it was.
   */
  strike(dice: Dice): Promise<boolean>;
  /**
   * Lets the command go on to its end.
   *
   * @throws {Error} if the result is not that of a run that nobody killed.
   */
  finish(): Promise<void>;
}

/** The commands that write files, and how to open each. */
export const VICTIMS: Readonly<Record<string, () => Promise<Victim>>> = {
  ...Object.fromEntries(
    (Object.keys(BATCH_KINDS) as (keyof typeof BATCH_KINDS)[]).map((command) =>
      [command, () => BatchVictim.open(command)] as const
    ),
  ),
  train: () => TrainingVictim.open(),
};

/** What came of many strikes. */
export interface StrikeCount {
  /** Runs that were killed. */
  readonly killed: number;
  /** Runs that ended before they could be. */
  readonly survived: number;
}

/** Strikes until so many runs have been killed, then lets the command finish. */
export async function strikeMany(
  victim: Victim,
  options: { kills: number; dice: Dice },
): Promise<StrikeCount> {
  const { kills, dice } = options;
  let killed = 0;
  let survived = 0;
  while (killed < kills) {
    if (await victim.strike(dice)) killed++;
    else survived++;
    if (survived > 10 * kills + 10) throw new Error(`${victim.command} ends before it is killed`);
  }
  await victim.finish();
  return { killed, survived };
}
