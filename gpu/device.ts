/**
 * Opening a WebGPU device with the limits the engine and the trainer need, and the two helpers that every use
 * of one wants: error scopes that become exceptions, and reading a buffer back.
 *
 * @module
 */

import { currentPlatform } from "../platform/platform.ts";
import { GpuError } from "./errors.ts";
export { GpuError, type GpuErrorKind } from "./errors.ts";

/** An open device and the facts about it that the rest of the program asks for. */
export interface Device {
  /** The WebGPU device. */
  readonly gpu: GPUDevice;
  /** The adapter's name for people, for example `llvmpipe (LLVM 15.0.6, 256 bits)`. */
  readonly description: string;
  /** True if the adapter says it runs on the CPU. */
  readonly software: boolean;
}

/** How to choose an adapter. */
export interface DeviceOptions {
  /** Which adapter to prefer where there are several. Default: `"high-performance"`. */
  readonly powerPreference?: GPUPowerPreference | undefined;
  /** Whether an adapter that runs on the processor will do. Default: true. */
  readonly software?: boolean | undefined;
}

/**
 * The most that any part of the program makes use of, where that is more than every device grants; a device gets the lesser
 * of this and its adapter's.
 */
const WANTED_LIMITS: Record<string, number> = {
  maxBufferSize: 2 ** 31 - 1,
  maxStorageBufferBindingSize: 2 ** 31 - 4,
  maxComputeWorkgroupStorageSize: 32768,
  maxComputeInvocationsPerWorkgroup: 1024,
  maxComputeWorkgroupSizeX: 1024,
  maxTextureArrayLayers: 2048,
  maxTextureDimension2D: 16384,
};

/**
 * Opens a device on the best adapter there is.
 *
 * @returns `undefined` if there is no adapter that will do, or no WebGPU at all.
 * @throws {GpuError} if there is an adapter but it cannot be opened.
 *
 * @example
 * ```ts
 * import { openDevice } from "@nnc/nnc/engine";
 * import { ok } from "node:assert/strict";
 *
 * const device = await openDevice();
 * ok(device === undefined || device.description.length > 0);
 * device?.gpu.destroy();
 * ```
 */
export async function openDevice(options: DeviceOptions = {}): Promise<Device | undefined> {
  const { powerPreference = "high-performance", software: mayBeSoftware = true } = options;
  const adapter = await currentPlatform().requestAdapter({ powerPreference });
  if (!adapter) return undefined;
  const software = adapter.info.isFallbackAdapter === true;
  if (software && !mayBeSoftware) return undefined;
  const offered = adapter.limits as unknown as Record<string, number | undefined>;
  const requiredLimits: Record<string, number> = {};
  for (const [name, wanted] of Object.entries(WANTED_LIMITS)) {
    const limit = offered[name];
    if (limit !== undefined) requiredLimits[name] = Math.min(wanted, limit);
  }
  const description = describeAdapter(adapter.info);
  let gpu: GPUDevice;
  try {
    gpu = await adapter.requestDevice({ label: "nnc", requiredLimits });
  } catch (cause) {
    throw new GpuError(
      "unavailable",
      `The adapter "${description}" could not be opened: ${messageOf(cause)}. ` +
        "Update its driver, or run on the CPU instead",
      { cause },
    );
  }
  return { gpu, description, software };
}

/** An adapter's name for people; browsers tell no more than a vendor and an architecture, which machines have in common. */
function describeAdapter({ description, device, vendor, architecture }: GPUAdapterInfo): string {
  const kind = [vendor, architecture].filter((word) => word !== "").join(" ");
  return description || device || kind || "unnamed adapter";
}

/**
 * Runs `work` inside error scopes, so that a failure on the device throws where it was caused.
 *
 * WebGPU reports nothing by itself: a failed allocation or an invalid dispatch leaves zeros, which would
 * come out as a black image. Scopes are a stack of the device's, so `work` is synchronous: then users of
 * one device that take turns cannot pop each other's.
 *
 * The first parameter holds the device that `work` uses, and what is being done, for the message: "Compiling the
 * kernel".
 *
 * @throws {GpuError} if the device reported an error or is lost; or whatever else `work` throws.
 */
export async function withErrorScopes<Result>(
  { gpu, what }: { gpu: GPUDevice; what: string },
  work: () => Result,
): Promise<Result> {
  for (const filter of SCOPES) gpu.pushErrorScope(filter);
  let outcome: { result: Result } | { thrown: unknown };
  try {
    outcome = { result: work() };
  } catch (thrown) {
    outcome = { thrown };
  }
  const cause = "thrown" in outcome ? { cause: outcome.thrown } : {};
  // Scopes pop in the reverse of the order in which they were pushed.
  const errors = await Promise.all(SCOPES.toReversed().map(() => gpu.popErrorScope())).catch(
    () => [],
  );
  const index = errors.findIndex((error) => error !== null);
  if (index >= 0) {
    await throwIfLost(gpu, { what, hasFailed: true });
    const kind = SCOPES.toReversed()[index]!;
    throw new GpuError(
      kind,
      describeFailure(kind, { what, detail: errors[index]!.message }),
      cause,
    );
  }
  await throwIfLost(gpu, { what, hasFailed: "thrown" in outcome });
  if ("thrown" in outcome) throw outcome.thrown;
  return outcome.result;
}

const SCOPES = ["internal", "out-of-memory", "validation"] as const;

/** Milliseconds within which a device that failed reports that it is lost: the loss is noticed by polling. */
const LOSS_NOTICE = 100;

/**
 * Throws if a device is gone.
 *
 * `hasFailed` says that something went wrong already, and waits a little for the device to say that it is lost.
 *
 * @throws {GpuError} of kind `lost`.
 */
export async function throwIfLost(
  gpu: GPUDevice,
  { what, hasFailed = false }: { what: string; hasFailed?: boolean | undefined },
): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const noLoss = hasFailed
    ? new Promise<undefined>((resolve) => timer = setTimeout(() => resolve(undefined), LOSS_NOTICE))
    : Promise.resolve(undefined);
  const info = await Promise.race([gpu.lost, noLoss]);
  clearTimeout(timer);
  if (!info) return;
  const reason = info.message.trim().replace(/\.$/, "") || info.reason;
  throw new GpuError(
    "lost",
    `${what} failed because the device was lost (${reason}). ` +
      "Try again; if it happens again, use smaller tiles or run on the CPU instead",
  );
}

function describeFailure(
  kind: "internal" | "out-of-memory" | "validation",
  { what, detail }: { what: string; detail: string },
): string {
  const reason = detail.trim().replace(/\s+/g, " ").replace(/\.$/, "");
  switch (kind) {
    case "out-of-memory":
      return `${what} ran out of device memory: ${reason}. Use smaller tiles, or close other programs`;
    case "internal":
      return `${what} failed in the driver: ${reason}. Update the driver, or run on the CPU instead`;
    case "validation":
      return `${what} was refused by the device: ${reason}. Please report this`;
  }
}

/**
 * Reads bytes of a buffer back.
 *
 * Costs a copy and a wait of about ten milliseconds (mapping is polled), so gather results before reading.
 *
 * `buffer` needs `COPY_SRC` usage; `offset` (default 0) and `size` (default: to its end) are in bytes, both
 * multiples of 4.
 *
 * @returns A copy of the bytes, with a backing `ArrayBuffer` of its own.
 * @throws {GpuError} if the device fails or is lost on the way.
 */
export async function readBuffer(
  gpu: GPUDevice,
  { buffer, offset = 0, size = buffer.size - offset }: {
    buffer: GPUBuffer;
    offset?: number | undefined;
    size?: number | undefined;
  },
): Promise<Uint8Array<ArrayBuffer>> {
  const what = "Reading results back";
  const staging = await withErrorScopes({ gpu, what }, () => {
    const target = gpu.createBuffer({
      label: "readback",
      size,
      usage: GPUBufferUsage.COPY_DST | GPUBufferUsage.MAP_READ,
    });
    const encoder = gpu.createCommandEncoder();
    encoder.copyBufferToBuffer(buffer, offset, target, 0, size);
    gpu.queue.submit([encoder.finish()]);
    return target;
  });
  try {
    await mapForReading(gpu, { buffer: staging, what });
    return new Uint8Array(staging.getMappedRange().slice(0));
  } finally {
    staging.destroy();
  }
}

/**
 * Maps a `MAP_READ` buffer.
 *
 * @throws {GpuError} if the device is lost, or refuses.
 */
export async function mapForReading(
  gpu: GPUDevice,
  { buffer, what }: { buffer: GPUBuffer; what: string },
): Promise<void> {
  try {
    await buffer.mapAsync(GPUMapMode.READ);
  } catch (cause) {
    await throwIfLost(gpu, { what, hasFailed: true });
    throw new GpuError("internal", `${what} failed in the driver: ${messageOf(cause)}`, { cause });
  }
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message.replace(/\.$/, "") : String(cause);
}
