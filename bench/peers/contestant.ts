/** What is compared: a library that holds a chain and its input, ready to run. @module */

import type { Chain, Padding } from "./chain.ts";

/** What a library is given. */
export interface Contest {
  readonly chain: Chain;
  /** Cells of the plane. */
  readonly plane: { readonly width: number; readonly height: number };
  /** `[height][width][inputs]` */
  readonly input: Float32Array;
  readonly padding: Padding;
}

/** A chain loaded into a library. */
export interface Contestant {
  /** The library, its version and what it runs on. */
  readonly name: string;
  /** Runs the chain so many times and then waits for the end; the output stays where it is. */
  run(times: number): Promise<void>;
  /** The output of the last run, `[height][width][outputs]`. */
  read(): Promise<Float32Array>;
  close(): Promise<void>;
}

/** Loads a task into a library. */
export type Opener = (task: Contest) => Promise<Contestant>;

/** `[channels][height][width]` from `[height][width][channels]`. */
export function toPlanar(values: Float32Array, channels: number): Float32Array<ArrayBuffer> {
  const cells = values.length / channels;
  const planar = new Float32Array(values.length);
  for (let at = 0; at < values.length; at++) {
    planar[at % channels * cells + Math.floor(at / channels)] = values[at]!;
  }
  return planar;
}

/** `[height][width][channels]` from `[channels][height][width]`. */
export function fromPlanar(values: Float32Array, channels: number): Float32Array {
  const cells = values.length / channels;
  const interleaved = new Float32Array(values.length);
  for (let at = 0; at < values.length; at++) {
    interleaved[at] = values[at % channels * cells + Math.floor(at / channels)]!;
  }
  return interleaved;
}
