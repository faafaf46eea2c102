/** Convolutions of training by role, kernel and channel count, as a step runs them on a batch of patches. @module */

import { type Device, withErrorScopes } from "../../gpu/device.ts";
import { encodeDispatches } from "../../gpu/dispatch.ts";
import { examine } from "../../gpu/kernel_choice.ts";
import { workgroupLimits } from "../../gpu/kernels/workgroup_limits.ts";
import { trainingCatalogue } from "../../train/kernels/training_catalogue.ts";
import type { Role } from "../../train/kernels/training_kernel.ts";
import { flattenNetwork } from "../../train/parameters.ts";
import { DispatchFactory } from "../../train/dispatch_factory.ts";
import { trialNetwork } from "../../train/role_problem.ts";
import { setUpRole, type TrainingKernel } from "../../train/role_run.ts";
import { RoleTrial } from "../../train/role_trial.ts";
import { type Seconds, timeRepeated } from "../clock.ts";

/** One convolution in one role through one kernel. */
export interface BackwardRow extends Seconds {
  /** What the kernel computes: a layer, the gradient of its input, or of its weights with all that reduces it. */
  readonly role: Role;
  readonly kernel: string;
  /** Channels that go in, and as many that come out. */
  readonly channels: number;
  /** 10⁹ operations by the direct convolution. */
  readonly gigaflop: number;
}

/** A kernel that this device does not run, or not rightly. */
export interface Refusal {
  readonly role: Role;
  readonly kernel: string;
  /** Channels that go in and come out. */
  readonly channels: number;
  /** Why nothing was timed. */
  readonly reason: string;
}

const CHANNELS = [16, 32, 64];
const ROLES = ["forward", "backwardData", "backwardWeights"] as const;
const BATCH = { batch: 8, patch: 46 } as const;

/** The second layer of a block: as many channels in as out. */
const LAYER = 2;

/** Checks every kernel by the float64 reference, then times it. */
export async function measureBackward(
  device: Device,
): Promise<{ rows: BackwardRow[]; refused: Refusal[] }> {
  const rows: BackwardRow[] = [];
  const refused: Refusal[] = [];
  const factory = new DispatchFactory(device.gpu);
  const catalogue = trainingCatalogue(workgroupLimits(device.gpu));
  for (const channels of CHANNELS) {
    const network = trialNetwork({ inputs: 4, outputs: 4, channels, blocks: 1 });
    const trial = new RoleTrial(device, { network, factory, ...BATCH });
    const parameters = flattenNetwork(network);
    const layer = trial.layers[LAYER]!;
    for (const role of ROLES) {
      for (const kernel of catalogue[role] as readonly TrainingKernel[]) {
        const what = { role, kernel: kernel.name, channels };
        const check = (kernel: TrainingKernel) => trial.check(LAYER, { role, kernel });
        const { failure: reason } = await examine(kernel, { check });
        if (reason !== undefined) {
          refused.push({ ...what, reason });
          continue;
        }
        const seconds = await timeRole(device.gpu, {
          ...{ role, kernel, layer, parameters, factory },
          ...BATCH,
        });
        const gigaflop = 18 * channels ** 2 * BATCH.batch * BATCH.patch ** 2 / 1e9;
        rows.push({ ...what, gigaflop, ...seconds });
      }
    }
  }
  return { rows, refused };
}

async function timeRole(
  gpu: GPUDevice,
  options: Parameters<typeof setUpRole>[1],
): Promise<Seconds> {
  const what = `Timing the kernel "${options.kernel.name}"`;
  const run = await withErrorScopes({ gpu, what }, () => {
    const run = setUpRole(gpu, options);
    const encoder = gpu.createCommandEncoder();
    encodeDispatches(encoder, run.prepare);
    gpu.queue.submit([encoder.finish()]);
    return run;
  });
  try {
    return await timeRepeated(async (times) => {
      await withErrorScopes({ gpu, what }, () => {
        const encoder = gpu.createCommandEncoder();
        encodeDispatches(encoder, Array(times).fill(run.work).flat());
        gpu.queue.submit([encoder.finish()]);
      });
      await gpu.queue.onSubmittedWorkDone();
    });
  } finally {
    run.close();
  }
}
