/**
 * The `nnCD` chunks: the runs of every coded step, coarse to fine.
 *
 * A chunk has runs of one step that follow each other, and takes at most a mebibyte, as some programs skip larger ones.
 *
 * @module
 */

import { ContainerError } from "./container_error.ts";
import { viewOf } from "./image/bytes.ts";
import type { Chunk } from "./image/metadata.ts";

/** Type of the chunks: ancillary, private, unsafe to copy. */
export const STEP_CHUNK_TYPE = "nnCD";

/** Bytes that a chunk's data takes at most, unless a single run is longer. */
const MOST_BYTES = 2 ** 20;

// byte  0         1          3          5                  for every run
//      +---------+----------+----------+  +------------+--------------+
//      | step u8 | first    | runs u16 |  | length u32 | coded bytes  |
//      | from 0  | run u16  |          |  |            |              |
//      +---------+----------+----------+  +------------+--------------+
const HEAD_BYTES = 5;
const LENGTH_BYTES = 4;

/** Writes the runs of one step. */
export function encodeStep(step: number, runs: readonly Uint8Array[]): Chunk[] {
  const chunks: Chunk[] = [];
  for (let first = 0; first < runs.length;) {
    let end = first;
    let bytes = HEAD_BYTES;
    do bytes += LENGTH_BYTES + runs[end++]!.length; while (
      end < runs.length && bytes + LENGTH_BYTES + runs[end]!.length <= MOST_BYTES
    );
    chunks.push({
      type: STEP_CHUNK_TYPE,
      data: encodeRuns(runs.slice(first, end), { step, first, bytes }),
    });
    first = end;
  }
  return chunks;
}

function encodeRuns(
  runs: readonly Uint8Array[],
  { step, first, bytes }: { step: number; first: number; bytes: number },
): Uint8Array {
  const data = new Uint8Array(bytes);
  const view = viewOf(data);
  view.setUint8(0, step);
  view.setUint16(1, first);
  view.setUint16(3, runs.length);
  let at = HEAD_BYTES;
  for (const run of runs) {
    view.setUint32(at, run.length);
    data.set(run, at + LENGTH_BYTES);
    at += LENGTH_BYTES + run.length;
  }
  return data;
}

/** The runs of a step; those that are not there are `undefined`. */
export type StepRuns = readonly (Uint8Array | undefined)[];

/**
 * The runs of every step. A file may end anywhere, and lack chunks that were damaged.
 *
 * @param chunks the file's `nnCD` chunks
 * @param counts how many runs each step has
 * @throws {ContainerError} if chunks are cut off, out of order, or speak of steps or runs that there are not.
 */
export function decodeSteps(
  chunks: readonly Pick<Chunk, "data">[],
  counts: readonly number[],
): StepRuns[] {
  const steps = counts.map((count) => new Array<Uint8Array | undefined>(count).fill(undefined));
  let next = { step: 0, run: 0 };
  for (const { data } of chunks) {
    const { step, first, parts } = decodeRuns(data);
    if (step < next.step || step === next.step && first < next.run) {
      throw new ContainerError(
        `"${STEP_CHUNK_TYPE}" has run ${first} of step ${step} where run ${next.run} of step ${next.step} or a later one ` +
          "is expected",
      );
    }
    const runs = steps[step];
    if (!runs) {
      throw new ContainerError(
        `"${STEP_CHUNK_TYPE}" speaks of step ${step}, and the file has ${counts.length} steps`,
      );
    }
    next = { step, run: first + parts.length };
    if (next.run > runs.length) {
      throw new ContainerError(`Step ${step} has ${runs.length} runs, found ${next.run}`);
    }
    parts.forEach((part, index) => runs[first + index] = part);
  }
  return steps;
}

/** How many steps are whole, from the first on. */
export function countWholeSteps(steps: readonly StepRuns[]): number {
  const broken = steps.findIndex((runs) => runs.includes(undefined));
  return broken < 0 ? steps.length : broken;
}

function decodeRuns(data: Uint8Array): { step: number; first: number; parts: Uint8Array[] } {
  const cutOff = () =>
    new ContainerError(`"${STEP_CHUNK_TYPE}" is cut off after ${data.length} bytes`);
  if (data.length < HEAD_BYTES) throw cutOff();
  const view = viewOf(data);
  const parts: Uint8Array[] = [];
  let at = HEAD_BYTES;
  for (let count = view.getUint16(3); count > 0; count--) {
    if (at + LENGTH_BYTES > data.length) throw cutOff();
    const end = at + LENGTH_BYTES + view.getUint32(at);
    if (end > data.length) throw cutOff();
    parts.push(data.subarray(at + LENGTH_BYTES, end));
    at = end;
  }
  return { step: data[0]!, first: view.getUint16(1), parts };
}
