/**
 * One run of a compiled shader over what it is bound to: all that the engine and the trainer submit is lists of these.
 *
 * @module
 */

/** A pipeline with everything bound, ready to be encoded any number of times. */
export interface Dispatch {
  /** The compiled shader, shared by all layers of its shape. */
  readonly pipeline: GPUComputePipeline;
  /** What it reads and writes: group 0. */
  readonly bindings: GPUBindGroup;
  /** Number of workgroups along x, y and z. */
  readonly workgroups: readonly [x: number, y: number, z: number];
}

/** Encodes dispatches one after the other into a compute pass; each sees what those before it wrote. */
export function encodeDispatches(
  encoder: GPUCommandEncoder,
  dispatches: readonly Dispatch[],
): void {
  const pass = encoder.beginComputePass();
  for (const { pipeline, bindings, workgroups } of dispatches) {
    pass.setPipeline(pipeline);
    pass.setBindGroup(0, bindings);
    pass.dispatchWorkgroups(...workgroups);
  }
  pass.end();
}
