/** A device for tests that are about devices. @module */

import "../../platform/deno.ts";
import { type Device, openDevice } from "../../gpu/device.ts";

/**
 * Opens a device.
 *
 * @throws {Error} if there is no adapter: these tests are not skipped in silence.
 */
export async function openTestDevice(): Promise<Device> {
  const device = await openDevice();
  if (!device) throw new Error("This test needs a WebGPU adapter; ./test installs a software one");
  return device;
}

/** A test that is given a device, which is destroyed afterwards. */
export function withDevice(body: (device: Device) => Promise<void>): () => Promise<void> {
  return async () => {
    const device = await openTestDevice();
    await body(device).finally(() => device.gpu.destroy());
  };
}

/**
 * Runs `work` where every device is opened with WebGPU's default limits, as it is where the adapter offers no more: 256
 * threads and 16 KiB of memory a workgroup, 256 layers a texture.
 */
export async function withStandardLimits<Result>(work: () => Promise<Result>): Promise<Result> {
  const { requestDevice } = GPUAdapter.prototype;
  GPUAdapter.prototype.requestDevice = function (this: GPUAdapter, descriptor = {}) {
    const { requiredLimits: _, ...rest } = descriptor;
    return requestDevice.call(this, rest);
  };
  try {
    return await work();
  } finally {
    GPUAdapter.prototype.requestDevice = requestDevice;
  }
}

/** Opens a device with WebGPU's default limits. */
export async function openStandardDevice(): Promise<Device> {
  return await withStandardLimits(openTestDevice);
}

/** A device that must not be used: whatever is asked of it throws. */
export function untouchableDevice(): Device {
  const get = (_: unknown, property: string | symbol): never => {
    throw new Error(`The device was asked for its ${String(property)}`);
  };
  const nothing = new Proxy({}, { get });
  const gpu = nothing as GPUDevice;
  return { gpu, description: "untouched", software: true };
}
