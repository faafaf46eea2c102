/**
 * Whether whole networks come out as the reference computes them: within one grey level everywhere, and different in
 * fewer than one sample of a thousand. What fails this is not timed.
 *
 * @module
 */

import { GEOMETRIES } from "../../codec/lattice/geometries.ts";
import { openEngine } from "../../gpu/engine.ts";
import type { Cells } from "../../gpu/geometry.ts";
import type { Network } from "../../gpu/network.ts";
import { restoreCellsByReference } from "../../gpu/reference_restoration.ts";
import { makeCells, randomNetwork } from "./problems.ts";
import { loadNetwork } from "../../weights/shipped_networks.ts";

/** Samples of two images, compared one by one. */
export interface Agreement {
  readonly samples: number;
  readonly differing: number;
  /** The largest difference, in grey levels. */
  readonly largest: number;
}

/** How one kernel agrees with the reference. */
export interface AgreementRow extends Agreement {
  readonly kernel: string;
}

/** The largest difference that is allowed, in grey levels. */
const MOST_LEVELS = 1;

/** The share of samples that must not be reached by those that differ. */
const MOST_DIFFERING = 1e-3;

/** The fourth byte of a cell is not drawn by networks. */
const BYTES = 4;

/** Nothing compared yet. */
export const NO_SAMPLES: Agreement = { samples: 0, differing: 0, largest: 0 };

/** Compares the colours of all cells. */
export function compareCells(found: Cells, expected: Cells): Agreement {
  if (found.data.length !== expected.data.length) {
    throw new RangeError(
      `Expected ${expected.data.length} bytes of cells, found ${found.data.length}`,
    );
  }
  const tally = { ...NO_SAMPLES };
  for (let at = 0; at < found.data.length; at++) {
    if (at % BYTES === BYTES - 1) continue;
    const difference = Math.abs(found.data[at]! - expected.data[at]!);
    tally.samples++;
    if (difference > 0) tally.differing++;
    tally.largest = Math.max(tally.largest, difference);
  }
  return tally;
}

/** Both comparisons as one. */
export function mergeAgreements(one: Agreement, other: Agreement): Agreement {
  return {
    samples: one.samples + other.samples,
    differing: one.differing + other.differing,
    largest: Math.max(one.largest, other.largest),
  };
}

/**
 * Refuses what is too far from the reference.
 *
 * @throws {Error} if it is; or if nothing was compared.
 */
export function requireAgreement(agreement: Agreement, what: string): void {
  const { samples, differing, largest } = agreement;
  const isNear = samples > 0 && largest <= MOST_LEVELS && differing < MOST_DIFFERING * samples;
  if (isNear) return;
  throw new Error(
    `${what} is not what the reference computes: ${differing} of ${samples} samples differ, ` +
      `by up to ${largest} grey levels; nothing is reported`,
  );
}

/** Runs networks through every kernel named and through the reference. */
export async function measureAgreement(kernels: readonly string[]): Promise<AgreementRow[]> {
  const geometry = GEOMETRIES.quincunx;
  const kept = makeCells({ width: 61, height: 43, phases: geometry.kept });
  const networks: Network[] = [
    randomNetwork("quincunx", { channels: 32, blocks: 4 }),
    randomNetwork("quincunx", { channels: 64, blocks: 1 }),
    (await loadNetwork("quincunx")).network,
  ];
  const expected: Cells[] = [];
  for (const network of networks) {
    expected.push(await restoreCellsByReference(network, { geometry, kept }));
  }
  const rows: AgreementRow[] = [];
  for (const kernel of kernels) {
    const engine = await openEngine({ kernel });
    let tally = NO_SAMPLES;
    for (const [index, network] of networks.entries()) {
      for (const tile of [20, 100]) {
        const found = await engine.restoreCells(network, { geometry, kept, tile });
        tally = mergeAgreements(tally, compareCells(found, expected[index]!));
      }
    }
    engine.close();
    requireAgreement(tally, `What the kernel "${kernel}" draws`);
    rows.push({ kernel, ...tally });
  }
  return rows;
}
