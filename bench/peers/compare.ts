/**
 * The same networks with the same weights through other libraries, in one process on the same machine.
 *
 * The other libraries repeat edges only by an extra pass over the plane, so they are timed as they are fastest: with zeros
 * around it, which changes nothing farther from an edge than a stage is deep. That they compute the same is checked
 * twice: with edges repeated, everywhere on a small plane; and as timed, where the edges do not reach.
 *
 * @module
 */

import { loadNetwork } from "../../weights/shipped_networks.ts";
import { median, timeOnce } from "../clock.ts";
import {
  type Chain,
  chainOf,
  channelsOf,
  gigaflopOf,
  inputOf,
  type Padding,
  plainChain,
} from "./chain.ts";
import type { Contest, Contestant, Opener } from "./contestant.ts";
import { openOnnxruntimeNode, openOnnxruntimeWeb } from "./onnxruntime.ts";
import { openOurs } from "./ours.ts";
import { openTfjs } from "./tfjs.ts";

/** How one library did on one chain. */
export interface PeerRow {
  readonly what: string;
  readonly library: string;
  /** 10⁹ operations of a run by the direct convolution. */
  readonly gigaflop: number;
  /** Median seconds of a run by the clock on the wall. */
  readonly wall: number;
  /** Median seconds of a run by all threads of this process. */
  readonly cpu: number;
  /** Times as long as ours by the wall. */
  readonly wallRatio: number;
  /** Times as many processor seconds as ours. */
  readonly cpuRatio: number;
  /** Largest difference from our output, as a share of the largest value in it. */
  readonly difference: number;
}

/** What is to be compared. */
export interface CompareOptions {
  /** Every library is timed once in each round, in turn. Default: 3. */
  readonly rounds?: number | undefined;
  /** The plane's height and width in cells are divided by this, to try the bench out. Default: 1. */
  readonly shrink?: number | undefined;
}

/** The plane on which outputs are compared up to the edges. */
const SMALL = { width: 61, height: 43 };

/** Largest difference that is put down to rounding, as a share of the largest value. */
const TOLERANCE = 1e-4;

/** Seconds of work that a sample has at least. */
const SAMPLE = 1;

/** Milliseconds for a library's threads to come to rest before the next one's turn. */
const REST = 200;

const PEERS: readonly Opener[] = [openOnnxruntimeNode, openTfjs, openOnnxruntimeWeb];

/** Runs the comparison; every chain's first row is ours. */
async function comparePeers(options: CompareOptions = {}): Promise<PeerRow[]> {
  const { rounds = 3, shrink = 1 } = options;
  const { network } = await loadNetwork("quincunx", { tier: "standard" });
  const plane = (width: number, height: number) => ({
    width: Math.ceil(width / shrink),
    height: Math.ceil(height / shrink),
  });
  const subjects = [
    { chain: plainChain([32, 32]), plane: plane(512, 384) },
    { chain: plainChain([3, 32, 32, 32, 32, 3]), plane: plane(512, 384) },
    // A photo of 512×384 pixels, half of them kept.
    { chain: chainOf(network, "quincunx-standard"), plane: plane(256, 192) },
  ];
  const rows: PeerRow[] = [];
  for (const { chain, plane } of subjects) rows.push(...await compareOn(chain, { plane, rounds }));
  return rows;
}

async function compareOn(
  chain: Chain,
  { plane, rounds }: { plane: Contest["plane"]; rounds: number },
): Promise<PeerRow[]> {
  const what = `${chain.name}, ${plane.width}×${plane.height}`;
  await compareEverywhere(chain);
  const task = (padding: Padding): Contest => ({
    chain,
    plane,
    input: inputOf(chain, plane),
    padding,
  });
  const contestants: Contestant[] = [await openOurs(task("edge"))];
  for (const open of PEERS) contestants.push(await open(task("zero")));
  try {
    const differences: number[] = [];
    let expected: Float32Array | undefined;
    for (const contestant of contestants) {
      await contestant.run(1);
      const found = await contestant.read();
      expected ??= found;
      differences.push(
        difference(found, { expected, chain, plane, margin: chain.stages.length, contestant }),
      );
    }
    const seconds = await timeInTurn(contestants, rounds);
    const [ours] = seconds;
    return contestants.map(({ name: library }, index): PeerRow => {
      const { wall, cpu } = seconds[index]!;
      return {
        what,
        library,
        gigaflop: gigaflopOf(chain, plane),
        wall,
        cpu,
        wallRatio: wall / ours!.wall,
        cpuRatio: cpu / ours!.cpu,
        difference: differences[index]!,
      };
    });
  } finally {
    for (const contestant of contestants) await contestant.close();
  }
}

async function timeInTurn(
  contestants: readonly Contestant[],
  rounds: number,
): Promise<{ wall: number; cpu: number }[]> {
  const samples = contestants.map(() => ({ walls: [] as number[], cpus: [] as number[], runs: 1 }));
  for (let round = 0; round < rounds; round++) {
    for (const [index, contestant] of contestants.entries()) {
      await new Promise((resolve) => setTimeout(resolve, REST));
      const sample = samples[index]!;
      const { wall, cpu } = await timeOnce(() => contestant.run(sample.runs));
      sample.walls.push(wall / sample.runs);
      sample.cpus.push(cpu / sample.runs);
      sample.runs = Math.ceil(SAMPLE * sample.runs / wall);
    }
  }
  return samples.map(({ walls, cpus }) => ({ wall: median(walls), cpu: median(cpus) }));
}

async function compareEverywhere(chain: Chain): Promise<void> {
  const task: Contest = { chain, plane: SMALL, input: inputOf(chain, SMALL), padding: "edge" };
  let expected: Float32Array | undefined;
  for (const open of [openOurs, ...PEERS]) {
    const contestant = await open(task);
    try {
      await contestant.run(1);
      const found = await contestant.read();
      expected ??= found;
      difference(found, { expected, chain, plane: SMALL, margin: 0, contestant });
    } finally {
      await contestant.close();
    }
  }
}

/** The largest difference beyond `margin` cells from an edge, as a share of the largest value. Throws if too large. */
function difference(
  found: Float32Array,
  { expected, chain, plane: { width, height }, margin, contestant }: {
    expected: Float32Array;
    chain: Chain;
    plane: Contest["plane"];
    margin: number;
    contestant: Contestant;
  },
): number {
  const { outputs } = channelsOf(chain);
  if (found.length !== width * height * outputs) {
    throw new Error(`${contestant.name} put out ${found.length} values of ${chain.name}`);
  }
  let [largest, most] = [0, 0];
  for (let y = margin; y < height - margin; y++) {
    for (let x = margin; x < width - margin; x++) {
      for (let output = 0; output < outputs; output++) {
        const at = (y * width + x) * outputs + output;
        most = Math.max(most, Math.abs(expected[at]!));
        // Not a number is further off than anything.
        const off = Math.abs(found[at]! - expected[at]!);
        if (!(off <= largest)) largest = Number.isNaN(off) ? Infinity : off;
      }
    }
  }
  if (!(most > 0) || !(largest / most <= TOLERANCE)) {
    throw new Error(
      `${contestant.name} is off by ${largest} of ${most} on ${chain.name}; nothing is reported`,
    );
  }
  return largest / most;
}

if (import.meta.main) console.log(JSON.stringify(await comparePeers()));
