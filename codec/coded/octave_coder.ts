/**
 * The samples of an octave to runs of bytes and back: phase (1,1) from (0,0), then (1,0) and (0,1) from both.
 *
 * A run is a band of cell rows that decodes by itself: it starts from what was learnt before its step, and its neighbours
 * in other bands count as unknown. Stripes of runs are coded side by side by workers, the first of a step before all others,
 * as the next step waits for what it teaches.
 *
 * @module
 */

import type { ExactNetwork } from "../../gpu/exact_network.ts";
import { Lanes } from "../../platform/lanes.ts";
import { CALLING_THREAD, type Workers } from "../../platform/tasks.ts";
import { Adaptation } from "../entropy/adaptation.ts";
import type { CoderStep } from "../lattice/coder_steps.ts";
import type { Raster, Size } from "../lattice/raster.ts";
import type { OfferNetwork } from "./coder.ts";
import { type CodedStripe, takeErrors } from "./diagonal_errors.ts";
import type { BinRoom } from "./bin_room.ts";
import type { DecodedPixels } from "./decoded_pixels.ts";
import { putColours } from "./lossy_restored.ts";
import { countPixels, cutRows, pixelAt, rowsAround } from "./octave_rows.ts";
import {
  cellsInput,
  type Coarseness,
  isCoarse,
  knownCells,
  OCTAVE_STEPS,
  type OctavePixels,
} from "./stripe_phases.ts";
import { CODE_STRIPE, type StripeInput, type StripeResult } from "./stripe_task.ts";
import { cellsOf, type Rows, runsOf, type Stripe, stripesOf } from "./stripes.ts";

/** What coding an octave takes. */
export interface OctaveOptions extends Coarseness {
  /** The networks of the octave. */
  readonly networks: Readonly<Record<CoderStep, ExactNetwork>>;
  /** Offered them before the processor, which runs them where the samples are coded. Default: nobody. */
  readonly run?: OfferNetwork | undefined;
  /** What codes stripes. Default: the calling thread. */
  readonly workers?: Workers | undefined;
  /** What was learnt in coarser octaves. */
  readonly adaptation: Adaptation;
  /** Told how many more pixels are coded. Default: nobody. */
  readonly onCoded?: ((pixels: number) => void) | undefined;
  /** Aborts, with its reason. */
  readonly signal?: AbortSignal | undefined;
  /** How many steps are coded, 1 or 2. Default: both. */
  readonly stepCount?: number | undefined;
  /** Gets the colours that a reader restores of what is coded, of a lossy file. Default: nobody asks for them. */
  readonly colours?: Raster | undefined;
  /** Gets the room that these have inside of their bins. Default: nobody asks for it. */
  readonly room?: BinRoom | undefined;
}

/** The runs of an octave's first step or of both, of which the last may lack some. */
export type OctaveRuns = readonly (readonly (Uint8Array | undefined)[])[];

/** The octave's coded bytes, step by step, run by run, and what was learnt from it. */
export interface CodedOctave {
  /** `[step][run]` */
  readonly steps: readonly (readonly Uint8Array[])[];
  /** For the next finer octave. */
  readonly adaptation: Adaptation;
}

/**
 * Encodes an octave.
 *
 * @param image 1 or 3 channels; in quanta where the file is lossy. Samples become what stands for their bins, but for those at even
 * columns and rows, which are that already
 */
export async function encodeOctave(
  image: OctavePixels,
  options: OctaveOptions,
): Promise<CodedOctave> {
  const { results, adaptation } = await codeSteps(image, options);
  const steps = results.map((stripes) => stripes.flatMap(({ streams }) => streams));
  return { steps, adaptation };
}

/** What decoding an octave takes. */
export interface DecodeOctaveOptions extends Omit<OctaveOptions, "stepCount" | "colours" | "room"> {
  /** Its runs. */
  readonly steps: OctaveRuns;
}

/**
 * Decodes an octave, or as much of it as there is, into pixels that `startOctave` gives.
 *
 * @returns what was learnt from it
 */
export async function decodeOctave(
  { image, quanta, room }: DecodedPixels,
  options: DecodeOctaveOptions,
): Promise<Adaptation> {
  const { adaptation } = await codeSteps(quanta ?? image, {
    ...options,
    stepCount: options.steps.length,
    colours: quanta && image,
    room,
  });
  return adaptation;
}

/** How many runs each step of an octave has. */
export function countRuns(octave: Size): number {
  return runsOf(octave).length;
}

/** Codes the steps; decodes into `image` where bytes are given, and into `colours` what they give of these. */
async function codeSteps(
  image: OctavePixels,
  options: OctaveOptions & { steps?: OctaveRuns },
): Promise<{ results: CodedStripe[][]; adaptation: Adaptation }> {
  const { workers = CALLING_THREAD, steps, colours, room, onCoded } = options;
  const stripes = stripesOf(image);
  // One more than there are workers, so that none waits for its next stripe.
  using lanes = new Lanes(workers.count > 1 ? workers.count + 1 : 1);
  const results: Promise<CodedStripe>[][] = [];
  let adaptation = options.adaptation.forOctave();
  for (const [index, { step }] of OCTAVE_STEPS.slice(0, options.stepCount).entries()) {
    const before = results.at(-1);
    const learnt = adaptation;
    const coded = stripes.map((stripe, place) =>
      lanes.add(async () => {
        const cells = rowsAround(stripe, { image, network: options.networks[step] });
        if (before && (steps || isCoarse(options))) {
          await Promise.all(stripesIn(cells, { stripes, of: before }));
        }
        const result = await codeStripe(stripe, {
          ...options,
          workers,
          step,
          image,
          cells,
          learnt,
          diagonal: before && await takeErrors(before, { place, octave: image }),
          streams: steps && streamsOf(stripe, steps[index]!),
        });
        if (result.pixels) image.data.set(result.pixels, pixelAt(image, stripe.first));
        if (colours && result.colours) putColours(colours, { step, stripe, data: result.colours });
        if (room && result.room) putColours(room, { step, stripe, data: result.room });
        onCoded?.(countPixels(image, { stripe, step }));
        const { streams, learnt: now, errors } = result;
        return { streams, learnt: now, errors };
      })
    );
    results.push(coded);
    adaptation = new Adaptation((await coded[0]!).learnt);
  }
  return { results: await Promise.all(results.map((coded) => Promise.all(coded))), adaptation };
}

async function codeStripe(
  stripe: Stripe,
  options: OctaveOptions & Pick<StripeInput, "step" | "learnt" | "diagonal" | "streams"> & {
    workers: Workers;
    image: OctavePixels;
    cells: Rows;
  },
): Promise<StripeResult> {
  const { step, networks, run, workers, image, cells, maxError, lossy, signal } = options;
  const { learnt, diagonal, streams } = options;
  const window = cutRows(image, cells);
  const network = networks[step];
  const outputs = await run?.(network, {
    shape: cellsOf(window),
    input: () => cellsInput(knownCells(window, step), options),
    signal,
  });
  const runs = stripe.runs.map(({ first, end }) => ({
    first: first - cells.first,
    end: end - cells.first,
  }));
  const { weights, ratios, counts, squares } = learnt;
  const input = {
    step,
    network,
    outputs,
    window,
    runs,
    streams,
    learnt: { weights, ratios, counts, squares },
    diagonal,
    maxError,
    lossy,
    wantsColours: options.colours !== undefined,
    roomSteps: options.room?.steps,
  };
  return await workers.run(CODE_STRIPE, { input, signal });
}

function streamsOf(
  { firstRun, runs }: Stripe,
  step: OctaveRuns[number],
): (Uint8Array | undefined)[] {
  // They are parts of the file, which would be sent along with each of them.
  return step.slice(firstRun, firstRun + runs.length).map((bytes) => bytes?.slice());
}

/** What is under way of the stripes that rows lie in. */
function stripesIn(
  rows: Rows,
  { stripes, of }: { stripes: readonly Stripe[]; of: readonly Promise<CodedStripe>[] },
): Promise<CodedStripe>[] {
  return of.filter((_, index) =>
    stripes[index]!.first < rows.end && stripes[index]!.end > rows.first
  );
}

export { OCTAVE_STEPS } from "./stripe_phases.ts";
export { RUN_CELLS } from "./stripes.ts";
