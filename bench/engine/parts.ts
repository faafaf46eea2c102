/** Where the time of a restoration goes: every kind of step of one tile by itself, many times over. @module */

import { GEOMETRIES } from "../../codec/lattice/geometries.ts";
import { convolutionFor } from "../../gpu/convolution.ts";
import { type Dispatch, encodeDispatches } from "../../gpu/dispatch.ts";
import { type Device, readBuffer, withErrorScopes } from "../../gpu/device.ts";
import type { Cells } from "../../gpu/geometry.ts";
import type { ConvKernel } from "../../gpu/kernels/conv_kernel.ts";
import type { Epilogue } from "../../gpu/kernels/epilogue.ts";
import { describeLayers, type LayerRole, type Network } from "../../gpu/network.ts";
import { TileProgram } from "../../gpu/tile_program.ts";
import { planTiles, type Tile } from "../../gpu/tile_plan.ts";
import { compileTileShaders } from "../../gpu/tile_shaders.ts";
import { makeCells } from "./problems.ts";
import { requireAgreement } from "./agreement.ts";
import { type Seconds, timeRepeated } from "../clock.ts";
import { compareWindows } from "./windows.ts";

/** A part of a restoration. */
export interface Part extends Seconds {
  readonly part: string;
  readonly steps: number;
  /** 10⁹ operations by the direct convolution. */
  readonly gigaflop: number;
}

const EPILOGUES: Record<LayerRole, Epilogue> = {
  head: "prelu",
  first: "prelu",
  second: "add",
  tail: "linear",
};

const NAMES: Record<LayerRole, string> = {
  head: "first convolution and PReLU",
  first: "convolutions and PReLU of blocks",
  second: "convolutions and sums of blocks",
  tail: "last convolution",
};

const GEOMETRY = GEOMETRIES.quincunx;

/** What is measured: a kernel on a quincunx network, and how many cells. */
interface TileOptions {
  readonly kernel: ConvKernel;
  readonly network: Network;
  readonly size: { readonly width: number; readonly height: number };
}

/** Checks a network on one tile, then times its steps. */
export async function measureParts(device: Device, options: TileOptions): Promise<Part[]> {
  const { gpu } = device;
  const kept = makeCells({ ...options.size, phases: GEOMETRY.kept });
  const { program, tile } = await prepareTile(gpu, { ...options, kept });
  const steps = program.dispatches(tile).map(({ dispatch }) => dispatch);
  await verifyTile(gpu, { ...options, kept, program, steps });
  const shapes = describeLayers(options.network.architecture);
  const names = ["bytes to activations", ...shapes.map(({ role }) => NAMES[role])];
  const kinds = Map.groupBy(steps.keys(), (index) => names[index] ?? "activations to bytes");
  const parts: Part[] = [];
  const { width, height } = options.size;
  for (const [part, indices] of kinds) {
    // Steps of one kind have the same shader and shape: one is timed for all of them.
    const { wall, cpu } = await timeStep(gpu, steps[indices[0]!]!);
    const count = indices.length;
    const shape = shapes[indices[0]! - 1];
    const flop = shape ? 18 * shape.inputs * shape.outputs * width * height : 0;
    parts.push({
      part,
      steps: count,
      gigaflop: count * flop / 1e9,
      wall: count * wall,
      cpu: count * cpu,
    });
  }
  program.destroy();
  return parts;
}

async function prepareTile(
  gpu: GPUDevice,
  { kernel, network, size, kept }: TileOptions & { kept: Cells },
): Promise<{ program: TileProgram; tile: Tile }> {
  const { architecture } = network;
  const plan = planTiles(size, { tile: Math.max(size.width, size.height), halo: 0 });
  const tile = plan.tiles[0]!;
  const program = await withErrorScopes({ gpu, what: "Preparing the parts" }, () => {
    const convolution = convolutionFor(gpu, kernel);
    const layers = describeLayers(architecture).map(({ role }, index) =>
      convolution.prepare(network.layers[index]!, EPILOGUES[role])
    );
    const shaders = compileTileShaders(gpu, kernel.activations);
    const program = new TileProgram(gpu, {
      network: { architecture, layers, convolution, shaders },
      geometry: GEOMETRY,
      capacity: plan,
      words: size.width * size.height * GEOMETRY.missing,
    });
    program.begin(kept, { tile, offset: 0 });
    return program;
  });
  return { program, tile };
}

async function verifyTile(
  gpu: GPUDevice,
  { network, size, kept, program, steps }: TileOptions & {
    kept: Cells;
    program: TileProgram;
    steps: readonly Dispatch[];
  },
): Promise<void> {
  submit(gpu, steps);
  const data = await readBuffer(gpu, { buffer: program.words });
  const found = { ...size, phases: GEOMETRY.missing, data };
  const agreement = await compareWindows(found, { network, geometry: GEOMETRY, kept });
  requireAgreement(agreement, "The tile");
}

function timeStep(gpu: GPUDevice, dispatch: Dispatch): Promise<Seconds> {
  return timeRepeated(async (times) => {
    submit(gpu, Array(times).fill(dispatch));
    await gpu.queue.onSubmittedWorkDone();
  });
}

function submit(gpu: GPUDevice, dispatches: readonly Dispatch[]): void {
  const encoder = gpu.createCommandEncoder();
  encodeDispatches(encoder, dispatches);
  gpu.queue.submit([encoder.finish()]);
}
