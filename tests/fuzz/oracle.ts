/**
 * Tells errors that people can read from those of a program that lost its way.
 *
 * @module
 */

import { ContainerError } from "../../codec/container_error.ts";
import { ImageError } from "../../codec/image/image_error.ts";
import { LatticeError } from "../../codec/lattice/lattice_error.ts";
import { TrainingError } from "../../train/training_error.ts";
import { WeightsError } from "../../weights/weights_error.ts";

const TYPED = [ImageError, ContainerError, LatticeError, WeightsError, TrainingError];

const MOST_LETTERS = 600;

/** Pixels that the targets may decode: far above what the sound files have, so that lies can get through. */
export const MAX_PIXELS = 100_000;

/** How all of them read. */
export const READING = { maxPixels: MAX_PIXELS, onWarning: expectWarning };

/** A broken promise of the code under test. */
export class Finding extends Error {
  /** Tells findings from the errors that they are about. */
  override readonly name = "Finding";
}

/**
 * Takes an error of ours, a sentence that is safe to print, for an answer.
 *
 * @returns the error's name
 * @throws {Finding} if it is anything else.
 */
export function expectTyped(error: unknown, target: string): string {
  if (!TYPED.some((type) => error instanceof type)) {
    const stack = error instanceof Error ? error.stack : String(error);
    throw new Finding(`${target} threw what is none of our errors: ${stack}`);
  }
  const { message, name } = error as Error;
  const complaint = complainAbout(message);
  if (complaint) throw new Finding(`${target}'s ${name} ${complaint}: ${JSON.stringify(message)}`);
  return name;
}

function complainAbout(message: string): string | undefined {
  if (!/^["A-Z]/.test(message) || !/ /.test(message)) return "is no sentence";
  if (message.length > MOST_LETTERS) return `is ${message.length} letters long`;
  // Files must not move the cursor of a terminal or turn its text around.
  if (/[\p{Cc}\p{Cf}\p{Cs}]/u.test(message)) return "has letters that do not print";
  if (message.includes("[object")) return "shows an object";
  return undefined;
}

/**
 * Looks at a warning as people read it.
 *
 * @throws {Finding} if it is no sentence that is safe to print.
 */
function expectWarning(message: string): void {
  const complaint = complainAbout(message);
  if (complaint) throw new Finding(`A warning ${complaint}: ${JSON.stringify(message)}`);
}

/** Holds the code to something that must be so. */
export function demand(holds: boolean, what: string): asserts holds {
  if (!holds) throw new Finding(`It must hold that ${what}`);
}

/**
 * Has a decoder try a file.
 *
 * @returns whether the target accepted it, or the name of its error
 * @throws {Finding} if it breaks a promise.
 */
export async function attempt(target: string, work: () => unknown): Promise<string> {
  try {
    await work();
    return `${target} accepted it`;
  } catch (error) {
    if (error instanceof Error && error.name === "Finding") throw error;
    return `${target}: ${expectTyped(error, target)}`;
  }
}

/** An error of ours is an answer of a decoder, but none of what works on a decoder's result. */
export async function mustNotThrow(what: string, work: () => unknown): Promise<void> {
  try {
    await work();
  } catch (error) {
    const text = error instanceof Error ? error.stack ?? error.message : String(error);
    demand(error instanceof Error && error.name === "Finding", `${what} does not throw: ${text}`);
    throw error;
  }
}

/** Whether two files are the same. */
export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}
