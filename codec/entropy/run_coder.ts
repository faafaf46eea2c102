/**
 * Runs of samples to bytes and back: by WebAssembly where there is some, else by the plain reference. Both give the same.
 *
 * @module
 */

import { PhaseCoder } from "./phase_coder.ts";
import { endsShort, type PhaseBand } from "./phase_band.ts";
import { PhaseProcessor } from "./phase_processor.ts";
import { RangeDecoder, RangeEncoder } from "./range_coder.ts";

/** Encodes and decodes rows of phases. */
export interface RunCoder {
  /** Encodes rows of phases into one stream; what stands for their samples' bins and errors are written. */
  encode(band: PhaseBand): Uint8Array;
  /** Decodes rows of phases from one stream; what stands for their samples' bins and errors are written. */
  decode(band: PhaseBand, stream: Uint8Array): void;
}

/** The plain reference. */
export const REFERENCE_CODER: RunCoder = {
  encode(band) {
    const encoder = new RangeEncoder();
    codeBand(band, { encoder });
    return endsShort(band) ? encoder.finishShort() : encoder.finish();
  },
  decode(band, stream) {
    codeBand(band, { decoder: new RangeDecoder(stream) });
  },
};

function codeBand(
  { first, end, phases, adaptation, pixels }: PhaseBand,
  stream: { encoder: RangeEncoder } | { decoder: RangeDecoder },
): void {
  for (const phase of phases) {
    const last = Math.min(end, phase.height);
    if (phase.width > 0 && first < last) {
      new PhaseCoder(phase, { adaptation, pixels, ...stream }).codeRows(first, last);
    }
  }
}

/** The fastest there is here. */
export async function openRunCoder(): Promise<RunCoder> {
  return await PhaseProcessor.open() ?? REFERENCE_CODER;
}
