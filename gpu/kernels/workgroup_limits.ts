/**
 * What a workgroup may take of a device, by which kernels are shaped.
 *
 * @module
 */

/** The limits of a device that bound the shape of workgroups. */
export interface WorkgroupLimits {
  /** Threads of a workgroup, and of one side of it. */
  readonly threads: number;
  /** Bytes of workgroup memory. */
  readonly bytes: number;
}

/** As much as any kernel makes use of: devices that offer more are not used better. */
export const AMPLE_LIMITS: WorkgroupLimits = { threads: 1024, bytes: 32768 };

/** What every device has that WebGPU runs on, and one that is opened without asking for more has no more. */
export const STANDARD_LIMITS: WorkgroupLimits = { threads: 256, bytes: 16384 };

/** What a device grants. */
export function workgroupLimits({ limits }: Pick<GPUDevice, "limits">): WorkgroupLimits {
  return {
    threads: Math.min(limits.maxComputeInvocationsPerWorkgroup, limits.maxComputeWorkgroupSizeX),
    bytes: limits.maxComputeWorkgroupStorageSize,
  };
}
