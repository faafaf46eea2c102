/**
 * How fast the engine is: `deno task bench engine [--kernel NAME] [--peers] [--json]`.
 *
 * Times single convolutions by channel count and kernel, restorations of whole images with the `standard`
 * network's shape, and starting up. Nothing is timed that has not first been checked against the reference. Work is counted
 * as the multiply-adds of the direct convolution, two operations each, whatever a kernel does instead; on a software adapter
 * it is divided by the processor seconds of the process, which other programs disturb little.
 *
 * `--peers` adds what other libraries make of the same networks, see `peers/compare.ts`; they are fetched the first time.
 *
 * @module
 */

import { GEOMETRIES } from "../codec/lattice.ts";
import { createActivations } from "../gpu/activations.ts";
import { Convolution, encodeDispatches } from "../gpu/convolution.ts";
import { type Device, openDevice, withErrorScopes } from "../gpu/device.ts";
import { type Engine, openEngine } from "../gpu/engine.ts";
import { KERNELS } from "../gpu/kernels/catalogue.ts";
import { type ConvKernel, quadsOf } from "../gpu/kernels/kernel.ts";
import { countMultiplyAdds } from "../gpu/network.ts";
import { restoreCellsByReference } from "../gpu/reference.ts";
import { runLayer } from "../gpu/run_layer.ts";
import { randomNetwork } from "../tests/support/networks.ts";
import {
  expectedOf,
  largestDifference,
  makeCells,
  makeLayer,
  makePlane,
} from "../tests/support/planes.ts";
import { median, type Seconds, timeWork } from "./engine/clock.ts";
import { measureParts, type Part } from "./engine/parts.ts";
import { measurePeak } from "./engine/peak.ts";
import { formatPeers, type PeerRow } from "./peers/report.ts";
import { runWithPeers } from "./peers/run.ts";

/** One measurement. */
export interface Row extends Seconds {
  /** What was done. */
  readonly what: string;
  /** The kernel that did it. */
  readonly kernel: string;
  /** 10⁹ operations by the direct convolution. */
  readonly gigaflop: number;
}

/** Everything the bench found. */
export interface EngineReport {
  /** The adapter. */
  readonly adapter: string;
  /** Whether it is a software adapter. */
  readonly software: boolean;
  /** Multiply-adds in registers, the most there is. */
  readonly peak: Row;
  /** Convolutions, then restorations. */
  readonly rows: readonly Row[];
  /** Where the time of a restoration goes: one tile of 520×352 cells. */
  readonly parts: readonly Part[];
  /** Seconds from the start of a process to a restored 512×384 image, shader caches warm. */
  readonly startup: number;
  /** Other libraries on the same networks; absent unless asked for. */
  readonly peers?: readonly PeerRow[];
}

const PLANE = { width: 512, height: 384 };
const CHANNELS = [16, 32, 64];
const IMAGES = [{ width: 512, height: 384 }, { width: 2048, height: 1365 }];
const TILE = { width: 520, height: 352 };
const STARTS = 3;

/** Multiply-adds that a sample is made long enough for, so that polling for its end weighs little. */
const SAMPLE = 4e9;

/** Runs the whole bench. */
export async function measureEngine({ kernel }: { kernel?: string } = {}): Promise<EngineReport> {
  const device = await openDevice();
  if (!device) throw new Error("No WebGPU adapter was found; there is nothing to measure");
  const what = "multiply-adds in registers";
  const peak = { what, kernel: "none", ...await measurePeak(device.gpu) };
  const rows: Row[] = [];
  for (const candidate of KERNELS.filter(({ name }) => kernel === undefined || name === kernel)) {
    for (const channels of CHANNELS) {
      rows.push(await measureConvolution(device, { kernel: candidate, channels }));
    }
  }
  const { description: adapter, software } = device;
  const engine = await openEngine(kernel === undefined ? {} : { kernel });
  await verifyEngine(engine);
  for (const image of IMAGES) rows.push(await measureRestoration(engine, image));
  engine.close();
  const chosen = KERNELS.find(({ name }) => name === engine.kernel)!;
  const parts = await measureParts(device, { kernel: chosen, network: NETWORK, size: TILE });
  device.gpu.destroy();
  const starts: number[] = [];
  for (let start = 0; start <= STARTS; start++) starts.push(await measureStart());
  return { adapter, software, peak, rows, parts, startup: median(starts.slice(1)) };
}

async function measureConvolution(
  device: Device,
  { kernel, channels }: { kernel: ConvKernel; channels: number },
): Promise<Row> {
  const { gpu } = device;
  const convolution = new Convolution(gpu, kernel);
  const layer = makeLayer({ inputs: channels, outputs: channels }, { prelu: true });
  const source = makePlane({ width: 33, height: 17 }, channels);
  const found = await runLayer({ gpu, convolution }, { layer, source });
  const error = largestDifference(found, expectedOf(layer, { source }));
  if (!(error < 1e-5)) throw new Error(`The kernel "${kernel.name}" is off by ${error}`);

  const { dispatch, owned } = await withErrorScopes({ gpu, what: "Preparing the bench" }, () => {
    const prepared = convolution.prepare(layer, "prelu");
    const shape = { storage: kernel.activations, quads: quadsOf(channels), ...PLANE };
    const from = createActivations(gpu, { label: "source", ...shape });
    const to = createActivations(gpu, { label: "target", ...shape });
    const usage = GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST;
    const extent = gpu.createBuffer({ size: 8, usage });
    gpu.queue.writeBuffer(extent, 0, Uint32Array.of(PLANE.width, PLANE.height));
    const bound = convolution.bind(prepared, { source: from, target: to, extent });
    return {
      dispatch: convolution.dispatch(bound, PLANE),
      owned: [prepared.owner, from.owner, to.owner, extent],
    };
  });
  const multiplyAdds = 9 * channels ** 2 * PLANE.width * PLANE.height;
  // The naive kernel serves to check others; one run of it says enough.
  const runs = kernel.name === "naive" ? 1 : Math.ceil(SAMPLE / multiplyAdds);
  const work = async () => {
    await withErrorScopes({ gpu, what: "Convolving" }, () => {
      const encoder = gpu.createCommandEncoder();
      encodeDispatches(encoder, Array(runs).fill(dispatch));
      gpu.queue.submit([encoder.finish()]);
    });
    await gpu.queue.onSubmittedWorkDone();
  };
  const { wall, cpu } = await timeWork(work, { samples: kernel.name === "naive" ? 1 : 3 });
  for (const resource of owned) resource.destroy();
  const what = `convolution ${channels} to ${channels}, ${PLANE.width}×${PLANE.height}`;
  const gigaflop = 2 * multiplyAdds / 1e9;
  return { what, kernel: kernel.name, gigaflop, wall: wall / runs, cpu: cpu / runs };
}

const NETWORK = randomNetwork("quincunx", { channels: 32, blocks: 4 });
const GEOMETRY = GEOMETRIES.quincunx;

async function verifyEngine(engine: Engine): Promise<void> {
  const kept = makeCells({ width: 61, height: 43, phases: 2 });
  const expected = await restoreCellsByReference(NETWORK, { geometry: GEOMETRY, kept });
  for (const tile of [20, 100]) {
    const found = await engine.restoreCells(NETWORK, { geometry: GEOMETRY, kept, tile });
    const isNear = found.data.every((value, at) => Math.abs(value - expected.data[at]!) <= 1);
    if (!isNear) throw new Error(`The engine (${engine.description}) differs from the reference`);
  }
}

async function measureRestoration(
  engine: Engine,
  { width, height }: { width: number; height: number },
): Promise<Row> {
  const cells = { width: Math.ceil(width / 2), height: Math.ceil(height / 2) };
  const kept = makeCells({ ...cells, phases: 2 });
  const seconds = await timeWork(
    () => engine.restoreCells(NETWORK, { geometry: GEOMETRY, kept }),
    { samples: 3 },
  );
  const multiplyAdds = countMultiplyAdds(NETWORK.architecture) * cells.width * cells.height;
  return {
    what: `restoration ${width}×${height}, quincunx, 32 channels × 4 blocks`,
    kernel: engine.kernel,
    gigaflop: 2 * multiplyAdds / 1e9,
    ...seconds,
  };
}

async function measureStart(): Promise<number> {
  const program = new URL("engine/startup.ts", import.meta.url).pathname;
  const command = new Deno.Command(Deno.execPath(), { args: ["run", "-A", program] });
  const { code, stdout, stderr } = await command.output();
  if (code !== 0) throw new Error(new TextDecoder().decode(stderr));
  return Number(new TextDecoder().decode(stdout)) / 1000;
}

/** The report as a table. */
export function formatReport(report: EngineReport): string {
  const { adapter, software, peak, rows, parts, startup, peers } = report;
  const whole = parts.reduce((sum, { cpu }) => sum + cpu, 0);
  const speed = ({ gigaflop, wall, cpu }: Row) => gigaflop / (software ? cpu : wall);
  const lines = [peak, ...rows].map((row) => {
    const { what, kernel, gigaflop, wall, cpu } = row;
    return [
      what.padEnd(58),
      kernel.padEnd(9),
      `${(wall * 1000).toFixed(1)} ms`.padStart(11),
      `${(gigaflop / wall).toFixed(1)} GFLOP/s`.padStart(16),
      (software ? `${(gigaflop / cpu).toFixed(1)} GFLOP per CPU-second` : "").padStart(28),
      `${(100 * speed(row) / speed(peak)).toFixed(0)} % of the peak`.padStart(18),
    ].join(" ");
  });
  return [
    `adapter: ${adapter}`,
    ...lines,
    ...parts.map(({ part, gigaflop, cpu }) =>
      [
        `  ${part}`.padEnd(58),
        `${(100 * cpu / whole).toFixed(0)} % of a tile`.padStart(21),
        gigaflop > 0 ? `${(gigaflop / cpu).toFixed(1)} GFLOP per CPU-second`.padStart(45) : "",
      ].join("")
    ),
    `start of the process to a restored 512×384 image, caches warm: ${startup.toFixed(2)} s`,
    ...(peers ? [formatPeers(peers)] : []),
  ].join("\n");
}

if (import.meta.main) {
  const args = [...Deno.args];
  const isJson = args.includes("--json");
  const at = args.indexOf("--kernel");
  const kernel = at >= 0 ? args[at + 1] : undefined;
  const peers = args.includes("--peers")
    ? { peers: await runWithPeers("compare.ts") as PeerRow[] }
    : {};
  const report = { ...await measureEngine(kernel === undefined ? {} : { kernel }), ...peers };
  console.log(isJson ? JSON.stringify(report, null, 2) : formatReport(report));
}
