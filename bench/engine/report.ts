/** What the engine bench found, as data and as tables. @module */

import type { TrainingReport } from "../training/measure.ts";
import type { PeerRow } from "../peers/report.ts";
import type { TrainingPeers } from "../peers/training.ts";
import type { AgreementRow } from "./agreement.ts";
import type { BackwardRow, Refusal } from "./backward.ts";
import type { EndsRow } from "./ends.ts";
import type { ForwardRow } from "./forward.ts";
import type { Part } from "./parts.ts";
import type { Rated, Work } from "./rates.ts";
import type { LeftOut, RestoreRow } from "./restore.ts";
import type { StartReport } from "./starts.ts";

/** Everything the bench found. Sections that were not run are absent; times are in seconds. */
export interface EngineReport {
  /** When it was measured, as in ISO 8601. */
  readonly date: string;
  /** What ran WebGPU. */
  readonly runtime: string;
  /** The adapter, with its driver where it says so. */
  readonly adapter: string;
  /** Whether the adapter is a processor: then rates count its seconds. */
  readonly software: boolean;
  /** Multiply-adds in registers: the most there is. */
  readonly peak: Rated<Work>;
  /** Single convolutions. */
  readonly forward?: readonly Rated<ForwardRow>[];
  /** Whole networks beside the reference, by kernel. */
  readonly agreement?: readonly AgreementRow[];
  /** Whole images, the ends of a file, and what would have taken too long. */
  readonly restore?: {
    readonly kernel: string;
    readonly rows: readonly Rated<RestoreRow>[];
    readonly leftOut: readonly LeftOut[];
    readonly ends: readonly EndsRow[];
  };
  /** The steps of one tile. */
  readonly tile?: readonly Rated<Part>[];
  /** Training steps and their parts, then backward convolutions. */
  readonly training?: TrainingReport & {
    readonly backward: readonly Rated<BackwardRow>[];
    readonly refused: readonly Refusal[];
  };
  /** Starting up. */
  readonly start?: StartReport;
  /** Other libraries on the same networks, and on the same training step. */
  readonly peers?: { readonly networks: readonly PeerRow[]; readonly training: TrainingPeers };
}
