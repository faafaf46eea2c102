/**
 * What the shaders that cut out crops read of a lattice step.
 *
 * @module
 */

import type { Geometry } from "../gpu/geometry.ts";
import type { StepCell } from "../codec/lattice/steps.ts";

/** What is cut out, and into what. */
export interface GatherShape {
  /** The step's phases and fixed interpolation. */
  readonly geometry: Geometry;
  /** Where in a cell those phases lie. */
  readonly cell: StepCell;
  /** Side of a patch in cells. */
  readonly patch: number;
  /** Texels of a cell of the network's input. */
  readonly inputQuads: number;
  /** Texels of a cell of what its output is held against. */
  readonly targetQuads: number;
}

/** The bindings `shape` and `taps` of a gather shader. */
export function bindGatherShape(gpu: GPUDevice, options: GatherShape): [GPUBuffer, GPUBuffer] {
  const { geometry, cell, patch, inputQuads, targetQuads } = options;
  const most = Math.max(...geometry.base.map((taps) => taps.length));
  const phases = (list: StepCell["kept"]) =>
    Array.from({ length: 4 }, (_, index) => [...(list[index] ?? [0, 0]), 0, 0]).flat();
  const shape = [
    ...[cell.width, cell.height, patch, geometry.kept, geometry.missing, most],
    ...[inputQuads, targetQuads],
    ...phases(cell.kept),
    ...phases(cell.missing),
  ];
  const taps = new DataView(new ArrayBuffer(geometry.missing * most * 16));
  geometry.base.forEach((list, missing) =>
    list.forEach(({ phase, dx, dy, weight }, index) => {
      const at = (missing * most + index) * 16;
      taps.setUint32(at, phase, true);
      taps.setInt32(at + 4, dx, true);
      taps.setInt32(at + 8, dy, true);
      taps.setFloat32(at + 12, weight, true);
    })
  );
  const bound = (bytes: ArrayBuffer, usage: number) => {
    const buffer = gpu.createBuffer({
      size: bytes.byteLength,
      usage: usage | GPUBufferUsage.COPY_DST,
    });
    gpu.queue.writeBuffer(buffer, 0, bytes);
    return buffer;
  };
  return [
    bound(Uint32Array.from(shape).buffer, GPUBufferUsage.UNIFORM),
    bound(taps.buffer, GPUBufferUsage.STORAGE),
  ];
}
