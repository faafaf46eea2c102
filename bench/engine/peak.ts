/** The most multiply-adds that a shader gets out of a device. @module */

import { type Device, readBuffer, withErrorScopes } from "../../gpu/device.ts";
import { type Seconds, timeRepeated } from "../clock.ts";
import source from "./peak.wgsl" with { type: "text" };

/** Multiply-adds of an invocation each time round. */
const WRITTEN_OUT = 48;

/** Sums of an invocation. */
const SUMS = 12;

const ROUNDS = 1000;

/** Workgroups of 64: enough for every core, or for every lane of a graphics processor many times over. */
const WORKGROUPS = { software: 1024, hardware: 16384 };

/**
 * Times multiply-adds in registers.
 *
 * @returns Seconds, and the 10⁹ operations done in them, two for a multiply-add.
 * @throws {Error} if the sums are wrong.
 */
export async function measurePeak(
  { gpu, software }: Device,
): Promise<Seconds & { gigaflop: number }> {
  const workgroups = WORKGROUPS[software ? "software" : "hardware"];
  const invocations = workgroups * 64;
  const [factor, term] = [0.5, 1];
  const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
  const buffer = gpu.createBuffer({ size: (invocations + 2) * 4, usage });
  gpu.queue.writeBuffer(buffer, 0, Float32Array.of(factor, term));
  const run = await withErrorScopes({ gpu, what: "Preparing the peak" }, () => {
    const pipeline = gpu.createComputePipeline({
      layout: "auto",
      compute: {
        module: gpu.createShaderModule({ code: source }),
        entryPoint: "main",
        constants: { rounds: ROUNDS },
      },
    });
    const group = gpu.createBindGroup({
      layout: pipeline.getBindGroupLayout(0),
      entries: [{ binding: 0, resource: { buffer } }],
    });
    return async (times: number) => {
      const encoder = gpu.createCommandEncoder();
      const pass = encoder.beginComputePass();
      pass.setPipeline(pipeline);
      pass.setBindGroup(0, group);
      for (let time = 0; time < times; time++) pass.dispatchWorkgroups(workgroups);
      pass.end();
      gpu.queue.submit([encoder.finish()]);
      await gpu.queue.onSubmittedWorkDone();
    };
  });
  const seconds = await timeRepeated(run);
  const sums = new Float32Array((await readBuffer(gpu, { buffer, offset: 8 })).buffer);
  buffer.destroy();
  // Halving and adding one ends at two, wherever it starts.
  const isRight = sums.every((sum) => Math.abs(sum - SUMS * term / (1 - factor)) < 1e-3);
  if (!isRight) throw new Error("The sums that the peak is measured by are wrong");
  return { ...seconds, gigaflop: 2 * WRITTEN_OUT * ROUNDS * invocations / 1e9 };
}
