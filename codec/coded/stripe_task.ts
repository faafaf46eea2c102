/**
 * One stripe of a step, coded here or on a worker: pixels around it and what was learnt before to runs of bytes, or runs of
 * bytes to pixels.
 *
 * @module
 */

import type { ExactNetwork } from "../../gpu/exact_network.ts";
import { ExactProcessor } from "../../gpu/exact_processor.ts";
import { runExactNetwork } from "../../gpu/exact_reference.ts";
import type { Task } from "../../platform/tasks.ts";
import { Adaptation, type Learnt } from "../entropy/adaptation.ts";
import type { CodedPhase } from "../entropy/coded_phase.ts";
import { openRunCoder, type RunCoder } from "../entropy/run_coder.ts";
import type { CoderStep } from "../lattice/coder_steps.ts";
import type { RunNetwork } from "./coder.ts";
import { type BinRoom, noRoom, type RoomSteps } from "./bin_room.ts";
import { coloursOfPhases } from "./lossy_restored.ts";
import {
  cellsInput,
  type Coarseness,
  isCoarse,
  knownCells,
  knownPixels,
  type OctavePixels,
  putRepresentatives,
  stripePhases,
  takeSamples,
} from "./stripe_phases.ts";
import type { Rows } from "./stripes.ts";

/** A stripe that is to be coded. */
export interface StripeInput extends Coarseness {
  /** Of which step. */
  readonly step: CoderStep;
  /** The step's network. */
  readonly network: ExactNetwork;
  /** What the network says of the window, where it has been run elsewhere: `[height][width][9 · coded phases]`. */
  readonly outputs?: ArrayLike<number> | undefined;
  /** The stripe's rows of pixels, and as many around them as the network looks at. */
  readonly window: OctavePixels;
  /** The stripe's runs, in rows of the window's cells. */
  readonly runs: readonly Rows[];
  /** The bytes of each that is there; absent where they are to be written. */
  readonly streams?: readonly (Uint8Array | undefined)[] | undefined;
  /** What each run starts from. */
  readonly learnt: Learnt;
  /** Errors of phase (1,1) from the row above the stripe on, if there is one, where the step before has coded it. */
  readonly diagonal?: Int16Array | undefined;
  /** Whether colours inside the bins are asked for, of a lossy file. */
  readonly wantsColours?: boolean | undefined;
  /** What the room that these have is told in, where that is asked for as well. */
  readonly roomSteps?: RoomSteps | undefined;
}

/** A stripe that was coded. */
export interface StripeResult {
  /** The bytes of each run; none where they were read. */
  readonly streams: readonly Uint8Array[];
  /** What the first run knew at its end. */
  readonly learnt: Learnt;
  /** Errors of phase (1,1) in the stripe's rows, of the step that codes it. */
  readonly errors: Int16Array;
  /** The stripe's pixels, where they were read, or are what stands for what was written. */
  readonly pixels?: Uint8Array | Int16Array | undefined;
  /** Colours inside the bins of the step's pixels, where they are asked for; the others mean nothing. */
  readonly colours?: Uint8Array | undefined;
  /** The room that these have inside of their bins, where it is asked for. */
  readonly room?: Uint8Array | undefined;
}

/** Codes a stripe. */
export const CODE_STRIPE: Task<StripeInput, StripeResult> = {
  name: "code stripe",
  work: codeStripe,
};

async function codeStripe(input: StripeInput): Promise<StripeResult> {
  const { step, window, runs, streams, diagonal, maxError, lossy } = input;
  if (streams && !streams.some((stream) => stream !== undefined)) {
    return { streams: [], learnt: input.learnt, errors: new Int16Array(0) };
  }
  const { run: runNetwork, coder } = await openProcessors();
  const known = knownCells(window, step);
  const outputs = input.outputs ??
    await runNetwork(input.network, { input: cellsInput(known, input), shape: known });
  // Of phases that are known, the row above is looked at.
  const rows = { first: Math.max(0, runs[0]!.first - 1), end: runs.at(-1)!.end };
  const phases = stripePhases(window, { step, known, outputs, rows, diagonal, maxError, lossy });
  const bytes: Uint8Array[] = [];
  const learnt: Adaptation[] = [];
  if (!streams) phases.forEach((phase) => takeSamples(window, { phase, rows }));
  for (const [index, run] of runs.entries()) {
    const { first, end } = run;
    const adaptation = new Adaptation(input.learnt);
    const pixels = knownPixels(window, { step, run });
    const band = { phases, adaptation, pixels, first: first - rows.first, end: end - rows.first };
    if (!streams) bytes.push(coder.encode(band));
    else if (streams[index]) coder.decode(band, streams[index]);
    learnt.push(adaptation);
  }
  const changes = streams !== undefined || isCoarse(input);
  if (changes) phases.forEach((phase) => putRepresentatives(window, { phase, rows }));
  const { weights, ratios, counts, squares } = learnt[0]!;
  return {
    streams: bytes,
    learnt: { weights, ratios, counts, squares },
    errors: errorsOf(phases[0]!, { from: runs[0]!.first - rows.first }),
    ...changes && { pixels: pixelRows(window, runs) },
    ...input.wantsColours &&
      coloursOf(window, { phases, rows, runs, roomSteps: input.roomSteps }),
  };
}

/** Errors of phase (1,1), from a row on; none of others, which nobody asks for. */
function errorsOf({ phase, planes }: CodedPhase, { from }: { from: number }): Int16Array {
  const { errors, width } = planes[phase]!;
  return phase === 0 ? errors.slice(from * width * 3) : new Int16Array(0);
}

/** Colours inside the bins of phases, in the rows of pixels that runs take, and the room that they have. */
function coloursOf(
  { width, height, channels: count }: OctavePixels,
  { phases, rows, runs, roomSteps }: {
    phases: readonly CodedPhase[];
    rows: Rows;
    runs: readonly Rows[];
    roomSteps?: RoomSteps | undefined;
  },
): Pick<StripeResult, "colours" | "room"> {
  const channels = count as 1 | 3;
  const image = { width, height, channels, data: new Uint8Array(width * height * channels) };
  const room = roomSteps && noRoom(image, { channels, steps: roomSteps });
  phases.forEach((phase) => coloursOfPhases(image, { phase, rows, room }));
  const colours = pixelRows(image, runs) as Uint8Array;
  return { colours, ...room && { room: pixelRows(room, runs) as Uint8Array } };
}

/** The rows of pixels that runs take. */
function pixelRows(
  { width, channels, data }: OctavePixels | BinRoom,
  runs: readonly Rows[],
): Uint8Array | Int16Array {
  const row = 2 * width * channels;
  return data.slice(runs[0]!.first * row, runs.at(-1)!.end * row);
}

let opened: Promise<{ run: RunNetwork; coder: RunCoder }> | undefined;

/** What this thread codes with, opened once. */
function openProcessors(): Promise<{ run: RunNetwork; coder: RunCoder }> {
  return opened ??= (async () => {
    const [processor, coder] = await Promise.all([ExactProcessor.open(), openRunCoder()]);
    return {
      run: processor ? (network, options) => processor.run(network, options) : runExactNetwork,
      coder,
    };
  })();
}
