/**
 * The samples of an octave to runs of bytes and back: phase (1,1) from (0,0), then (1,0) and (0,1) from both.
 *
 * A run is a band of cell rows that decodes by itself: it starts from what was learnt before its step, and its neighbours
 * in other bands count as unknown.
 *
 * @module
 */

import type { ExactNetwork } from "../../gpu/exact_network.ts";
import type { Cells } from "../../gpu/geometry.ts";
import { pause } from "../../platform/pause.ts";
import { Adaptation } from "../entropy/adaptation.ts";
import { binOf, representativeOf } from "../entropy/bins.ts";
import { type CodedPhase, ErrorPlane, PhaseCoder } from "../entropy/phase_coder.ts";
import { RangeDecoder, RangeEncoder } from "../entropy/range_coder.ts";
import { joinCells, keptCells, splitCells } from "../lattice/cells.ts";
import type { CoderStep } from "../lattice/coder_steps.ts";
import { edgesOutside, fillKept } from "../lattice/filling.ts";
import type { Channels, Raster, Size } from "../lattice/raster.ts";
import { countInside } from "../lattice/sampling.ts";
import { CODED_COLOURS, networkInput, phasePredictions } from "./coder.ts";

/** Cells of a run, rounded up to whole rows. */
export const RUN_CELLS = 2 ** 16;

/** Runs a network over a plane: `[height][width][inputs]` to `[height][width][outputs]`. */
export type RunNetwork = (
  network: ExactNetwork,
  options: { input: Int32Array; shape: Size },
) => ArrayLike<number> | Promise<ArrayLike<number>>;

/** What coding an octave takes. */
export interface OctaveOptions {
  /** The networks of the octave. */
  readonly networks: Readonly<Record<CoderStep, ExactNetwork>>;
  /** Runs them. */
  readonly run: RunNetwork;
  /** What was learnt in coarser octaves. */
  readonly adaptation: Adaptation;
  /** Largest error in grey levels; 0 is lossless. */
  readonly maxError: number;
}

/** Where the coded phases lie in a cell, in the order of coding, and at which place `splitCells` by grid has them. */
const PHASES = [
  { x: 1, y: 1, missing: 2 },
  { x: 1, y: 0, missing: 0 },
  { x: 0, y: 1, missing: 1 },
] as const;

/** The steps of an octave, and which phases each codes. */
export const OCTAVE_STEPS: readonly {
  readonly step: CoderStep;
  readonly phases: readonly number[];
}[] = [
  { step: "diagonal", phases: [0] },
  { step: "quincunx", phases: [1, 2] },
];

/** What is known of an octave while it is coded. */
interface OctaveState {
  readonly size: Size;
  readonly colours: 1 | 3;
  readonly kept: Cells;
  readonly missing: Cells;
  readonly planes: readonly ErrorPlane[];
}

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
 * @param image every sample the representative of its bin; 1 or 3 channels
 */
export async function encodeOctave(image: Raster, options: OctaveOptions): Promise<CodedOctave> {
  const { kept, missing } = splitCells(image, "grid");
  const state = {
    size: image,
    colours: coloursOf(image.channels),
    kept,
    missing,
    planes: planesOf(image),
  };
  const steps: Uint8Array[][] = [];
  let { adaptation } = options;
  for (const { step, phases } of OCTAVE_STEPS) {
    const coded = await predictPhases(state, { ...options, step, phases });
    const runs: { bytes: Uint8Array; learnt: Adaptation }[] = [];
    for (const band of bandsOf(kept)) {
      const encoder = new RangeEncoder();
      const learnt = new Adaptation(adaptation);
      for (const phase of coded) codeBand(phase, { band, adaptation: learnt, encoder });
      runs.push({ bytes: encoder.finish(), learnt });
      await pause();
    }
    adaptation = runs[0]!.learnt;
    steps.push(runs.map(({ bytes }) => bytes));
  }
  return { steps, adaptation };
}

/**
 * Decodes an octave.
 *
 * @param known the octave's pixels at even columns and rows, 1 or 3 channels
 * @returns the octave, and what was learnt from it
 */
export async function decodeOctave(
  known: Raster,
  options: OctaveOptions & { readonly size: Size; readonly steps: CodedOctave["steps"] },
): Promise<{ image: Raster; adaptation: Adaptation }> {
  const { size, maxError } = options;
  const kept = keptCells(known, { step: "grid", size });
  const missing = { ...kept, phases: 3, data: new Uint8Array(kept.data.length * 3) };
  const state = { size, colours: coloursOf(known.channels), kept, missing, planes: planesOf(size) };
  let { adaptation } = options;
  for (const [index, { step, phases }] of OCTAVE_STEPS.entries()) {
    const coded = await predictPhases(state, { ...options, step, phases });
    const learnt: Adaptation[] = [];
    for (const [run, band] of bandsOf(kept).entries()) {
      const own = new Adaptation(adaptation);
      const decoder = new RangeDecoder(options.steps[index]![run]!);
      for (const phase of coded) codeBand(phase, { band, adaptation: own, decoder });
      learnt.push(own);
      await pause();
    }
    adaptation = learnt[0]!;
    for (const phase of coded) putRepresentatives(phase, { state, maxError });
  }
  const image = joinCells({ kept, missing }, { step: "grid", size, channels: known.channels });
  return { image, adaptation };
}

/** What one of the phases under way is coded with. */
interface BandOptions {
  readonly band: { readonly first: number; readonly end: number };
  readonly adaptation: Adaptation;
  readonly encoder?: RangeEncoder | undefined;
  readonly decoder?: RangeDecoder | undefined;
}

function codeBand(phase: CodedPhase, { band, ...streams }: BandOptions): void {
  const end = Math.min(band.end, phase.height);
  if (phase.width > 0 && band.first < end) new PhaseCoder(phase, streams).codeRows(band.first, end);
}

/** How many runs each step of an octave has. */
export function countRuns({ width, height }: Size): number {
  return bandsOf({ width: Math.ceil(width / 2), height: Math.ceil(height / 2) }).length;
}

/** Bands of whole cell rows that hold {@link RUN_CELLS} or a little more. */
function bandsOf({ width, height }: Size): { first: number; end: number }[] {
  const rows = Math.ceil(RUN_CELLS / width);
  return Array.from({ length: Math.ceil(height / rows) }, (_, index) => ({
    first: index * rows,
    end: Math.min(height, (index + 1) * rows),
  }));
}

/** Runs the network of a step, and makes its phases ready to be coded. */
async function predictPhases(
  state: OctaveState,
  options: OctaveOptions & { step: CoderStep; phases: readonly number[] },
): Promise<CodedPhase[]> {
  const { step, phases, networks, run, maxError } = options;
  const { kept, missing, size, planes, colours } = state;
  const known = step === "diagonal" ? kept : quincunxOf(state);
  const input = networkInput(known, maxError);
  const outputs = await run(networks[step], { input, shape: kept });
  return phases.map((phase, index) => {
    const { x, y, missing: place } = PHASES[phase]!;
    return {
      phase,
      width: countInside(x, 2, size.width),
      height: countInside(y, 2, size.height),
      stride: kept.width,
      predictions: phasePredictions(outputs, { step, index, known }),
      bins: binsOf(missing, { place, maxError }),
      planes,
      colours,
      maxError,
    };
  });
}

/** Bins of a phase in the order of coding: G, R, B. */
function binsOf(
  { width, height, data }: Cells,
  options: { place: number; maxError: number },
): Uint8Array {
  const cells = width * height;
  const bins = new Uint8Array(cells * 4);
  const first = options.place * cells * 4;
  for (let at = 0; at < cells * 4; at += 4) {
    CODED_COLOURS.forEach((colour, order) => {
      bins[at + order] = binOf(data[first + at + colour]!, options.maxError);
    });
  }
  return bins;
}

/** Writes what was decoded of a phase into the missing cells; grey into all three colours. */
function putRepresentatives(
  { phase, bins, colours }: CodedPhase,
  { state, maxError }: { state: OctaveState; maxError: number },
): void {
  const { missing } = state;
  const first = PHASES[phase]!.missing * missing.width * missing.height * 4;
  for (let at = 0; at < bins.length; at += 4) {
    CODED_COLOURS.forEach((colour, order) => {
      missing.data[first + at + colour] = representativeOf(
        bins[at + (colours === 1 ? 0 : order)]!,
        maxError,
      );
    });
    missing.data[first + at + 3] = 255;
  }
}

/** Phases (0,0) and (1,1); the second where it lies outside the image repeats a neighbour. */
function quincunxOf({ kept, missing, size }: OctaveState): Cells {
  const length = kept.data.length;
  const data = new Uint8Array(2 * length);
  data.set(kept.data);
  data.set(missing.data.subarray(2 * length, 3 * length), length);
  const known = { ...kept, phases: 2, data };
  fillKept(known, { step: "quincunx", ...edgesOutside(size, "quincunx") });
  return known;
}

function planesOf({ width, height }: Size): ErrorPlane[] {
  return PHASES.map(({ x, y }) =>
    new ErrorPlane(countInside(x, 2, width), countInside(y, 2, height))
  );
}

function coloursOf(channels: Channels): 1 | 3 {
  return channels < 3 ? 1 : 3;
}
