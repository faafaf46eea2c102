/** Whole images through shipped networks, by tier and size: from kept pixels to drawn ones, without files. @module */

import { symmetricViews } from "../../codec/lattice/symmetric_views.ts";
import { GEOMETRIES } from "../../codec/lattice/geometries.ts";
import { resolveLattice } from "../../codec/lattice/lattice.ts";
import { tierCosts } from "../../weights/tier_choice.ts";
import type { Engine } from "../../gpu/engine.ts";
import type { Cells } from "../../gpu/geometry.ts";
import type { Network } from "../../gpu/network.ts";
import { restoreCellsByReference } from "../../gpu/reference_restoration.ts";
import { makeCells } from "./problems.ts";
import { isAveraged, loadNetwork } from "../../weights/shipped_networks.ts";
import { type Agreement, compareCells, mergeAgreements, requireAgreement } from "./agreement.ts";
import { median, type Seconds, timeOnce } from "../clock.ts";
import { compareWindows } from "./windows.ts";

/** One image through one tier. */
export interface RestoreRow extends Seconds {
  readonly tier: string;
  /** The image, in pixels. */
  readonly image: { readonly width: number; readonly height: number };
  /** 10⁹ operations by the direct convolution. */
  readonly gigaflop: number;
  /** What was compared with the reference: all of a small image, and windows of this one. */
  readonly agreement: Agreement;
}

/** An image that was left out. */
export interface LeftOut {
  readonly tier: string;
  /** The image, in pixels. */
  readonly image: { readonly width: number; readonly height: number };
  /** Seconds that it would have taken, by the rate at the size before. */
  readonly seconds: number;
}

const STEP = "quincunx";
const GEOMETRY = GEOMETRIES[STEP];

/** The images, in pixels. */
export const IMAGES = [{ width: 512, height: 384 }, { width: 2048, height: 1365 }];

/** The image that the reference restores whole. */
const SMALL = { width: 71, height: 47 };

/** Seconds above which an image is timed once. */
const LONG = 4;

/** Seconds above which an image is left out. */
const TOO_LONG = 40;

/** Checks and times every tier that is given, smallest image first. */
export async function measureRestore(
  engine: Engine,
  tiers: readonly string[],
): Promise<{ rows: RestoreRow[]; leftOut: LeftOut[] }> {
  const rows: RestoreRow[] = [];
  const leftOut: LeftOut[] = [];
  for (const tier of tiers) {
    const { network } = await loadNetwork(STEP, { tier });
    const small = await compareSmall(engine, { tier, network });
    let secondsOf = (_gigaflop: number) => 0;
    for (const image of IMAGES) {
      const gigaflop = await gigaflopOf(tier, image);
      if (secondsOf(gigaflop) > TOO_LONG) {
        leftOut.push({ tier, image, seconds: secondsOf(gigaflop) });
        continue;
      }
      const { found, kept, seconds } = await timeImage(engine, { tier, network, image });
      const windows = isAveraged(tier)
        ? small
        : await compareWindows(found, { network, geometry: GEOMETRY, kept });
      const agreement = mergeAgreements(small, windows);
      requireAgreement(agreement, `What the tier "${tier}" draws through "${engine.kernel}"`);
      rows.push({ tier, image, gigaflop, agreement, ...seconds });
      // Of a processor that other programs leave alone: what is left out must not depend on them.
      const alone = engine.software ? seconds.cpu / navigator.hardwareConcurrency : seconds.wall;
      secondsOf = (next) => alone * next / gigaflop;
    }
  }
  return { rows, leftOut };
}

async function gigaflopOf(tier: string, image: RestoreRow["image"]): Promise<number> {
  const costs = await tierCosts(image, resolveLattice({ lattice: STEP }));
  const cost = costs.find((each) => each.tier === tier);
  if (!cost) throw new Error(`What the tier "${tier}" takes is not known`);
  return 2 * cost.multiplyAdds / 1e9;
}

function makeProblem(image: RestoreRow["image"], tier: string) {
  const [width, height] = [Math.ceil(image.width / 2), Math.ceil(image.height / 2)];
  const kept = makeCells({ width, height, phases: GEOMETRY.kept });
  const views = isAveraged(tier)
    ? { views: symmetricViews(kept, { step: STEP, size: image }) }
    : {};
  return { geometry: GEOMETRY, kept, ...views };
}

async function compareSmall(
  engine: Engine,
  { tier, network }: { tier: string; network: Network },
): Promise<Agreement> {
  const problem = makeProblem(SMALL, tier);
  const expected = await restoreCellsByReference(network, problem);
  return compareCells(await engine.restoreCells(network, problem), expected);
}

/** The first run counts: what is compiled for a network is there since the small image. */
async function timeImage(
  engine: Engine,
  { tier, network, image }: { tier: string; network: Network; image: RestoreRow["image"] },
): Promise<{ found: Cells; kept: Cells; seconds: Seconds }> {
  const problem = makeProblem(image, tier);
  let found: Cells | undefined;
  const run = async () => void (found = await engine.restoreCells(network, problem));
  const samples = [await timeOnce(run)];
  const count = samples[0]!.wall < LONG ? 3 : 1;
  while (samples.length < count) samples.push(await timeOnce(run));
  const seconds = {
    wall: median(samples.map(({ wall }) => wall)),
    cpu: median(samples.map(({ cpu }) => cpu)),
  };
  return { found: found!, kept: problem.kept, seconds };
}
