/** A device for tests that are about devices. @module */

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
