/**
 * Engines as pages want them: ready soon, and nothing compiled that is not used.
 *
 * @module
 */

import { type Engine, type EngineOptions, openEngine as open } from "../gpu/engine.ts";
import { GpuError } from "../gpu/errors.ts";
import { currentPlatform } from "../platform/platform.ts";
import { openKernelMemory } from "./kernel_memory.ts";

/**
 * Opens an engine. Where the only adapter is a software one, the processor computes: browsers' software adapters take ten
 * times as long; `device: "gpu"` takes them all the same. Kernels are not timed, unless `mayTime` asks for it.
 *
 * @throws {GpuError} of kind `unavailable` if what was asked for is not known or not there.
 */
export async function openEngine(options: EngineOptions = {}): Promise<Engine> {
  const { device = "auto", kernel } = options;
  if (device === "auto" && kernel === undefined && await hasOnlySoftware()) {
    return await open({ ...options, device: "cpu" });
  }
  return await open({ memory: await openKernelMemory(), mayTime: false, ...options });
}

async function hasOnlySoftware(): Promise<boolean> {
  const adapter = await currentPlatform().requestAdapter({ powerPreference: "high-performance" });
  return adapter?.info.isFallbackAdapter === true;
}

let shared: Promise<Engine> | undefined;

/** Does work with an engine that is opened on first use and shared from then on; one that failed is not kept. */
export async function withSharedEngine<Result>(
  work: (engine: Engine) => Promise<Result>,
): Promise<Result> {
  shared ??= openEngine();
  try {
    return await work(await shared);
  } catch (error) {
    if (error instanceof GpuError) shared = undefined;
    throw error;
  }
}

/** Draws with the shared engine, which is not opened before there is something to draw; `onEngine` is told which it is. */
export function sharedDrawing(onEngine?: (engine: Engine) => void): Pick<Engine, "restoreCells"> {
  return {
    restoreCells: (network, options) =>
      withSharedEngine(async (engine) => {
        onEngine?.(engine);
        return await engine.restoreCells(network, options);
      }),
  };
}
