/**
 * Asking for a graphics adapter without noise from below.
 *
 * @module
 */

const VARIABLE = "XDG_RUNTIME_DIR";

/**
 * Asks for an adapter; `null` if there is none, `undefined` without WebGPU.
 *
 * On Linux, Vulkan drivers look for a Wayland display, whose library prints "XDG_RUNTIME_DIR is invalid or not set" on
 * standard error where that variable is missing: as services and containers have it. There the variable holds a folder
 * that does not exist while the drivers are loaded, which finds no display either and is silent. Deno loads them before the
 * call returns, so no other code of the program sees it. Without permission for that variable, the message stays.
 */
export function requestAdapter(
  options: GPURequestAdapterOptions,
): Promise<GPUAdapter | null> | undefined {
  const gpu = globalThis.navigator?.gpu;
  if (!gpu || !mayFill()) return gpu?.requestAdapter(options);
  Deno.env.set(VARIABLE, "/nonexistent");
  try {
    return gpu.requestAdapter(options);
  } finally {
    Deno.env.delete(VARIABLE);
  }
}

/** Whether the variable is missing, and may be set without anybody being asked. */
function mayFill(): boolean {
  if (typeof Deno === "undefined" || Deno.build.os !== "linux") return false;
  const { state } = Deno.permissions.querySync({ name: "env", variable: VARIABLE });
  return state === "granted" && Deno.env.get(VARIABLE) === undefined;
}
