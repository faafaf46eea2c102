/**
 * A command over several files, killed.
 *
 * @module
 */

import { assert, assertEquals } from "npm:deno-std@1.4.0/assert/mod.js";
import type { Dice } from "../fuzz/dice.ts";
import { Workplace } from "../support/run_nnc.ts";
import { BATCH_KINDS, type BatchKind } from "./batch_kinds.ts";
import { runAndKill, type RunPlace, runWhole, type WholeRun } from "./struck_run.ts";

const FILES = 6;

/** What lies under a final name before the program replaces it. */
const OLD = new TextEncoder().encode("what was there before");

/** A batch of small files into the folder `out`. */
export class BatchVictim implements Disposable {
  /** The command, and what it does or with which option. */
  readonly command: keyof typeof BATCH_KINDS;
  readonly #place: Workplace;
  readonly #arguments: readonly string[];
  readonly #runPlace: RunPlace;
  /** What each input holds, which nothing may harm. */
  readonly #inputs = new Map<string, Uint8Array>();
  /** What each output must be once it is new. */
  readonly #expected = new Map<string, Uint8Array>();
  #whole: WholeRun = { firstLine: 0, end: 0 };

  private constructor(
    command: keyof typeof BATCH_KINDS,
    { place, inputs }: { place: Workplace; inputs: readonly string[] },
  ) {
    this.command = command;
    this.#place = place;
    const { command: [name, ...options], exit }: BatchKind = BATCH_KINDS[command];
    this.#runPlace = { cwd: place.folder, exit };
    this.#arguments = [name, ...inputs, "--output", "out", ...options];
    for (const input of inputs) this.#inputs.set(input, Deno.readFileSync(place.path(input)));
  }

  /** Makes the inputs, and has them worked on once to know the outputs. */
  static async open(command: keyof typeof BATCH_KINDS): Promise<BatchVictim> {
    const place = new Workplace();
    const inputs: string[] = [];
    for (let index = 0; index < FILES; index++) {
      inputs.push(await BATCH_KINDS[command].addInput(place, index));
    }
    const victim = new BatchVictim(command, { place, inputs });
    place.addNetwork("net.safetensors");
    victim.#whole = await runWhole(victim.#arguments, victim.#runPlace);
    for (const name of place.list("out/")) {
      victim.#expected.set(name, Deno.readFileSync(place.path(name)));
    }
    assertEquals(victim.#expected.size, FILES);
    return victim;
  }

  /** See `Victim`. Every second output is there before, and is to be replaced. */
  async strike(dice: Dice): Promise<boolean> {
    Deno.removeSync(this.#place.path("out"), { recursive: true });
    Deno.mkdirSync(this.#place.path("out"));
    const names = [...this.#expected.keys()];
    const replaced = names.filter((_, index) => index % 2 === 0);
    for (const name of replaced) Deno.writeFileSync(this.#place.path(name), OLD);
    const { firstLine, end } = this.#whole;
    // Most strikes hit while files are written, the others at any time.
    const from = dice.chance(0.7) ? 0.9 * firstLine : 0;
    const after = from + (end - from) * dice.below(1000) / 1000;
    const killed = await runAndKill([...this.#arguments, "--force"], {
      ...this.#runPlace,
      after,
    });
    this.#examine(replaced);
    return killed;
  }

  #examine(replaced: readonly string[]): void {
    for (const [name, bytes] of this.#inputs) {
      assert(same(Deno.readFileSync(this.#place.path(name)), bytes), `"${name}" was harmed`);
    }
    const found = this.#place.list("out/");
    for (const name of replaced) assert(found.includes(name), `"${name}" is lost`);
    for (const name of found) {
      if (/^out\/\.[^/]+\.tmp$/.test(name)) continue;
      const bytes = Deno.readFileSync(this.#place.path(name));
      const expected = this.#expected.get(name);
      if (!expected) throw new Error(`Nobody asked for "${name}"`);
      const old = replaced.includes(name) && same(bytes, OLD);
      assert(old || same(bytes, expected), `"${name}" is neither the old file nor the new one`);
    }
  }

  /** See `Victim`: a resumed batch does what is left. */
  async finish(): Promise<void> {
    for (const name of this.#place.list("out/")) {
      const bytes = Deno.readFileSync(this.#place.path(name));
      if (same(bytes, OLD)) Deno.removeSync(this.#place.path(name));
    }
    const missing = [...this.#expected.keys()].some((name) => !exists(this.#place.path(name)));
    if (missing) await runWhole([...this.#arguments, "--skip-existing"], this.#runPlace);
    for (const [name, bytes] of this.#expected) {
      assert(same(Deno.readFileSync(this.#place.path(name)), bytes), `"${name}" is not whole`);
    }
  }

  [Symbol.dispose](): void {
    this.#place[Symbol.dispose]();
  }
}

function same(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}

function exists(path: string): boolean {
  try {
    Deno.lstatSync(path);
    return true;
  } catch {
    return false;
  }
}
