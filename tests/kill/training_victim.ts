/**
 * Training, killed: it must go on from its checkpoint and end where a run ends that nobody killed.
 *
 * @module
 */

import { assert, assertEquals } from "npm:deno-std@1.4.0/assert/mod.js";
import { decodeCheckpoint } from "../../train/checkpoint.ts";
import { type LogPoint, parseTrainingLog } from "../../train/training_log.ts";
import { decodeNetwork } from "../../weights/network_file.ts";
import type { Dice } from "../fuzz/dice.ts";
import { Workplace } from "../support/run_nnc.ts";
import { runAndKill, runWhole } from "./struck_run.ts";

const OUTPUT = "trained.safetensors";
const CHECKPOINT = `${OUTPUT}.checkpoint`;
const LOG = `${OUTPUT}.log.jsonl`;
const ARGUMENTS = [
  ...["train", "a.png", "b.png", "--weights", "net.safetensors", "--output", OUTPUT],
  ...["--steps", "50", "--batch", "1", "--patch", "8", "--rate", "0.001"],
];

/** A short run with a checkpoint every ten steps. */
export class TrainingVictim implements Disposable {
  /** The command. */
  readonly command = "train";
  readonly #place = new Workplace();
  /** What a run that nobody kills ends with. */
  #expected = new Uint8Array(0);
  #expectedLog: readonly LogPoint[] = [];
  #length = 0;
  #reached = 0;

  private constructor() {}

  /** Makes two photos and a small network, and trains once to know the result. */
  static async open(): Promise<TrainingVictim> {
    const victim = new TrainingVictim();
    const place = victim.#place;
    await place.addScene("a.png", { width: 64, height: 48, seed: 1 });
    await place.addScene("b.png", { width: 64, height: 48, seed: 2 });
    place.addNetwork("net.safetensors");
    victim.#length = (await runWhole(ARGUMENTS, { cwd: place.folder })).end;
    victim.#expected = Deno.readFileSync(place.path(OUTPUT));
    victim.#expectedLog = victim.#readLog();
    for (const name of [OUTPUT, LOG]) Deno.removeSync(place.path(name));
    return victim;
  }

  /** See `Victim`. Goes on from the checkpoint that the last strike left. */
  async strike(dice: Dice): Promise<boolean> {
    const cwd = this.#place.folder;
    const after = this.#length * dice.below(1100) / 1000;
    const killed = await runAndKill(this.#arguments(), { cwd, after });
    this.#examine();
    if (this.#has(OUTPUT)) this.#startAnew();
    return killed;
  }

  /** See `Victim`. */
  async finish(): Promise<void> {
    await runWhole(this.#arguments(), { cwd: this.#place.folder });
    this.#examine();
    assert(this.#has(OUTPUT), "There is no network after training has ended");
  }

  #arguments(): string[] {
    return [...ARGUMENTS, ...this.#has(CHECKPOINT) ? ["--resume"] : []];
  }

  #examine(): void {
    const known = ["a.png", "b.png", "net.safetensors", OUTPUT, CHECKPOINT, LOG];
    for (const name of this.#place.list()) {
      assert(known.includes(name) || name.endsWith(".tmp"), `Nobody asked for "${name}"`);
    }
    if (this.#has(CHECKPOINT)) {
      const { state } = decodeCheckpoint(Deno.readFileSync(this.#place.path(CHECKPOINT)));
      assert(
        state.step >= this.#reached,
        `It fell back from step ${this.#reached} to ${state.step}`,
      );
      this.#reached = state.step;
    } else assert(this.#reached === 0 || this.#has(OUTPUT), "The checkpoint is lost");
    this.#examineLog();
    if (!this.#has(OUTPUT)) return;
    const bytes = Deno.readFileSync(this.#place.path(OUTPUT));
    decodeNetwork(bytes);
    assertEquals(bytes, this.#expected, "It ended elsewhere than a run that nobody killed");
  }

  /** What is logged is what a run logs that nobody killed, up to the last validation or the one before. */
  #examineLog(): void {
    const empty = !this.#has(LOG) || Deno.statSync(this.#place.path(LOG)).size === 0;
    if (empty) {
      assert(!this.#has(OUTPUT), "The log is lost");
      return;
    }
    assert(this.#has(CHECKPOINT) || this.#has(OUTPUT), "A log is left of a run that is lost");
    const judged = ({ step, score, best }: LogPoint) => ({ step, score, best });
    const logged = this.#readLog().map(judged);
    // A run that was killed between its first checkpoint and its log begins it later.
    const first = this.#expectedLog.findIndex(({ step }) => step === logged[0]?.step);
    const expected = this.#expectedLog.slice(Math.max(first, 0)).map(judged);
    assertEquals(logged, expected.slice(0, logged.length), "The log tells of another run");
    const last = logged.at(-1)?.step ?? 0;
    if (this.#has(OUTPUT)) assertEquals(logged.length, expected.length, "The log is not whole");
    else assert(last <= this.#reached, `The log is ahead of the checkpoint: ${last}`);
  }

  #readLog(): readonly LogPoint[] {
    return parseTrainingLog(Deno.readTextFileSync(this.#place.path(LOG))).points;
  }

  #startAnew(): void {
    for (const name of [OUTPUT, CHECKPOINT, LOG]) {
      if (this.#has(name)) Deno.removeSync(this.#place.path(name));
    }
    this.#reached = 0;
  }

  #has(name: string): boolean {
    return this.#place.list().includes(name);
  }

  [Symbol.dispose](): void {
    this.#place[Symbol.dispose]();
  }
}
