/** Where the time of a restoration goes: every step of one tile by itself, many times over. @module */

import { GEOMETRIES } from "../../codec/lattice.ts";
import { convolutionFor, encodeDispatches } from "../../gpu/convolution.ts";
import { type Device, readBuffer, withErrorScopes } from "../../gpu/device.ts";
import type { ConvKernel, Epilogue } from "../../gpu/kernels/kernel.ts";
import { describeLayers, type LayerRole, type Network } from "../../gpu/network.ts";
import { TileProgram } from "../../gpu/tile_program.ts";
import { planTiles } from "../../gpu/tile_plan.ts";
import { compileTileShaders } from "../../gpu/tile_shaders.ts";
import { requireAgreement } from "./agreement.ts";
import { compareWindows } from "./windows.ts";
import { makeCells } from "../../tests/support/planes.ts";
import { type Seconds, timeRepeated } from "./clock.ts";

/** A part of a restoration. */
export interface Part extends Seconds {
  /** What it does. */
  readonly part: string;
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

/** Checks a quincunx network on one tile of so many cells, then times its steps. */
export async function measureParts(
  device: Device,
  { kernel, network, size }: {
    kernel: ConvKernel;
    network: Network;
    size: { width: number; height: number };
  },
): Promise<Part[]> {
  const { gpu } = device;
  const { architecture } = network;
  const shapes = describeLayers(architecture);
  const plan = planTiles(size, { tile: Math.max(size.width, size.height), halo: 0 });
  const tile = plan.tiles[0]!;
  const cells = tile.regionWidth * tile.regionHeight;
  const kept = makeCells({ ...size, phases: GEOMETRY.kept });
  const program = await withErrorScopes({ gpu, what: "Preparing the parts" }, () => {
    const convolution = convolutionFor(gpu, kernel);
    const layers = shapes.map(({ role }, index) =>
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
  const steps = program.steps(tile);
  const encoder = gpu.createCommandEncoder();
  encodeDispatches(encoder, steps.map(({ dispatch }) => dispatch));
  gpu.queue.submit([encoder.finish()]);
  const data = await readBuffer(gpu, { buffer: program.words });
  const found = { ...size, phases: GEOMETRY.missing, data };
  const agreement = await compareWindows(found, { network, geometry: GEOMETRY, kept });
  requireAgreement(agreement, "The tile");
  const names = ["bytes to activations", ...shapes.map(({ role }) => NAMES[role])];
  const parts = new Map<string, Part>();
  for (const [index, { dispatch }] of steps.entries()) {
    const part = names[index] ?? "activations to bytes";
    const shape = shapes[index - 1];
    const flop = shape ? 18 * shape.inputs * shape.outputs * cells : 0;
    const { wall, cpu } = await timeRepeated(async (times) => {
      const encoder = gpu.createCommandEncoder();
      encodeDispatches(encoder, Array(times).fill(dispatch));
      gpu.queue.submit([encoder.finish()]);
      await gpu.queue.onSubmittedWorkDone();
    });
    const before = parts.get(part) ?? { gigaflop: 0, wall: 0, cpu: 0 };
    parts.set(part, {
      part,
      gigaflop: before.gigaflop + flop / 1e9,
      wall: before.wall + wall,
      cpu: before.cpu + cpu,
    });
  }
  program.destroy();
  return [...parts.values()];
}
