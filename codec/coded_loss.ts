/**
 * What a coded file lacks of what it was written with, in words.
 *
 * @module
 */

import { OCTAVE_STEPS } from "./coded/octave_coder.ts";
import type { CodedHeader } from "./coded_header.ts";
import { countPixels, knownRows } from "./coded_known.ts";
import { octavesOf } from "./coded_octaves.ts";
import type { ChunkFault } from "./png/png_chunks.ts";
import { countWholeSteps, type StepRuns } from "./step_chunks.ts";

/** What is missing of a file. */
export interface Loss {
  /** Whether bytes in its midst are damaged or missing; else it just ends early. */
  readonly isDamaged: boolean;
  /** What is missing: a sentence without its period. */
  readonly what: string;
  /** Pixels that are known over all pixels. */
  readonly share: number;
}

/** What a file is known to lack before it is decoded; nothing where all is there that it was written with. */
export function findLoss(
  header: CodedHeader,
  { runs, faults }: { runs: readonly StepRuns[]; faults: readonly ChunkFault[] },
): Loss | undefined {
  const whole = countWholeSteps(runs);
  if (whole === runs.length) return undefined;
  const [fault] = faults.filter(({ isCut }) => !isCut);
  const isDamaged = fault !== undefined || hasMore(runs, whole);
  const cause = fault ?? faults[0];
  return {
    isDamaged,
    what: isDamaged ? describeDamage(runs, { whole, fault }) : cause?.message ??
      `The file ends before ${describeStep(whole, runs.length)}`,
    share: shareOf(header, { steps: whole, runs: runs[whole]! }),
  };
}

/** What is lost where a step does not agree with its checksum. */
export function lossOfStep(header: CodedHeader, step: number): Loss {
  const all = header.checksums.length - 1;
  return {
    isDamaged: true,
    what: `The pixels of ${describeStep(step, all)} do not agree with their checksum`,
    share: shareOf(header, { steps: step, runs: [] }),
  };
}

/** `less than 1 %`, `25 %`, `99 %`; never all where some are missing. */
export function describeShare(share: number): string {
  const percent = Math.floor(100 * share);
  return percent < 1 ? "less than 1 %" : `${percent} %`;
}

/** Whether there are runs behind the first that is missing. */
function hasMore(runs: readonly StepRuns[], whole: number): boolean {
  const first = runs[whole]!.indexOf(undefined);
  const isThere = (run: Uint8Array | undefined) => run !== undefined;
  return runs[whole]!.slice(first).some(isThere) ||
    runs.slice(whole + 1).some((step) => step.some(isThere));
}

function describeDamage(
  runs: readonly StepRuns[],
  { whole, fault }: { whole: number; fault: ChunkFault | undefined },
): string {
  const missing = [...runs[whole]!.keys()].filter((run) => runs[whole]![run] === undefined);
  const which = missing.length === 1
    ? `run ${missing[0]} of`
    : missing.length === runs[whole]!.length
    ? ""
    : `${missing.length} of ${runs[whole]!.length} runs of`;
  const lost = `${which} ${describeStep(whole, runs.length)}`.trim();
  const isOne = missing.length === 1 || which === "";
  return fault
    ? `${fault.message}, so that ${lost} ${isOne ? "is" : "are"} lost`
    : `The file lacks ${lost}`;
}

function describeStep(step: number, all: number): string {
  return `step ${step} (of 0 to ${all - 1})`;
}

function shareOf(header: CodedHeader, { steps, runs }: { steps: number; runs: StepRuns }): number {
  const octaves = octavesOf(header).reverse();
  const octaveOf = (step: number) => octaves[1 + Math.floor(step / OCTAVE_STEPS.length)]!.size;
  const base = octaves[0]!.size;
  let known = base.width * base.height;
  for (let step = 0; step <= Math.min(steps, 2 * header.octaves - 1); step++) {
    const octave = octaveOf(step);
    const given: StepRuns = step < steps ? [] : runs;
    const rows = step < steps ? [{ first: 0, end: Infinity }] : knownRows(octave, given);
    known += countPixels(octave, { step: OCTAVE_STEPS[step % OCTAVE_STEPS.length]!.step, rows });
  }
  return known / (header.size.width * header.size.height);
}
